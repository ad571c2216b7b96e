"""What a program writes into pipes → DAP `output` events.

Decides where texts are cut.  A client that does not read stops the program's
writing, as a full pipe does.  Runs in one event loop.
"""

from __future__ import annotations

import asyncio
import codecs
import os
import subprocess
from typing import TYPE_CHECKING

from .debuggee import wait_readable

if TYPE_CHECKING:
    from .channel import Channel
    from .debuggee import Debuggee

#: Bytes in one event: what a pipe holds.
_CHUNK = 1 << 16


async def follow_output(client: Channel, debuggee: Debuggee) -> int | None:
    """Tell the client of what a program writes, up to its end; its exit status."""
    pipes = [OutputPipe(client, category, fd) for category, fd in debuggee.outputs]
    following = [asyncio.create_task(pipe.follow()) for pipe in pipes]
    try:
        return await debuggee.wait_exit()
    finally:
        for task in following:
            task.cancel()
        for pipe in pipes:
            await pipe.flush()
            pipe.close()


def swallow(outputs: list[tuple[str, int]]) -> None:
    """Have what is still written to these pipes go nowhere; a pipe that nobody reads would end the writer."""
    for _, fd in outputs:
        os.set_blocking(fd, True)
        subprocess.Popen(["cat"], stdin=fd, stdout=subprocess.DEVNULL, start_new_session=True)


class OutputPipe:
    """The reading end of a pipe, `fd`; closed at its end, and by `close`."""

    def __init__(self, client: Channel, category: str, fd: int) -> None:
        self._client = client
        self._category = category
        self._fd = fd
        self._decoder = codecs.getincrementaldecoder("utf-8")("backslashreplace")
        os.set_blocking(fd, False)

    async def follow(self) -> None:
        """Tell the client of what is written, up to the end of the pipe."""
        while self._fd >= 0:
            await wait_readable(self._fd)
            self._take()
            await self._client.drain()

    async def flush(self) -> None:
        """Tell the client of what is in the pipe now.  A child may still hold the other end."""
        while self._take():
            await self._client.drain()

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _take(self) -> bool:
        """Whether there was something."""
        if self._fd < 0:
            return False
        try:
            chunk = os.read(self._fd, _CHUNK)
        except BlockingIOError:
            return False
        text = self._decoder.decode(chunk, final=not chunk)
        if text:
            self._client.event("output", {"category": self._category, "output": text})
        if not chunk:
            self.close()
        return bool(chunk)
