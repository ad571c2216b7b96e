"""Waiting for a program to come to us, as an `attach` request with `listen` says.

Decides by which doors it may come.  On this host alone: by a loopback port, for
debuggees of any maker, and by `remora.connect`.  From other hosts by SSH alone,
which `remora.connect` uses too: a bare port would let anybody in.  Runs in one
event loop.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from remora.dap import errors
from remora.transport.from_socket import open_socket

from ..reverse import Arrivals, UnixDoor
from . import peers
from .attaching import AttachedProgram

if TYPE_CHECKING:
    from .channel import Channel


async def dial_in(host: str, port: int, client: Channel) -> AttachedProgram:
    """Wait for a program that connects to us and speaks DAP, or calls `remora.connect`.

    On this host it must be one of our user's, from another one it needs a key of that user.  The event
    is debugpy's, for editors that start the program when they get it.  Raises `OSError`, `RequestError`.
    """
    async with AsyncExitStack() as doors:
        arrivals = await doors.enter_async_context(_arrivals())
        ways = [_arrive(arrivals)]
        if peers.is_loopback(host):
            listener = doors.enter_context(_listener(host, port))
            port = listener.getsockname()[1]
            ways.append(_accept(listener))
        else:
            port = await doors.enter_async_context(_gateway(host, port, arrivals))
        doors.enter_context(_unix_door(arrivals, port))
        client.event("debugpyWaitingForServer", {"host": host, "port": port})
        return await _first(ways)


async def _first(ways: list[Coroutine[Any, Any, AttachedProgram]]) -> AttachedProgram:
    tasks = [asyncio.create_task(way) for way in ways]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return done.pop().result()
    finally:
        for task in tasks:
            task.cancel()


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family)
    listener.setblocking(False)
    return listener


async def _accept(listener: socket.socket) -> AttachedProgram:
    while True:
        connection, _ = await asyncio.get_running_loop().sock_accept(listener)
        if peers.is_allowed(connection):
            return AttachedProgram(await open_socket(connection), 0)
        connection.close()


async def _arrive(arrivals: Arrivals) -> AttachedProgram:
    arrived = await anext(aiter(arrivals))
    # The pid of a program of another host is nothing to us.
    pid = 0 if arrived.address else int(arrived.hello["pid"])
    return AttachedProgram(await open_socket(arrived.socket), pid)


@asynccontextmanager
async def _arrivals() -> AsyncIterator[Arrivals]:
    arrivals = Arrivals()
    try:
        yield arrivals
    finally:
        await arrivals.aclose()


@contextmanager
def _unix_door(arrivals: Arrivals, port: int) -> Iterator[None]:
    """The socket for programs of this host; none if somebody listens there, or it cannot be made."""
    door = UnixDoor(arrivals, port)
    with ExitStack() as open_doors:
        with suppress(OSError):
            door.open()
            open_doors.callback(door.close)
        yield


@asynccontextmanager
async def _gateway(host: str, port: int, arrivals: Arrivals) -> AsyncIterator[int]:
    """The port of an SSH server for programs of other hosts.  Who has come by it stays when it closes."""
    # asyncssh takes 120 ms, for those who listen to other hosts alone.
    from ..ssh.dial import DialChannel
    from ..ssh.host_key import UnusableKey
    from ..ssh.server import Gate, Gateway

    gateway = Gateway(
        Gate(host, port), lambda permission, address: DialChannel(arrivals.admit, permission, address)
    )
    try:
        _, port = await gateway.open()
    except UnusableKey as error:
        raise errors.not_reached(f"the host key of remora cannot be used: {error}") from error
    try:
        yield port
    finally:
        gateway.close()
