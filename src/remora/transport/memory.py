"""A stream within one process, for tests and for an adapter that runs beside its client."""

from __future__ import annotations

import asyncio


def open_pair() -> tuple[MemoryStream, MemoryStream]:
    """Two ends of one stream.  Needs a running event loop."""
    there, back = _Direction(), _Direction()
    return MemoryStream(back, there), MemoryStream(there, back)


class _Direction:
    def __init__(self) -> None:
        self.reader = asyncio.StreamReader()
        self._ended = False

    def write(self, content: bytes) -> None:
        if not self._ended:
            self.reader.feed_data(content)

    def end(self) -> None:
        self._ended = True
        self.reader.feed_eof()


class MemoryStream:
    """One end; what it writes, the other end reads."""

    def __init__(self, incoming: _Direction, outgoing: _Direction) -> None:
        self._incoming = incoming
        self._outgoing = outgoing

    async def read(self, limit: int) -> bytes:
        return await self._incoming.reader.read(limit)

    def write(self, content: bytes) -> None:
        self._outgoing.write(content)

    async def drain(self) -> None:
        # Let the reader of the other end run.
        await asyncio.sleep(0)

    async def aclose(self) -> None:
        self._outgoing.end()
        self._incoming.end()
