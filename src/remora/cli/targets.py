"""What PID|NAME, or CORE, on the command line means, the same in every command."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from . import CommandError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from remora.observe.processes import PythonProcess


def pid_of(target: str | None) -> int:
    """The process that a pid, or part of a command line, names; without any the user chooses.

    Raises `CommandError` if there is none, or several and no terminal to ask on.
    """
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


def core_or_pid_of(target: str | None, *, may_be_file: bool) -> int | Path:
    """A core file, if that is the path of one; else as `pid_of`.

    It may be no file for who may only look, and may come from elsewhere.
    A path that is part of no command line is given back, too, for whoever reads it to say what it is not.
    """
    if target is None or target.isdigit() or not may_be_file or not os.path.isfile(target):
        return pid_of(target)
    from remora.observe.cores import is_core, unpacker

    if is_core(Path(target)) or unpacker(Path(target)):
        return Path(target)
    from remora.observe.processes import find

    return Path(target) if "/" in target and not find(target) else pid_of(target)


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
