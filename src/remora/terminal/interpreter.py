"""Runs typed lines: macros and aliases first, then the table of commands, Python in the frame otherwise.

Used alike by the prompt, by batches and by script files.  Runs on the event loop.
"""

from __future__ import annotations

from ..client import RequestFailed, RequestTimeout
from ..printable import printable
from . import commands as _commands  # noqa: F401  (fills the table)
from .commands.values import evaluate_statement
from .context import Context, check_allowed
from .registry import COMMANDS, AmbiguousWord
from .replaced import replacement
from .sessions import Sessions
from .wire import CommandError
from .words import Call, parse, split_commands

#: What makes a command fail, with a sentence for the user; anything else is a fault of remora.
FAILURES = (CommandError, RequestFailed, RequestTimeout, AmbiguousWord)

#: How deep lines may run others: by files of commands that read each other.
_DEEPEST = 20


def sentence(failure: Exception) -> str:
    """One line that tells why a command failed."""
    lines = printable(str(failure)).strip().splitlines()
    return lines[-1] if lines else type(failure).__name__


class Interpreter:
    """One console's commands, run in the session that is current; remembers what an empty line repeats."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._repeated = ""
        self._depth = 0
        sessions.current.run_line = self.run_line  # which those of further sessions take over

    async def run_line(self, line: str) -> None:
        """Run the commands of a line (or one statement of several lines) up to the first that fails.

        Raises one of `FAILURES`, `context.Leave`, or `client.Disconnected`.
        """
        if line.lstrip().startswith("#") and "\n" not in line:
            return
        if self._depth > _DEEPEST:
            raise CommandError("these commands run each other without end")
        self._depth += 1
        try:
            for text in [line] if "\n" in line else split_commands(line):
                for meant in self._sessions.current.aliases.expand(text or self._repeated):
                    for each in [meant] if "\n" in meant else split_commands(meant):
                        await self._run(each)
        finally:
            self._depth -= 1

    async def _run(self, text: str) -> None:
        if not text:
            return
        self._repeated = ""
        context = self._sessions.current
        parsed = parse(text, COMMANDS)
        if not isinstance(parsed, Call):
            await _evaluate(context, parsed.text, sure=text.startswith("!"))
            return
        command = parsed.command
        if command.repeats:
            self._repeated = text if command.repeats == "whole" else command.name
        check_allowed(context, command)
        suffix = (parsed.suffix,) if command.suffixes else ()
        await command.run(context, parsed.arguments, *suffix)


async def _evaluate(context: Context, text: str, *, sure: bool) -> None:
    """Run Python; what fails and is a word of another debugger is told how it is said here."""
    if not (sure or context.settings.autoeval):
        raise CommandError(f"'{text}' is not a command ('!' before it makes it Python)")
    try:
        await evaluate_statement(context, text)
    except RequestFailed as failure:
        said = replacement(text)
        if said is None or not sentence(failure).startswith(("NameError", "SyntaxError")):
            raise
        raise CommandError(said) from None
