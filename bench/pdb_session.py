"""`python -m pdb -p PID`, driven through a terminal as a person would."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pexpect

from tests.support.pythons import Python

PROMPT = "(Pdb) "


class PdbSession:
    """pdb at its prompt."""

    def __init__(self, command: list[str]) -> None:
        self._terminal = pexpect.spawn(
            command[0], command[1:], encoding="utf-8", timeout=20, echo=False, env=None, dimensions=(50, 200)
        )
        self._terminal.delaybeforesend = None
        self.at_prompt()

    def at_prompt(self) -> str:
        """Wait for the prompt; what came before it."""
        self._terminal.expect_exact(PROMPT)
        return str(self._terminal.before)

    def send(self, command: str) -> None:
        self._terminal.sendline(command)

    def run(self, command: str) -> str:
        """What a command prints, up to the next prompt."""
        self.send(command)
        return self.at_prompt()

    def break_at(self, path: str, line: int, condition: str | None = None) -> None:
        answer = self.run(f"break {path}:{line}" + (f", {condition}" if condition else ""))
        assert "Breakpoint" in answer, answer

    def proceed(self) -> None:
        self.send("continue")

    def close(self) -> None:
        self._terminal.close(force=True)


@contextlib.contextmanager
def pdb_on(python: Python, pid: int) -> Iterator[PdbSession]:
    """pdb in process `pid`, at its first prompt."""
    session = PdbSession(python.command("-m", "pdb", "-p", str(pid)))
    try:
        yield session
    finally:
        session.close()
