"""A stream over a socket that is connected already, such as one that a program dialled in with."""

from __future__ import annotations

import asyncio
import socket

from .base import SocketStream


async def open_socket(sock: socket.socket) -> SocketStream:
    """The stream owns the socket from here on."""
    if sock.family in (socket.AF_INET, socket.AF_INET6):
        # Nagle's algorithm costs 40 ms a message when requests are pipelined.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return SocketStream(*await asyncio.open_connection(sock=sock))
