"""Where the console's text goes: a stream, above the prompt while one is shown."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
    from .candidates import Candidate

    Complete = Callable[[str], Awaitable[list[Candidate]]]

from .style import Style
from .wire import CommandError


class Interrupted(Exception):
    """The user pressed Ctrl-C while typing."""


class Reader(Protocol):
    """Where lines come from."""

    #: Whether somebody types: questions can be answered.
    answers: bool
    #: Finds what the text before the cursor may become; set by the console.
    complete: Complete | None

    async def read(self, prompt: str) -> str:
        """Return a line; raises EOFError, or `Interrupted`."""

    def keep_history(self, keep: bool) -> None:
        """Whether what is typed is kept for later sessions."""

    def write_above(self, text: str) -> bool:
        """Show text above the prompt if there is one now; False when there is none."""


class StreamScreen:
    """A `context.Screen` over a text stream."""

    def __init__(self, out: TextIO, *, coloured: bool = False, reader: Reader | None = None) -> None:
        self.style = Style(coloured)
        self._out = out
        self._reader = reader

    @property
    def width(self) -> int | None:
        if not self._out.isatty():
            return None
        try:
            return os.get_terminal_size(self._out.fileno()).columns or None
        except OSError:
            return None

    def write(self, text: str) -> None:
        self.write_raw(text + "\n")

    def write_raw(self, text: str) -> None:
        """Show text that brings its own ends of lines."""
        if self._reader is None or not self._reader.write_above(text):
            self._out.write(text)
            self._out.flush()

    def keep_history(self, keep: bool) -> None:
        if self._reader is not None:
            self._reader.keep_history(keep)

    async def ask(self, prompt: str, complete: Complete) -> str:
        """Return a line that is typed; raises EOFError, `Interrupted`, or `CommandError` if nobody types."""
        if self._reader is None:
            raise CommandError("there is nobody to type; say '!STATEMENT' instead")
        before, self._reader.complete = self._reader.complete, complete
        try:
            return await self._reader.read(prompt)
        finally:
            self._reader.complete = before

    async def confirm(self, question: str) -> bool:
        """Ask; without somebody to answer, and at the end of input, the answer is yes."""
        if self._reader is None or not self._reader.answers:
            return True
        while True:
            try:
                answer = (await self._reader.read(f"{question} (y or n) ")).strip().lower()
            except EOFError:
                return True
            except Interrupted:
                return False
            if answer in ("y", "yes", "n", "no"):
                return answer.startswith("y")
