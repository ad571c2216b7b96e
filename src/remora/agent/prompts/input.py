"""Standard input that a client gives, line by line or in large pieces.

The thread that reads asks for it by `remora/inputWanted`, and waits; the reader
thread brings what the client sends.
"""

from __future__ import annotations

from ..isolate import _thread
from ..jobs import undisturbed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

#: Seconds after which one that waits can be interrupted: nothing else interrupts a lock.
_BREATH = 0.05


class ClientInput:
    """What was sent and has not been read.  `wanted` asks the client for more."""

    def __init__(self, wanted: Callable[[], None]) -> None:
        self._wanted = wanted
        self._bytes = bytearray()
        self._ended = self._is_end_seen = False
        self._closed = False
        self._lock = _thread.allocate_lock()
        self._bell = _thread.allocate_lock()
        self._bell.acquire()

    def give(self, text: str, ended: bool) -> None:
        """The client has sent this.  Bytes that are no UTF-8 are lone surrogates in it (PEP 383)."""
        with self._lock:
            self._bytes += text.encode("utf-8", "surrogateescape")
            self._ended = self._ended or ended
        self._ring()

    def renew(self) -> None:
        """For what is typed next an end that was seen is none, as at a terminal."""
        with self._lock:
            self._ended = self._ended and not self._is_end_seen

    def close(self) -> None:
        """Nothing comes any more."""
        self._closed = True
        self._ring()

    def take(self, most: int) -> bytes:
        """Up to `most` bytes, as soon as there are any; none at the end of the input."""
        asked = False
        while not self._has_come():
            if not asked:
                asked = True
                self._wanted()
            self._bell.acquire(True, _BREATH)
        taken: list[bytes] = []
        undisturbed(lambda: taken.append(self._pick(most)))
        return taken[0]

    def as_text(self) -> Any:
        """A stream like `sys.stdin`."""
        # Not `io`, which is a module that not every program has imported.
        io: Any = __import__("_io")
        take = self.take

        class Bytes(io._RawIOBase):  # type: ignore[misc]
            def readable(self) -> bool:
                return True

            def readinto(self, room: Any) -> int:
                taken = take(len(room))
                room[: len(taken)] = taken
                return len(taken)

        stream = io.TextIOWrapper(io.BufferedReader(Bytes()), "utf-8", "surrogateescape")
        stream.mode = "r"
        return stream

    def _has_come(self) -> bool:
        return bool(self._bytes) or self._ended or self._closed

    def _pick(self, most: int) -> bytes:
        with self._lock:
            picked = bytes(self._bytes[:most])
            del self._bytes[:most]
            self._is_end_seen = not picked
            return picked

    def _ring(self) -> None:
        with self._lock:
            if self._bell.locked():
                self._bell.release()
