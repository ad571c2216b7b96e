"""A list of what can be debugged, for the person to choose from."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from remora.observe.processes import processes
from remora.printable import printable_line

from . import CommandError


@dataclass(frozen=True)
class Choice:
    """A process that can be debugged, there or here."""

    pid: int
    version: str
    user: str
    command: str


def choose_process() -> int:
    """The process of this host that the user chooses; see `choose`."""
    return choose(
        [
            Choice(each.pid, each.version or "?", each.user, each.command)
            for each in processes()
            if each.pid not in (os.getpid(), os.getppid()) and not each.is_remora
        ]
    )


def choose(choices: Sequence[Choice]) -> int:
    """The pid of the process that the user names by its number in the list, or by its pid.

    Raises `CommandError` if there is nothing to choose from, or no terminal to ask on.
    """
    if not choices:
        raise CommandError("there is no Python process to attach to")
    if not sys.stdin.isatty():
        raise CommandError("say what to attach to, a pid or part of a command line; 'remora ps' lists them")
    _show(choices)
    while True:
        try:
            answer = input("number or pid: ").strip()
        except EOFError:
            raise CommandError("nothing was chosen") from None
        if answer in ("q", "quit", "exit"):
            raise CommandError("nothing was chosen")
        pid = _chosen(answer, choices)
        if pid is not None:
            return pid
        print(f"{answer!r} is none of these" if answer else "a number of the list, a pid, or 'q' to leave")


def _show(choices: Sequence[Choice]) -> None:
    width = shutil.get_terminal_size().columns
    for number, each in enumerate(choices, 1):
        line = f"{number:>3}  {each.pid:>8}  {each.version:<6} {each.user:<10} {each.command}"
        print(printable_line(line)[:width])


def _chosen(answer: str, choices: Sequence[Choice]) -> int | None:
    if not answer.isdecimal():
        return None
    number = int(answer)
    if number in (each.pid for each in choices):
        return number
    return choices[number - 1].pid if 1 <= number <= len(choices) else None
