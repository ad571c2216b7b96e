"""Dialling out: the program looks for a person who listens, in the background, until one is there.

Decides where to dial, how often, and when it is enough.  On this host that is
a unix socket of the same user; to another one a process beside the program
carries the bytes, which is `ssh`.  One thread of ours, which becomes the
agent's; nothing that goes wrong on it reaches the program.
"""

from __future__ import annotations

from .. import sessions
from ..inject import first_stage
from .detached import start
from .door import block_signals, original, restore_signals, start_thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _socket import socket
    from typing import Any, Optional

PORT = 1027
#: What means this host.
_HERE = ("", "localhost", "127.0.0.1", "::1")
#: Seconds until the next try: at first, at most on this host, and at most to another one.
_FIRST_PAUSE, _PAUSE_HERE, _PAUSE_THERE = 0.2, 2.0, 60.0
#: Seconds for a listener on another host to say something, which it does once the key has been checked.
_PATIENCE = 60


class Place:
    """Where somebody may listen: `host` ("" for this one), `user` there ("" as configured), and `port`."""

    def __init__(self, user: str, host: str, port: int) -> None:
        self.user = user
        self.host = host
        self.port = port

    @property
    def is_here(self) -> bool:
        return self.host in _HERE

    def command(self) -> list[str]:
        """What carries the bytes there.  It asks nothing: nobody would be there to answer."""
        name = self.user + "@" + self.host if self.user else self.host
        options = ["-T", "-oBatchMode=yes", "-oConnectTimeout=10", "-oServerAliveInterval=15"]
        return ["ssh", *options, "-p%d" % self.port, "-s", "--", name, "dial"]


def place(address: str, lowest: int = 1) -> Place:
    """Read "[USER@][HOST][:PORT]", or a port alone, from `lowest` on.  Raises `ValueError`."""
    user, _, rest = address.rpartition("@")
    if rest.isdigit():
        host, number = "", rest
    elif rest.startswith("["):
        host, _, number = rest[1:].partition("]")
        number = number.lstrip(":")
    elif rest.count(":") > 1:
        host, number = rest, ""
    else:
        host, _, number = rest.partition(":")
    if (number and not number.isdigit()) or not lowest <= int(number or PORT) < 1 << 16:
        raise ValueError("%r is no address; one is like 'devbox:%d'" % (address, PORT))
    if host.startswith("-") or user.startswith("-"):
        raise ValueError("%r is no name of a host" % address)
    return Place(user, host, int(number or PORT))


class Dialling:
    """One place that is dialled."""

    def __init__(self, where: Place, threads: set[int], *, again: bool) -> None:
        """`threads`: the idents of our threads, to which ours is added.

        `again`: after a session has ended, dial for another one.
        """
        self._where = where
        self._threads = threads
        self._again = again
        #: Nobody releases it: it is for waiting so long and no longer.
        self._pause = original("_thread").allocate_lock()
        self.is_over = False

    def start(self) -> None:
        """Begin.  Raises `RuntimeError` if no thread can be started."""
        self._pause.acquire()
        before = block_signals(first_stage)
        try:
            start_thread(self._dial_until_it_is_enough)
        finally:
            restore_signals(before)

    def renewed(self, threads: set[int]) -> Dialling:
        """The same for a forked child, under way if this one is."""
        child = Dialling(self._where, threads, again=self._again)
        child.is_over = self.is_over
        if not self.is_over:
            try:
                child.start()
            except RuntimeError:
                child.is_over = True
        return child

    def _dial_until_it_is_enough(self) -> None:
        ident = original("_thread").get_ident()
        self._threads.add(ident)
        pause = _FIRST_PAUSE
        try:
            while True:
                if self._has_served():
                    if not self._again:
                        break
                    pause = _FIRST_PAUSE
                self._pause.acquire(True, pause)
                pause = min(pause * 2, _PAUSE_HERE if self._where.is_here else _PAUSE_THERE)
        except BaseException:
            return  # the interpreter is on its way out
        finally:
            self.is_over = True
            self._threads.discard(ident)

    def _has_served(self) -> bool:
        """Whether there was a listener; if so, the session with it is over."""
        sock: Optional[socket] = None
        hello: dict[str, Any] = {"own_threads": self._threads}
        try:
            sock = self._connected()
            begin = first_stage.agree(sock, b"", hello)
        except Exception:  # nobody listens, or it is not remora who does
            if sock is not None:
                sock.close()
            return False
        begin()
        return True

    def _connected(self) -> socket:
        if self._where.is_here:
            return sessions.dial(sessions.listener_socket(self._where.port))
        import _socket

        ours, theirs = _socket.socketpair()
        try:
            ours.settimeout(None)
            first_stage.set_receive_timeout(ours, _PATIENCE)
            start(self._where.command(), theirs.fileno())
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        return ours
