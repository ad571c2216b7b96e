"""What is written at a prompt, on its way to the client.

The first line goes at once; what follows close behind is gathered, so that a
loop that prints costs a message now and then and not two for each line.  Who
needs the order kept calls `flush` before what is to come after it.
"""

from __future__ import annotations

from ..isolate import _thread, time
from ..jobs import undisturbed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

#: Seconds for which output is gathered after a message, and characters after which it goes in any case.
_GATHER, _MOST = 0.02, 1 << 16


class Spool:
    """Of one prompt.  Any thread; `flush` is called now and then by the reader."""

    def __init__(self, send: Callable[[str, str], None], wake: Callable[[], None]) -> None:
        """`send` tells (category, text); `wake` has the reader see to what is left."""
        self._send = send
        self._wake = wake
        self._lock = _thread.allocate_lock()
        self._category = ""
        self._parts: list[str] = []
        self._length = 0
        self._sent = 0.0
        self._writer = 0
        self._late: list[tuple[str, str]] = []

    def write(self, category: str, text: str) -> None:
        """Send `text`, now or soon; an empty one: what is left, now."""
        undisturbed(lambda: self._alone(category, text))

    def flush(self) -> None:
        """Send what is left."""
        if self._parts:
            undisturbed(lambda: self._alone("", ""))

    def has_more(self) -> bool:
        """Whether something is left."""
        return bool(self._parts)

    def _alone(self, category: str, text: str) -> None:
        ident = _thread.get_ident()
        if ident == self._writer:
            # A signal handler of the program runs, and writes, on a thread that is in here.
            self._late.append((category, text))
            return
        with self._lock:
            self._writer = ident
            self._take(category, text)
            while self._late:
                self._take(*self._late.pop(0))
            self._writer = 0

    def _take(self, category: str, text: str) -> None:
        if category != self._category:
            self._send_all()
            self._category = category
        if not text:
            self._send_all()
            return
        self._parts.append(text)
        self._length += len(text)
        is_due = "\n" in text and time.monotonic() - self._sent > _GATHER
        if is_due or self._length > _MOST:
            self._send_all()
        elif len(self._parts) == 1:
            self._wake()

    def _send_all(self) -> None:
        if self._parts:
            parts, self._parts, self._length = self._parts, [], 0
            self._sent = time.monotonic()
            self._send(self._category, "".join(parts))
