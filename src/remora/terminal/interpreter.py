"""Runs typed lines: the table of commands first, Python in the frame otherwise.

Used alike by the prompt, by batches and by script files.  Runs on the event loop.
"""

from __future__ import annotations

from ..client import RequestFailed, RequestTimeout
from . import commands as _commands  # noqa: F401  (fills the table)
from .commands.values import evaluate_statement
from .registry import COMMANDS, AmbiguousWord
from .sessions import Sessions
from .style import printable
from .wire import CommandError
from .words import Call, parse, split_commands

#: What makes a command fail, with a sentence for the user; anything else is a fault of remora.
FAILURES = (CommandError, RequestFailed, RequestTimeout, AmbiguousWord)


def sentence(failure: Exception) -> str:
    """One line that tells why a command failed."""
    lines = printable(str(failure)).strip().splitlines()
    return lines[-1] if lines else type(failure).__name__


class Interpreter:
    """One console's commands, run in the session that is current; remembers what an empty line repeats."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._repeated = ""
        sessions.current.run_line = self.run_line  # which those of further sessions take over

    async def run_line(self, line: str) -> None:
        """Run the commands of a line (or one statement of several lines) up to the first that fails.

        Raises one of `FAILURES`, `context.Leave`, or `client.Disconnected`.
        """
        if line.lstrip().startswith("#") and "\n" not in line:
            return
        for text in [line] if "\n" in line else split_commands(line):
            await self._run(text or self._repeated)

    async def _run(self, text: str) -> None:
        if not text:
            return
        self._repeated = ""
        context = self._sessions.current
        parsed = parse(text, COMMANDS)
        if not isinstance(parsed, Call):
            await evaluate_statement(context, parsed.text)
            return
        command = parsed.command
        if command.repeats:
            self._repeated = text if command.repeats == "whole" else command.name
        await command.run(context, parsed.arguments)
