"""Lines from standard input where nobody sits at a terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TextIO

from .candidates import Candidate

_CHUNK = 65536


class LineReader:
    """A `screen.Reader` over a pipe or a file.  Shows no prompt."""

    answers = False

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._buffer = b""
        self._at_end = False
        self.complete: Callable[[str], Awaitable[list[Candidate]]] | None = None

    async def read(self, prompt: str) -> str:
        while b"\n" not in self._buffer and not self._at_end:
            await self._wait_readable()
            chunk = self._stream.buffer.raw.read(_CHUNK)  # type: ignore[attr-defined]
            self._buffer += chunk or b""
            self._at_end = not chunk
        if not self._buffer:
            raise EOFError
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line.decode(errors="replace")

    def keep_history(self, keep: bool) -> None:
        return

    def write_above(self, text: str) -> bool:
        return False

    async def _wait_readable(self) -> None:
        loop = asyncio.get_running_loop()
        readable = asyncio.Event()
        try:
            loop.add_reader(self._stream, readable.set)
        except PermissionError:
            return  # an ordinary file, which never blocks
        try:
            await readable.wait()
        finally:
            loop.remove_reader(self._stream)
