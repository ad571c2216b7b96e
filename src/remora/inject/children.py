"""The door through which the children of a debuggee report, before their first line.

Decides where it is and how a new interpreter finds it: a directory of the
debuggee's own file system, with a socket and a `sitecustomize` that the
debuggee's agent puts on the module path of the processes it starts.  Its first
lines take themselves off that path again, so that the child sees the
environment that its parent meant.  Belongs to one thread, but for `close`.

Source: CPython's Lib/site.py (execsitecustomize).
"""

from __future__ import annotations

import os
import select
import socket
import time

from .. import sessions
from . import handshake, reasons
from .first_stage_text import child_text
from .places import places, random_name
from .process import Process, origin_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .handshake import Bundle
    from .places import Place

_BACKLOG = 64
_SOCKET, _TEXT, _CACHE = "s", "sitecustomize.py", "__pycache__"
#: In the command of a process that `multiprocessing` has beside the program's own, which runs nothing of it.
_AUXILIARY = "from multiprocessing.resource_tracker import main"


class Child:
    """A child that waits in its first moment, or in the one after `fork`.  `socket` is the caller's.

    Raises `FileNotFoundError` if it has ended already.
    """

    def __init__(self, sock: socket.socket, pid: int) -> None:
        self.socket = sock
        self.pid = pid
        #: Its command line.
        self.command = Process(pid).cmdline


class ChildrenDoor:
    """Where children of process `pid` come in.  Close it when the session ends.

    `patience` is in seconds: how long a child waits to be taken before it goes
    on by itself.  Raises `AttachError` (GONE, UNREACHABLE).
    """

    def __init__(self, pid: int, patience: float) -> None:
        try:
            self._process = Process(pid)
        except FileNotFoundError:
            raise reasons.GONE.error(pid=pid) from None
        self._secret = os.urandom(32)
        self._patience = patience
        self._outer = random_name()
        # Everybody sees the name of `_outer`, and the one in it nobody else.  So nobody can make it anew for
        # processes that still have it on their module path when it is gone.
        self._name = f"{self._outer}/{os.urandom(16).hex()}"
        self._place, self._listener = self._open()
        #: The directory, as the debuggee calls it.
        self.directory = f"{self._place.path}/{self._name}"
        #: What a child runs to come in, as text.
        self.first_stage = child_text(f"{self.directory}/{_SOCKET}", self._secret, patience)
        try:
            self._furnish()
        except OSError:
            self.close()
            raise

    def fileno(self) -> int:
        """Readable when a child waits to be accepted."""
        return self._listener.fileno()

    def accept(self) -> Child | None:
        """The next child; None if somebody came who is not one to debug, and was turned away."""
        connection, _ = self._listener.accept()
        pid, uid = sessions.peer(connection)
        if uid in (0, *self._process.uids):
            try:
                child = Child(connection, pid)
            except FileNotFoundError:
                child = None
            if child is not None and not any(_AUXILIARY in word for word in child.command):
                return child
        connection.close()
        return None

    def introduce(self, child: Child, bundle: Bundle, timeout: float) -> dict[str, Any]:
        """Bring the agent into `child`, which waits on; what it has said of itself.

        Raises `AttachError` (GONE, NO_ANSWER, BUNDLE_REFUSED); the child goes on then.
        """
        try:
            origin, process = origin_of(child.pid), Process(child.pid)
            return handshake.introduce(child.socket, self._secret, bundle, origin, timeout, process)
        except (OSError, ValueError, KeyError, handshake.Refused, handshake.Leaving) as error:
            child.socket.close()
            raise handshake.failure(error, child.pid, timeout) from error

    def close(self) -> None:
        """Nobody comes in any more, and nothing is left of it."""
        self._listener.close()
        for name in (_SOCKET, _TEXT, _CACHE):
            _remove(f"{self._name}/{name}", self._place.fd)
        try:
            os.rmdir(self._name, dir_fd=self._place.fd)
            os.rmdir(self._outer, dir_fd=self._place.fd)
        except OSError:
            return  # its agent was faster, or the program's user has put something into it
        finally:
            self._place.close()

    def _open(self) -> tuple[Place, socket.socket]:
        for place in places(self._process):
            try:
                os.mkdir(self._outer, 0o700, dir_fd=place.fd)
                os.mkdir(self._name, 0o700, dir_fd=place.fd)
            except OSError:
                place.close()
                continue
            return place, self._listen(place)
        raise reasons.UNREACHABLE.error(pid=self._process.pid)

    def _listen(self, place: Place) -> socket.socket:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(f"/proc/self/fd/{place.fd}/{self._name}/{_SOCKET}")
        listener.listen(_BACKLOG)
        return listener

    def _furnish(self) -> None:
        """Write the files, and give them to the debuggee's user; the directory last."""
        self._write(_TEXT, _taking_itself_back(self.directory, self.first_stage))
        # Instead of the directory: no interpreter then keeps compiled code here.
        self._write(_CACHE, "")
        for name in (
            f"{self._name}/{_SOCKET}",
            f"{self._name}/{_TEXT}",
            f"{self._name}/{_CACHE}",
            self._name,
            self._outer,
        ):
            os.chown(name, self._process.uid, self._process.gid, dir_fd=self._place.fd, follow_symlinks=False)

    def _write(self, name: str, text: str) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        fd = os.open(f"{self._name}/{name}", flags, 0o600, dir_fd=self._place.fd)
        with open(fd, "w", encoding="utf-8") as file:
            file.write(text)


def wait_child(door: ChildrenDoor, timeout: float) -> Child | None:
    """The child that comes within `timeout` seconds, if one does."""
    deadline = time.monotonic() + timeout
    while select.select([door], [], [], max(0.0, deadline - time.monotonic()))[0]:
        child = door.accept()
        if child is not None:
            return child
    return None


def _taking_itself_back(directory: str, first_stage: str) -> str:
    """The `sitecustomize` of a child: undoes how it got in, comes in, and lets the true one run.

    Without a true one it ends by the `ModuleNotFoundError` that `site` expects.
    """
    return f"""\
def _go_back(directory):
    import os, sys
    rest = [each for each in os.environ['PYTHONPATH'].split(os.pathsep) if each != directory]
    if rest:
        os.environ['PYTHONPATH'] = os.pathsep.join(rest)
    else:
        del os.environ['PYTHONPATH']
    sys.path[:] = [each for each in sys.path if each != directory]
    sys.path_importer_cache.pop(directory, None)
    del sys.modules['sitecustomize']
_go_back({directory!r})
{first_stage}
import sitecustomize
"""


def _remove(name: str, directory: int) -> None:
    try:
        os.unlink(name, dir_fd=directory)
    except OSError:
        return  # it was never made, or the program's user has removed it
