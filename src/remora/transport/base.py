"""What a stream is, whatever carries it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import asyncio


class Stream(Protocol):
    """Bytes both ways, used by one task for each direction."""

    async def read(self, limit: int) -> bytes:
        """The next bytes, at most `limit`; empty when the other end has closed or is gone."""
        ...

    def write(self, content: bytes) -> None:
        """Send, without waiting.  What is written to an end that is gone is dropped: `read` tells."""

    async def drain(self) -> None:
        """Wait until so much has been sent that more may be written."""

    async def aclose(self) -> None:
        """Send what has been written, then close both directions.  Idempotent."""


class SocketStream:
    """A stream over asyncio's reader and writer."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(self, limit: int) -> bytes:
        try:
            return await self._reader.read(limit)
        except ConnectionError:
            return b""

    def write(self, content: bytes) -> None:
        if not self._writer.is_closing():
            self._writer.write(content)

    async def drain(self) -> None:
        try:
            await self._writer.drain()
        except ConnectionError:
            return

    async def aclose(self) -> None:
        self._writer.close()
        try:
            await self._writer.wait_closed()
        except ConnectionError:
            return
