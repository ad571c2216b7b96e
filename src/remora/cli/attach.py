"""`remora attach`: a console on a process that is running."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from remora.terminal import preload

from . import CommandError
from .targets import core_or_pid_of

if TYPE_CHECKING:
    import argparse

    from remora.inject.reasons import AttachError


def run(options: argparse.Namespace) -> int:
    """Attach to the process that `options.target` names, and hold the session."""
    target = core_or_pid_of(options.target, may_be_file=not options.observe)
    preload(interactive=not options.batch and sys.stdin.isatty())
    if options.outside or isinstance(target, Path):
        return _look(target, options)
    return _attach(target, options)


def _attach(pid: int, options: argparse.Namespace) -> int:
    from remora.bundle.cache import Bundle
    from remora.inject.attach import attach
    from remora.inject.reasons import AttachError

    try:
        attached = attach(pid, Bundle())
    except AttachError as error:
        return _look_instead(pid, options, error)
    from .session import converse

    return converse((attached.socket, pid), options, "attach", local_sources=_same_root(pid))


def _look_instead(pid: int, options: argparse.Namespace, error: AttachError) -> int:
    """What a person wants to see of a process that cannot be got into; a script is to know that it cannot."""
    from .session import is_terminal

    if options.batch or not error.reason.leaves_a_look or not is_terminal():
        raise CommandError(str(error)) from None
    print(f"remora: {error.what}", "Seen from outside ('refresh' looks again):", sep="\n", flush=True)
    return _look(pid, options)


def _look(target: int | Path, options: argparse.Namespace) -> int:
    from .outside import look

    if isinstance(target, int):
        return look({"processId": target}, options, local_sources=_same_root(target))
    place = {"core": str(target)}
    if options.executable is not None:
        place["executable"] = options.executable
    return look(place, options, local_sources=True)


def _same_root(pid: int) -> bool:
    """Whether the process sees the files that we see under the same names."""
    try:
        theirs, ours = os.stat(f"/proc/{pid}/root/"), os.stat("/")
    except OSError:
        return False
    return (theirs.st_dev, theirs.st_ino) == (ours.st_dev, ours.st_ino)
