"""A stream over this process's own standard input and output."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
import sys
import threading

from .base import SocketStream

_CHUNK = 1 << 16


async def open_stdio() -> SocketStream:
    """The stream that we were started with.

    From here on the standard input is empty and the standard output is that for
    errors: nothing else can read from the stream or write into it, also not a
    program that is started.  Raises `ValueError` if the output is a file.
    """
    sys.stdout.flush()
    incoming, outgoing = os.dup(0), os.dup(1)
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    if not stat.S_ISSOCK(os.fstat(outgoing).st_mode):
        return SocketStream(_reader(incoming), await _pipe_writer(outgoing))
    # Editors on Node.js give sockets; asyncio takes one for closed when something comes in by a "pipe".
    reader, writer = await asyncio.open_connection(sock=socket.socket(fileno=outgoing))
    if os.path.samestat(os.fstat(incoming), os.fstat(outgoing)):
        os.close(incoming)
        return SocketStream(reader, writer)
    return SocketStream(_reader(incoming), writer)


def _reader(fd: int) -> asyncio.StreamReader:
    """What comes from `fd`, which a thread reads: it may be a file, for which an event loop cannot wait."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()

    def read() -> None:
        try:
            while chunk := os.read(fd, _CHUNK):
                loop.call_soon_threadsafe(reader.feed_data, chunk)
            loop.call_soon_threadsafe(reader.feed_eof)
        except RuntimeError:
            return  # the loop has ended before the stream

    threading.Thread(target=read, name="standard input", daemon=True).start()
    return reader


async def _pipe_writer(fd: int) -> asyncio.StreamWriter:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    transport, protocol = await loop.connect_write_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(fd, "wb", buffering=0)
    )
    return asyncio.StreamWriter(transport, protocol, reader, loop)
