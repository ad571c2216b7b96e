"""The agent's end of one client's stream: bytes in, messages out.

The reader thread reads; any thread sends.  Sending never blocks: what the
client does not take is kept for the reader to send later, and a client that
leaves too much lying is dropped.  A slow client thus never slows the program.
"""

from __future__ import annotations

from ..dap import framing
from .isolate import _thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    import _socket
    from typing import Any, Callable

#: Bytes that may wait for a client that does not read.
BACKLOG_LIMIT = 64 << 20
#: Bytes that may wait before a thread of the agent's own does, and seconds after which it looks again.
_MUCH, _LOOK = 4 << 20, 0.1
#: Bytes that are sent at a time of those that wait.
_PIECE = 1 << 20

_CHUNK = 1 << 16


class Connection:
    """A non-blocking stream socket with DAP framing."""

    def __init__(self, sock: _socket.socket, wake: Callable[[], None]) -> None:
        sock.setblocking(False)
        self._socket = sock
        self._wake = wake
        self._decoder = framing.Decoder()
        self._lock = _thread.allocate_lock()
        self._backlog = bytearray()
        self._drained = _thread.allocate_lock()
        self.open = True

    def fileno(self) -> int:
        return self._socket.fileno()

    def receive(self) -> list[dict[str, Any]]:
        """The messages that have arrived.  Sets `open` to False at the end of the stream.

        Raises `framing.MessageError` for a message that is framed well but is not one, and
        `framing.FramingError` for a stream that cannot be followed any more.
        """
        try:
            chunk = self._socket.recv(_CHUNK)
        except (BlockingIOError, InterruptedError):
            return []
        except OSError:
            chunk = b""
        if not chunk:
            self.open = False
            return []
        return self._decoder.feed(chunk)

    def send(self, message: dict[str, Any]) -> None:
        """Send `message`, now or when the client takes it.  Silent when the client has gone."""
        frame = framing.encode(message)
        with self._lock:
            if self._backlog:
                self._backlog += frame
                if len(self._backlog) > BACKLOG_LIMIT:
                    self.open = False
                return
            rest = self._send_now(frame)
            if not rest:
                return
            self._backlog += rest
        self._wake()

    def flush(self) -> None:
        """Send what waits, as far as the client takes it."""
        with self._lock:
            rest = self._send_now(bytes(self._backlog[:_PIECE]))
            del self._backlog[: min(_PIECE, len(self._backlog)) - len(rest)]
        if self._drained.locked():
            self._drained.release()

    def await_room(self) -> None:
        """Wait while the client has much left to take.  On threads of the agent's, but for the reader."""
        while len(self._backlog) > _MUCH and self.open:
            self._drained.acquire(True, _LOOK)

    def waits(self) -> bool:
        """Whether something is left to `flush`."""
        return bool(self._backlog)

    def close(self) -> None:
        """End the stream for good, also for copies of the socket in forked children."""
        self.open = False
        with self._lock:
            try:
                self._socket.shutdown(2)
            except OSError:
                self._backlog.clear()  # the client was faster; nothing can reach it any more
            self._socket.close()

    def abandon(self) -> None:
        """Close this process's copy only: a forked child must not end its parent's session."""
        self.open = False
        self._socket.close()

    def _send_now(self, frame: bytes) -> bytes:
        view = memoryview(frame)
        while view:
            try:
                view = view[self._socket.send(view) :]
            except (BlockingIOError, InterruptedError):
                break
            except OSError:
                self.open = False
                return b""
        return bytes(view)
