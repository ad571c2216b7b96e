"""Programs that dial in: on this host by a unix socket, from others through the gateway for them.

Decides who may dial in on this host, and brings the agent into whatever does;
several at once.  The order of a debug session is others' to know.  Runs in one
event loop, with a thread for each program that is on its way in.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from remora import sessions
from remora.bundle.cache import Bundle
from remora.inject import handshake
from remora.inject.process import origin_of

log = logging.getLogger("remora.gateway")

#: Programs that may be on their way in at once, and the seconds that each has for it.
HALFWAY, PATIENCE = 32, 10.0


@dataclass(frozen=True)
class Arrived:
    """A program whose agent speaks DAP on `socket`, which belongs to whoever gets this."""

    socket: socket.socket
    #: What the program has said of itself: its own `pid`, and more.
    hello: dict[str, Any]
    #: From which host; "" for this one.
    address: str


class Arrivals:
    """Those that have come and wait to be taken.  Owner: the event loop."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Arrived] = asyncio.Queue()
        self._threads = ThreadPoolExecutor(HALFWAY, thread_name_prefix="remora.arrival")
        self._bundle = Bundle()
        self._coming: set[asyncio.Task[None]] = set()

    def admit(self, sock: socket.socket, address: str = "") -> None:
        """A connection, ours from here on, at whose other end a program runs the first stage."""
        coming = asyncio.create_task(self._introduce(sock, address))
        self._coming.add(coming)
        coming.add_done_callback(self._coming.discard)

    async def __aiter__(self) -> AsyncIterator[Arrived]:
        while True:
            yield await self._queue.get()

    async def aclose(self) -> None:
        """Turn away whoever is on the way in or has not been taken."""
        for coming in self._coming:
            coming.cancel()
        while not self._queue.empty():
            self._queue.get_nowait().socket.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _introduce(self, sock: socket.socket, address: str) -> None:
        loop = asyncio.get_running_loop()
        try:
            hello = await loop.run_in_executor(self._threads, self._bring_agent, sock, address)
        except Exception as error:
            # Whatever it has sent: no program of ours, or gone; one that means it tries again.
            sock.close()
            log.info("what has dialled in is no program: %s", type(error).__name__)
        except BaseException:
            sock.close()
            raise
        else:
            self._queue.put_nowait(Arrived(sock, hello, address))

    def _bring_agent(self, sock: socket.socket, address: str) -> dict[str, Any]:
        # Compiled code of another host is nothing to keep here.
        origin = None if address else origin_of(sessions.peer(sock)[0])
        return handshake.introduce(sock, b"", self._bundle, origin, PATIENCE)


class UnixDoor:
    """Where programs of this host and user dial in.  Owner: the event loop."""

    def __init__(self, arrivals: Arrivals, port: int) -> None:
        self._arrivals = arrivals
        self._path = sessions.listener_socket(port)

    def open(self) -> None:
        """Raises `FileExistsError` if somebody listens there, and what `sessions.directory` raises."""
        listener = socket.socket(fileno=sessions.listen(self._path).detach())
        listener.setblocking(False)
        self._listener = listener
        asyncio.get_running_loop().add_reader(listener, self._accept)

    def close(self) -> None:
        """Nobody comes in any more."""
        asyncio.get_running_loop().remove_reader(self._listener)
        self._listener.close()
        sessions.remove(self._path)

    def _accept(self) -> None:
        try:
            sock, _ = self._listener.accept()
        except OSError:
            return  # it has gone, or no descriptor is left: the loop asks again
        sock.setblocking(True)
        if sessions.is_own(sock):
            self._arrivals.admit(sock)
        else:
            sock.close()
