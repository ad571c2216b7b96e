"""Statements from standard input where nobody sits at a terminal."""

from __future__ import annotations

from typing import TextIO

from ..terminal.lines import LineReader
from .typed import Joiner


class PipeReader:
    """A `conversation.Reader` over a pipe or a file."""

    def __init__(self, stream: TextIO) -> None:
        self._lines = LineReader(stream)
        self._joiner = Joiner()
        self._whole: list[str] = []

    async def read(self) -> str:
        while not self._whole:
            try:
                self._whole = self._joiner.feed(await self._lines.read(""))
            except EOFError:
                self._whole = self._joiner.rest()
                if not self._whole:
                    raise
        return self._whole.pop(0)

    async def ask(self, message: str) -> str:
        """What the pipe brings are statements, and nothing for them to read."""
        raise EOFError

    def write_above(self, text: str) -> bool:
        return False
