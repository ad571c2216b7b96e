"""A stream over a unix socket."""

from __future__ import annotations

import asyncio

from .base import SocketStream


async def open_unix(path: str) -> SocketStream:
    """Raises `OSError` if nobody listens there."""
    return SocketStream(*await asyncio.open_unix_connection(path))
