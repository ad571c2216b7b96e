"""A link on which everything arrives late: a TCP proxy of this host, for one that is far away."""

from __future__ import annotations

import asyncio
import threading
from typing import Self


class DelayedLink:
    """Leads from `self.port` to another port of this host; each way takes `seconds`.  Has a thread."""

    def __init__(self, port: int, seconds: float) -> None:
        self.port = 0
        self._to = port
        self._seconds = seconds
        self._loop = asyncio.new_event_loop()
        self._listening = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._listening.wait()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._listening.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        await asyncio.gather(self._carry(reader, back), self._carry(there, writer))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hand on what comes, each piece in its time, and the end after all of it."""
        content = b"begin"
        while content:
            content = await reader.read(1 << 16)
            self._loop.call_later(self._seconds, _hand_on, writer, content)


def _hand_on(writer: asyncio.StreamWriter, content: bytes) -> None:
    if content:
        writer.write(content)
    else:
        writer.close()
