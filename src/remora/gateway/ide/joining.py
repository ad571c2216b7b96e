"""Hands the connection with a child process over to the session that is to have it.

The adapter of the parent's session has the connection; the client starts
another session, which may be served by another process.  That one asks by a
socket in the abstract namespace, whose name tells the child's pid, and is given
the descriptor.  Both ends see to it that the other is of our user.

Source: unix(7), SCM_RIGHTS and SO_PEERCRED.
"""

from __future__ import annotations

import asyncio
import socket

from remora import sessions

#: Seconds for the adapter of the parent's session to answer.
_PATIENCE = 5.0


class Handover:
    """Owns the connection with child `pid`, until somebody comes for it.  Belongs to one event loop.

    Raises `OSError` if another adapter waits with a child of that pid; the connection is not owned then.
    """

    def __init__(self, pid: int, connection: socket.socket) -> None:
        self.is_taken = False
        self._connection = connection
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            self._listener.setblocking(False)
            self._listener.bind(_address(pid))
            self._listener.listen()
        except OSError:
            self._listener.close()
            raise

    async def taken(self) -> None:
        """Wait until a session of our user has the connection."""
        loop = asyncio.get_running_loop()
        while True:
            asking, _ = await loop.sock_accept(self._listener)
            with asking:
                if sessions.is_own(asking) and _give(asking, self._connection):
                    self.is_taken = True
                    return

    def close(self) -> None:
        """Nobody gets it any more; for who has it, it stays open."""
        self._listener.close()
        self._connection.close()


def fetch(pid: int) -> socket.socket:
    """The connection with child process `pid`, which a `Handover` keeps.

    Blocks for some seconds at most.  Raises `LookupError` if there is none.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as asking:
        asking.settimeout(_PATIENCE)
        try:
            asking.connect(_address(pid))
            if sessions.is_own(asking):
                _, descriptors, _, _ = socket.recv_fds(asking, 1, 1)
                if descriptors:
                    return socket.socket(fileno=descriptors[0])
        except OSError as error:
            raise LookupError(pid) from error
    raise LookupError(pid)


def _address(pid: int) -> str:
    return f"\0remora-child-{pid}"


def _give(asking: socket.socket, connection: socket.socket) -> bool:
    """False if whoever asked has gone."""
    try:
        socket.send_fds(asking, [b"\0"], [connection.fileno()])
    except OSError:
        return False
    return True
