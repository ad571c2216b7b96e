"""A stream over TCP."""

from __future__ import annotations

import asyncio
import socket

from .base import SocketStream


async def open_tcp(host: str, port: int) -> SocketStream:
    """Raises `OSError` if nobody answers there."""
    reader, writer = await asyncio.open_connection(host, port)
    writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return SocketStream(reader, writer)
