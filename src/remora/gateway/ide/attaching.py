"""Reaching a program that runs, as an `attach` request says."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Self

from remora.bundle.cache import Bundle
from remora.inject.attach import attach
from remora.transport.from_socket import open_socket
from remora.transport.tcp import open_tcp

from ..reverse import Arrivals, UnixDoor
from . import peers
from .debuggee import in_thread
from .joining import fetch

if TYPE_CHECKING:
    from remora.transport.base import Stream

    from .channel import Channel


class AttachedProgram:
    """A program that runs without us: the `Debuggee` of every kind of `attach`."""

    is_launched = False
    name = ""

    def __init__(self, stream: Stream, pid: int) -> None:
        self.stream: Stream | None = stream
        #: 0 if it is not of this host.
        self.pid = pid
        self.outputs: list[tuple[str, int]] = []

    @classmethod
    async def by_pid(cls, pid: int) -> Self:
        """Raises `AttachError`."""
        attached = await in_thread(
            lambda: attach(pid, Bundle()), undo=lambda attached: attached.socket.close()
        )
        return cls(await open_socket(attached.socket), pid)

    @classmethod
    async def by_address(cls, host: str, port: int) -> Self:
        """A program, or an adapter, that speaks DAP there.  Raises `OSError`."""
        return cls(await open_tcp(host, port), 0)

    @classmethod
    async def by_joining(cls, pid: int) -> Self:
        """A child process, of which its parent's session has told.  Raises `LookupError`."""
        try:
            connection = await in_thread(lambda: fetch(pid), undo=lambda connection: connection.close())
        except LookupError:
            raise LookupError(
                f"child process {pid} waits for nobody any more; attach to it by its pid."
            ) from None
        return cls(await open_socket(connection), pid)

    async def wait_exit(self) -> None:
        return None

    def signal(self, number: int, *, group: bool) -> None:
        if self.pid:
            os.kill(self.pid, number)

    def take_children(self) -> None:
        """They are not ours."""

    def release(self) -> None:
        """Nothing connects it to us but its stream."""


async def dial_in(host: str, port: int, client: Channel) -> AttachedProgram:
    """Wait for a program that connects to us and speaks DAP, or calls `remora.connect`.

    On this host it must be one of our user's; by `remora.connect` it comes to a unix socket of that
    user.  The event is debugpy's, for editors that start the program when they get it.  Raises
    `OSError`, `AttachError`.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listener:
        listener.setblocking(False)
        port = listener.getsockname()[1]
        async with _prepared_programs(port) as arrivals:
            client.event("debugpyWaitingForServer", {"host": host, "port": port})
            ways = {asyncio.create_task(_accept(listener)), asyncio.create_task(_arrive(arrivals))}
            try:
                done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
                return done.pop().result()
            finally:
                for way in ways:
                    way.cancel()


async def _accept(listener: socket.socket) -> AttachedProgram:
    while True:
        connection, _ = await asyncio.get_running_loop().sock_accept(listener)
        if not peers.is_loopback(connection.getpeername()[0]) or peers.is_allowed(connection):
            return AttachedProgram(await open_socket(connection), 0)
        connection.close()


async def _arrive(arrivals: Arrivals) -> AttachedProgram:
    arrived = await anext(aiter(arrivals))
    return AttachedProgram(await open_socket(arrived.socket), int(arrived.hello["pid"]))


@asynccontextmanager
async def _prepared_programs(port: int) -> AsyncIterator[Arrivals]:
    """Those that come to the unix socket; none if that cannot be made."""
    arrivals = Arrivals()
    door = UnixDoor(arrivals, port)
    try:
        door.open()
    except OSError:
        # Somebody listens there, or there is no directory for it: the port is left.
        yield arrivals
        return
    try:
        yield arrivals
    finally:
        door.close()
        await arrivals.aclose()


def address(options: Mapping[str, Any]) -> tuple[str, int]:
    """Host and port of `connect` or `listen`."""
    return str(options.get("host") or "127.0.0.1"), int(options["port"])
