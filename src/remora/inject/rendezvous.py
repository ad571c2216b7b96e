"""Where the target's first stage and the controller meet: a socket on which the controller listens.

Decides where that socket is, and who may come in.  An abstract socket needs no
file and goes with us; for a target in another network namespace it is made in
that namespace, or in a directory of the target.  Closing the door is what calls
an attempt off: a first stage that comes later finds nobody, and ends.
"""

from __future__ import annotations

import os
import select
import socket
import threading
import time

from .. import sessions
from . import reasons
from .places import Place, places, random_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .probe import Target

_CLONE_NEWNET = 0x40000000
_BACKLOG = 4


class Door:
    """A listening socket for one target.  One thread; close it on every way out.

    `address`, `secret` and `meeting_place` are what `first_stage.start` takes.
    Raises `AttachError` (UNREACHABLE).
    """

    def __init__(self, target: Target) -> None:
        self.secret = os.urandom(32)
        self.meeting_place = ""
        self._target = target
        self._place: Place | None = None
        self._directory = ""
        name = "\0" + random_name()
        self.address: str | bytes = name.encode()
        if _net_namespace("/proc/self") == target.process.namespace("net"):
            self._listener = _listen(name)
        else:
            self._listener = _listen_in_namespace(target.process.proc, name) or self._listen_in_place()
        self._poll = select.poll()
        self._poll.register(self._listener, select.POLLIN)

    def accept(self, deadline: float) -> socket.socket | None:
        """The connection of the target's first stage, which waits for the secret.

        None if it does not come until `deadline` (of `time.monotonic`).
        Whoever else comes is turned away without a word; above all not this one.
        """
        while True:
            remaining = max(0.0, deadline - time.monotonic())
            if not self._poll.poll(remaining * 1000):
                return None
            connection, _ = self._listener.accept()
            if self._is_target(connection):
                return connection
            connection.close()

    def close(self) -> None:
        """Nobody comes in any more, and nothing is left of it."""
        self._listener.close()
        if self._place is not None:
            self._remove(self._place)
            self._place = None

    def _is_target(self, connection: socket.socket) -> bool:
        pid, uid = sessions.peer(connection)
        # The pid is 0 if the target's has no number in our namespace, as it may have none in a sibling's.
        return pid == self._target.pid or (pid == 0 and uid in self._target.process.uids)

    def _listen_in_place(self) -> socket.socket:
        for place in places(self._target.process):
            try:
                listener = self._listen_below(place)
            except OSError:
                place.close()
                continue
            self._place = place
            return listener
        raise self._target.error(reasons.UNREACHABLE)

    def _listen_below(self, place: Place) -> socket.socket:
        process = self._target.process
        self._directory = random_name()
        os.mkdir(self._directory, 0o700, dir_fd=place.fd)
        try:
            # The directory is given away last: until then nobody else can put anything in it.
            listener = _listen(f"/proc/self/fd/{place.fd}/{self._directory}/s")
            os.chown(f"{self._directory}/s", process.uid, process.gid, dir_fd=place.fd, follow_symlinks=False)
            os.chown(self._directory, process.uid, process.gid, dir_fd=place.fd, follow_symlinks=False)
        except OSError:
            self._remove(place)
            raise
        self.meeting_place = f"{place.path}/{self._directory}"
        self.address = f"{self.meeting_place}/s"
        return listener

    def _remove(self, place: Place) -> None:
        try:
            os.unlink(f"{self._directory}/s", dir_fd=place.fd)
            os.rmdir(self._directory, dir_fd=place.fd)
        except OSError:
            return  # the first stage has removed it when it had come in
        finally:
            place.close()


def _listen(address: str) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def _listen_in_namespace(proc: str, address: str) -> socket.socket | None:
    """A socket in the network namespace of a process; None if we may not go there."""
    made: list[socket.socket] = []

    def make() -> None:
        import ctypes

        try:
            fd = os.open(proc + "/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return  # it belongs to another user namespace
        try:
            if ctypes.CDLL(None, use_errno=True).setns(fd, _CLONE_NEWNET) == 0:
                made.append(_listen(address))
        finally:
            os.close(fd)

    # Only this thread goes into the namespace, and never comes back.
    thread = threading.Thread(target=make, name="remora.namespace")
    thread.start()
    thread.join()
    return made[0] if made else None


def _net_namespace(proc: str) -> tuple[int, int]:
    status = os.stat(proc + "/ns/net")
    return status.st_dev, status.st_ino
