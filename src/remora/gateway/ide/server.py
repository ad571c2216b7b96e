"""What `remora dap` runs: one session on standard input and output, or one for each connection."""

from __future__ import annotations

import asyncio
import dataclasses
import signal
import socket
from collections.abc import Callable, Coroutine
from typing import Any

from remora.transport.base import SocketStream
from remora.transport.stdio import open_stdio

from . import peers
from .opening import Places
from .session import IdeSession


class NotLoopback(ValueError):
    """Other hosts could connect to this address."""


async def serve_stdio(capabilities: Callable[[], dict[str, Any]], places: Places) -> None:
    """Serve the client that has started us, until it goes or ends us by a signal."""
    session = IdeSession(await open_stdio(), capabilities, places)
    await _until_signal(session.run())


async def serve_tcp(
    host: str,
    port: int,
    capabilities: Callable[[], dict[str, Any]],
    places: Places,
    on_listening: Callable[[str, int], None],
) -> None:
    """Serve every client of our user that connects, until a signal.

    `on_listening` gets the address, with the port that was chosen for 0.  Raises `NotLoopback`,
    `OSError`.
    """
    if not peers.is_loopback(host):
        raise NotLoopback(host)
    listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    sessions: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        stream = SocketStream(reader, writer)
        if not peers.is_allowed(writer.get_extra_info("socket")):
            await stream.aclose()
            return
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        session = asyncio.create_task(IdeSession(stream, capabilities, places).run())
        sessions.add(session)
        session.add_done_callback(sessions.discard)

    server = await asyncio.start_server(serve, sock=listener)
    address = listener.getsockname()[:2]
    places = dataclasses.replace(places, address=address)
    on_listening(*address)
    async with server:
        await _until_signal(server.serve_forever())
        for session in list(sessions):
            session.cancel()
        await asyncio.gather(*sessions, return_exceptions=True)


async def _until_signal(serving: Coroutine[Any, Any, None]) -> None:
    """A signal ends what is served, which then ends what it has started."""
    task = asyncio.create_task(serving)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    await asyncio.wait([task])
    if not task.cancelled():
        task.result()
