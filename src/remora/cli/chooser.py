"""A list of what can be debugged, for the person to choose from."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence

from remora.observe.processes import PythonProcess, processes

from . import CommandError


def choose_process() -> int:
    """The pid of the process that the user names by its number in the list, or by its pid.

    Raises `CommandError` if there is nothing to choose from, or no terminal to ask on.
    """
    found = _debuggable()
    if not found:
        raise CommandError("there is no Python process to attach to")
    if not sys.stdin.isatty():
        raise CommandError("say what to attach to, a pid or part of a command line; 'remora ps' lists them")
    width = shutil.get_terminal_size().columns
    for number, process in enumerate(found, 1):
        line = f"{number:>3}  {process.pid:>8}  {process.version:<6} {process.user:<10} {process.command}"
        print(_printable(line)[:width])
    while True:
        try:
            answer = input("number or pid: ").strip()
        except EOFError:
            raise CommandError("nothing was chosen") from None
        if answer in ("q", "quit", "exit"):
            raise CommandError("nothing was chosen")
        pid = _chosen(answer, found)
        if pid is not None:
            return pid
        print(f"{answer!r} is none of these" if answer else "a number of the list, a pid, or 'q' to leave")


def _chosen(answer: str, found: Sequence[PythonProcess]) -> int | None:
    if not answer.isdecimal():
        return None
    number = int(answer)
    if number in (process.pid for process in found):
        return number
    return found[number - 1].pid if 1 <= number <= len(found) else None


def _debuggable() -> list[PythonProcess]:
    """The processes of this user, or of everybody for root, without those of remora itself."""
    own = _own_line()
    return [each for each in processes() if each.pid not in own and not _is_remora(each)]


def _own_line() -> set[int]:
    """This process and the one that has started it."""
    return {os.getpid(), os.getppid()}


def _is_remora(process: PythonProcess) -> bool:
    words = process.argv[1:4]
    return any(word in ("remora", "remora.gateway.ssh.errand") or word.endswith("/remora") for word in words)


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)
