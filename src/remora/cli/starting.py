"""Starting the program that `remora run` names, by the interpreter that the user wants."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from . import CommandError

if TYPE_CHECKING:
    import argparse

    from remora.inject.launch import Launched, Program


def start(program: Program, options: argparse.Namespace, *, door: bool = False) -> Launched:
    """Start a program, with a door if it is to have one.  Raises `CommandError`."""
    from remora.bundle.cache import Bundle
    from remora.inject.launch import launch
    from remora.inject.reasons import AttachError

    python = options.python or sys.executable
    try:
        return launch(program, Bundle(), python=python, door=door)
    except OSError as error:
        raise CommandError(f"{python} cannot be started: {error.strerror}") from None
    except AttachError as error:
        raise CommandError(str(error)) from None
