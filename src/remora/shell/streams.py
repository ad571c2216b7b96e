"""Standard streams of a script: bytes go out, and come in, without keeping the event loop waiting.

What is written is kept until it is taken; when that is much, whoever writes is told to wait.  One thread for
each stream.
"""

from __future__ import annotations

import asyncio
import codecs
import os
import queue
import threading
from collections.abc import Callable

CHUNK = 1 << 16
#: Bytes that may wait to be taken.
BACKLOG = 8 << 20


class Outlet:
    """A descriptor that is written to.

    In the event loop `broken` is called when it cannot be written to any more, and `crowded` with whether
    too much waits, whenever that changes.
    """

    def __init__(
        self, descriptor: int, *, broken: Callable[[], None], crowded: Callable[[bool], None]
    ) -> None:
        self._descriptor = descriptor
        self._broken = broken
        self._crowded = crowded
        self._loop = asyncio.get_running_loop()
        self._waiting: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._size = 0
        self._is_crowded = False
        self._lock = threading.Lock()
        self._done = asyncio.Event()
        #: What went wrong with writing, if anything did.
        self.error: OSError | None = None
        threading.Thread(target=self._run, name=f"remora.write.{descriptor}", daemon=True).start()

    def write(self, text: str) -> None:
        """Keep `text` until it is taken; bytes that are no text come as surrogates (PEP 383)."""
        content = text.encode("utf-8", "surrogateescape")
        self._add(len(content))
        self._waiting.put(content)

    async def flush(self) -> None:
        """Wait until everything is taken, or cannot be; nothing may be written after that."""
        self._waiting.put(None)
        await self._done.wait()

    def _run(self) -> None:
        while (content := self._waiting.get()) is not None:
            if self.error is None:
                self._write(content)
            self._add(-len(content))
        self._loop.call_soon_threadsafe(self._done.set)

    def _write(self, content: bytes) -> None:
        view = memoryview(content)
        try:
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError as error:
            self.error = error
            self._loop.call_soon_threadsafe(self._broken)

    def _add(self, count: int) -> None:
        with self._lock:
            self._size += count
            is_crowded = self._size > (BACKLOG // 2 if self._is_crowded else BACKLOG)
            if is_crowded is not self._is_crowded:
                self._is_crowded = is_crowded
                self._loop.call_soon_threadsafe(self._crowded, is_crowded)


class Inlet:
    """A descriptor that is read when it is asked for, and not before: what nobody wants is left to others."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")

    async def read(self) -> tuple[str, bool]:
        """Some text, and whether that was all."""
        loop = asyncio.get_running_loop()
        arrived: asyncio.Future[bytes] = loop.create_future()

        def settle(content: bytes) -> None:
            if not arrived.done():
                arrived.set_result(content)

        def work() -> None:
            content = _read(self._descriptor)
            if not loop.is_closed():
                loop.call_soon_threadsafe(settle, content)

        threading.Thread(target=work, name="remora.read", daemon=True).start()
        content = await arrived
        return self._decoder.decode(content, final=not content), not content


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, CHUNK)
    except OSError:
        return b""  # closed, or a terminal that has gone
