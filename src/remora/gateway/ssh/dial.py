"""One program that dials in from another host: the bytes between its channel and a socket of ours.

Owner: the event loop.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable

import asyncssh

from .inlet import Inlet
from .key_options import Permission

log = logging.getLogger("remora.gateway")

SUBSYSTEM = "dial"


class DialChannel(asyncssh.SSHServerSession[bytes]):
    """What a key gets at a gateway that listens for programs: to bring one, and nothing else."""

    def __init__(
        self, admit: Callable[[socket.socket, str], None], permission: Permission, address: str
    ) -> None:
        """`admit` gets our end of the connection, and the address that it comes from."""
        self._admit = admit
        self._permission = permission
        self._address = address
        self._line: _Line | None = None
        self._opening: asyncio.Task[None] | None = None
        self._inlet = Inlet()
        self._closed = False

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        self.channel = chan

    def subsystem_requested(self, subsystem: str) -> bool:
        # A key that is for one command, or for looking, is not for bringing programs.
        is_allowed = self._permission.forced is None and self._permission.role == "owner"
        return subsystem == SUBSYSTEM and is_allowed

    def session_started(self) -> None:
        log.info("%s: a program dials in", self._address)
        self._opening = asyncio.create_task(self._open())

    def data_received(self, data: bytes, datatype: int | None) -> None:
        self._inlet.write(data)

    def eof_received(self) -> bool:
        self._inlet.write_eof()
        return True  # the other direction stays open

    def pause_writing(self) -> None:
        if self._line is not None:
            self._line.transport.pause_reading()

    def resume_writing(self) -> None:
        if self._line is not None:
            self._line.transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        self._closed = True
        if self._line is not None:
            self._line.transport.close()

    async def _open(self) -> None:
        theirs, ours = socket.socketpair()
        ours.setblocking(False)
        self._admit(theirs, self._address)
        _, self._line = await asyncio.get_running_loop().connect_accepted_socket(
            lambda: _Line(self.channel), ours
        )
        self._inlet.open(self._line)
        if self._closed:
            self._line.transport.close()


class _Line(asyncio.Protocol):
    """Our side of the socket; what comes from there goes to the channel."""

    def __init__(self, channel: asyncssh.SSHServerChannel[bytes]) -> None:
        self._channel = channel
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def write(self, content: bytes) -> None:
        self.transport.write(content)

    def write_eof(self) -> None:
        if not self.transport.is_closing():
            self.transport.write_eof()

    def data_received(self, data: bytes) -> None:
        if not self._channel.is_closing():
            self._channel.write(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._channel.is_closing():
            self._channel.exit(0)

    def pause_writing(self) -> None:
        self._channel.pause_reading()

    def resume_writing(self) -> None:
        self._channel.resume_reading()
