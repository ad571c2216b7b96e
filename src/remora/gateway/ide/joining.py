"""Hands the connection with a child process over to the session that is to have it.

The adapter of the parent's session has the connection; the client starts
another session, which may be served by another process.  That one asks by a
socket in the abstract namespace, whose name it finds in its configuration, and
is given the descriptor.  Both ends see to it that the other is of our user.

Source: unix(7), SCM_RIGHTS and SO_PEERCRED.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket

from . import peers

#: Seconds for one side to hear what the other has to say at once.
_PATIENCE = 5.0
_REQUEST_SIZE = 32


class Handover:
    """Connections that wait to be asked for, by the pid of their process.  Runs in one event loop."""

    def __init__(self) -> None:
        #: What is to be asked for: `socket` in an `attach` request's `join`.
        self.name = f"remora-{secrets.token_hex(16)}"
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._listener.setblocking(False)
        self._listener.bind("\0" + self.name)
        self._listener.listen()
        self._waiting: dict[int, socket.socket] = {}
        self._fetched: dict[int, asyncio.Event] = {}

    def offer(self, pid: int, connection: socket.socket) -> asyncio.Event:
        """Keep it for whoever comes; set when somebody has come."""
        self._waiting[pid] = connection
        fetched = self._fetched[pid] = asyncio.Event()
        return fetched

    def withdraw(self, pid: int) -> bool:
        """Close the connection if nobody has come for it."""
        connection = self._waiting.pop(pid, None)
        self._fetched.pop(pid, None)
        if connection is not None:
            connection.close()
        return connection is not None

    async def serve(self) -> None:
        """Answer those who come, until cancelled."""
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as tasks:
            while True:
                asking, _ = await loop.sock_accept(self._listener)
                tasks.create_task(self._answer(asking))

    def close(self) -> None:
        """Withdraw all."""
        self._listener.close()
        for pid in list(self._waiting):
            self.withdraw(pid)

    async def _answer(self, asking: socket.socket) -> None:
        with asking:
            if not _is_ours(asking):
                return
            asking.setblocking(False)
            try:
                async with asyncio.timeout(_PATIENCE):
                    pid = int(await asyncio.get_running_loop().sock_recv(asking, _REQUEST_SIZE))
                socket.send_fds(asking, [b"\0"], [self._waiting[pid].fileno()])
            except (OSError, ValueError, KeyError):
                return  # whoever asks sees the stream end
            self._fetched[pid].set()
            self.withdraw(pid)


def fetch(name: str, pid: int) -> socket.socket:
    """The connection with process `pid`, which `Handover` of this name keeps.

    Blocks for some seconds at most.  Raises `LookupError` if it has none.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as asking:
        asking.settimeout(_PATIENCE)
        try:
            asking.connect("\0" + name)
            if _is_ours(asking):
                asking.send(b"%d" % pid)
                _, descriptors, _, _ = socket.recv_fds(asking, 1, 1)
                if descriptors:
                    return socket.socket(fileno=descriptors[0])
        except OSError as error:
            raise LookupError(pid) from error
    raise LookupError(pid)


def _is_ours(sock: socket.socket) -> bool:
    return peers.unix_uid(sock) in (os.geteuid(), 0)
