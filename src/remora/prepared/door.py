"""The door of a prepared program: a socket of its own user's, on which the agent is brought in when needed.

Decides who may come in, how many may be half-way in, and what becomes of the
door at `fork` and at the end.  Knows nothing of DAP or of the agent: the first
stage talks to whoever comes.  One thread of ours is blocked in `accept`; each
client has one until the agent serves it.

It travels as text, too, into programs that are started with a door: the two
modules that it needs are handed to it.
"""

# No `from __future__`: see `sessions`.

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _socket import socket
    from types import ModuleType
    from typing import Any, Callable, Dict, List, Optional, Set

#: Clients that may be half-way in; of more, the one that has come first is turned away.
HALFWAY_LIMIT = 32
#: Seconds until the next try when no descriptor is left to accept with.
_OUT_OF_DESCRIPTORS_PAUSE = 0.2
_EBADF, _EINVAL, _ECONNABORTED = 9, 22, 103


class Door:
    """The way into this process.  `open` may be called by any thread of the program."""

    def __init__(self, sessions: "ModuleType", first_stage: "ModuleType") -> None:
        self._sessions: Any = sessions
        self._first_stage: Any = first_stage
        #: The socket's path while the door is open.
        self.path = ""
        self._listener: Optional[socket] = None
        self._halfway: List[socket] = []
        self._lock = original("_thread").allocate_lock()
        self._opening = original("_thread").allocate_lock()
        #: Idents of our own threads, which are none of the program's.
        self.threads: Set[int] = set()
        self._hooked = False
        #: What becomes of a stopped program whose last client goes without having said: "continue" or "stay".
        self.on_disconnect = "continue"

    def open(self) -> str:
        """Listen, on a thread of our own; the path of the socket.

        Raises `OSError` if the directory of sessions cannot be used, and
        `RuntimeError` if no thread can be started.
        """
        with self._opening:
            if self._listener is None:
                self._sessions.forget_stale()
                self._open()
            return self.path

    def close(self) -> None:
        """Nobody comes in any more; who is in stays."""
        listener, self._listener = self._listener, None
        if listener is not None:
            self._sessions.remove(self.path)
            self.path = ""
            try:
                listener.shutdown(2)  # the thread in `accept` comes back
            except OSError:
                return
            finally:
                listener.close()

    def admit(self, sock: "socket") -> None:
        """Have the controller behind a connected socket come in, on a thread of its own.

        For our threads: it inherits that none of the program's signals come to it.
        """
        self._enter(sock)
        try:
            start_thread(self._meet, sock)
        except RuntimeError:  # the interpreter is on its way out
            self._leave(sock)
            sock.close()

    def _open(self) -> None:
        import posix

        path: str = self._sessions.program_socket(posix.getpid())
        self._listener = self._sessions.listen(path)
        self.path = path
        before = block_signals(self._first_stage)
        try:
            start_thread(self._serve, self._listener)
        except RuntimeError:
            self.close()
            raise
        finally:
            restore_signals(before)
        self._hook()

    def _serve(self, listener: "socket") -> None:
        """Our thread."""
        import _socket

        ident = original("_thread").get_ident()
        self.threads.add(ident)
        try:
            while True:
                fd = _accepted(listener)
                if fd is None:
                    return
                sock = _socket.socket(fileno=fd)
                sock.settimeout(None)
                if self._sessions.is_own(sock):
                    self.admit(sock)
                else:
                    sock.close()
        except BaseException:
            return  # the program must not notice; above all not at its end
        finally:
            self.threads.discard(ident)

    def _enter(self, sock: "socket") -> None:
        with self._lock:
            self._halfway.append(sock)
            first = self._halfway.pop(0) if len(self._halfway) > HALFWAY_LIMIT else None
            if first is not None:
                _end(first)

    def _leave(self, sock: "socket") -> None:
        with self._lock:
            self._halfway[:] = [each for each in self._halfway if each is not sock]

    def _meet(self, sock: "socket") -> None:
        """The thread of one client, which becomes the agent's if there is none yet."""
        stage = self._first_stage
        package = _agent_of_this_process()
        own_threads = getattr(package, "own_threads", self.threads)
        ident = original("_thread").get_ident()
        own_threads.add(ident)
        begin: Optional[Callable[[], None]] = None
        hello: Dict[str, Any] = {"own_threads": self.threads, "on_disconnect": self.on_disconnect}
        try:
            stage.set_receive_timeout(sock, stage.PATIENCE)
            begin = stage.agree(sock, b"", hello)
        except BaseException:
            sock.close()  # it did not follow, and nobody is there to be told
        finally:
            self._leave(sock)
            own_threads.discard(ident)
        if begin is not None:
            try:
                begin()
            except BaseException:
                sock.close()

    # -- fork and exit -------------------------------------------------------------------------

    def _hook(self) -> None:
        if self._hooked:
            return
        import atexit
        import posix

        self._hooked = True
        posix.register_at_fork(after_in_child=self._after_fork)
        atexit.register(self.close)

    def _after_fork(self) -> None:
        """In a child: its parent's door is none of its business, and it gets one of its own."""
        listener, self._listener = self._listener, None
        self._lock = original("_thread").allocate_lock()
        self._opening = original("_thread").allocate_lock()
        self.threads = set()
        halfway, self._halfway = self._halfway, []
        for copy in [listener, *halfway]:
            if copy is not None:
                copy.close()
        if listener is None:
            return
        try:
            self._open()
        except (OSError, RuntimeError):
            self.path = ""  # it goes on without


def _agent_of_this_process() -> "Any":
    """The package of the agent; in a forked child, the copy of its parent's is put away first."""
    import posix

    package: Any = sys.modules.get("_remora")
    if getattr(package, "pid", posix.getpid()) != posix.getpid():
        package.left_behind()
        return None
    return package


def _accepted(listener: "socket") -> "Optional[int]":
    """The descriptor of the next connection; None when the door has been closed."""
    while True:
        try:
            fd, _ = listener._accept()  # type: ignore[attr-defined]
            return int(fd)
        except OSError as error:
            if error.errno in (_EBADF, _EINVAL):
                return None
            if error.errno != _ECONNABORTED:
                pause = original("_thread").allocate_lock()
                pause.acquire()
                pause.acquire(True, _OUT_OF_DESCRIPTORS_PAUSE)


def _end(sock: "socket") -> None:
    try:
        sock.shutdown(2)
    except OSError:
        return  # it has just ended by itself


def block_signals(first_stage: "Any") -> "Any":
    """For a thread that is started now, which is to get none from its first moment on; the mask before."""
    signals: Any = __import__("_signal")  # it is in no stub
    before = signals.pthread_sigmask(signals.SIG_BLOCK, ())
    first_stage.leave_signals_to_the_program()
    return before


def restore_signals(before: "Any") -> None:
    signals: Any = __import__("_signal")
    signals.pthread_sigmask(signals.SIG_SETMASK, before)


def start_thread(function: "Callable[..., None]", *args: "Any") -> None:
    """Not by `threading`: the program neither lists it nor waits for it at its end."""
    original("_thread").start_new_thread(function, args)


def original(name: str) -> "Any":
    """A module as it was before gevent replaced functions of it, which start no threads and block nothing.

    A copy, if it is not that any more.
    """
    module = __import__(name)
    saved = getattr(sys.modules.get("gevent.monkey"), "saved", {}).get(name)
    if not saved:
        return module
    copy = type(sys)(name)
    copy.__dict__.update(module.__dict__)
    copy.__dict__.update(saved)
    return copy
