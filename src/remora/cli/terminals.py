"""Whether a person is there, or a script."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def is_script(options: argparse.Namespace) -> bool:
    """Whether what was asked for is to be done or to fail, and nobody is there to be shown something else."""
    return bool(options.batch) or not is_terminal()


def is_terminal() -> bool:
    """Whether a person is at both ends."""
    return sys.stdin.isatty() and sys.stdout.isatty()
