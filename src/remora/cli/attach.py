"""`remora attach`: a console on a process that is running."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from remora.terminal import preload

from . import CommandError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from remora.observe.processes import PythonProcess


def run(options: argparse.Namespace) -> int:
    """Attach to the process that `options.target` names, and hold the session."""
    pid = _pid(options.target)
    preload(interactive=not options.batch and sys.stdin.isatty())
    from remora.bundle.cache import Bundle
    from remora.inject.attach import attach
    from remora.inject.reasons import AttachError

    try:
        attached = attach(pid, Bundle())
    except AttachError as error:
        raise CommandError(str(error)) from None
    from .session import converse

    return converse((attached.socket, pid), options, "attach", local_sources=_same_root(pid))


def _pid(target: str | None) -> int:
    """The process that a pid, or part of a command line, names; without any the user chooses."""
    if target is None:
        from .chooser import choose_process

        return choose_process()
    if target.isdigit():
        return int(target)
    from remora.observe.processes import find

    found = find(target)
    if not found:
        raise CommandError(f"no Python process has {target!r} in its command line; 'remora ps' lists them")
    if len(found) == 1:
        return found[0].pid
    return _choose(target, found)


def _choose(target: str, found: Sequence[PythonProcess]) -> int:
    lines = [f"  {process.pid:>8}  {process.command}" for process in found]
    if not sys.stdin.isatty():
        raise CommandError(f"several processes match {target!r}; give the pid:\n" + "\n".join(lines))
    print(f"Several processes match {target!r}:", *lines, sep="\n")
    pids = {str(process.pid) for process in found}
    answer = input("pid: ").strip()
    if answer not in pids:
        raise CommandError(f"{answer!r} is none of these")
    return int(answer)


def _same_root(pid: int) -> bool:
    """Whether the process sees the files that we see under the same names."""
    try:
        theirs, ours = os.stat(f"/proc/{pid}/root/"), os.stat("/")
    except OSError:
        return False
    return (theirs.st_dev, theirs.st_ino) == (ours.st_dev, ours.st_ino)
