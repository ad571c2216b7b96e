"""What the program writes to `sys.stdout` and `sys.stderr`, as `output` events to the clients that ask.

It goes where it went, too.  The streams stay the objects that they are, since
the program may have handed them on: only their `write` is wrapped, for as long
as a client asks.  The wrapper runs on the threads of the program.
"""

from __future__ import annotations

import sys

from .isolate import _thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable

    from .clients import Client
    from .scoping import Scoping
    from .sources import Sources

#: Frames that are looked through for the one of the user that writes.
_DEPTH = 50


class Output:
    """The wrapped streams.  `add` and `drop` run on the reader thread."""

    def __init__(self, sources: Sources, scoping: Scoping, own_threads: set[int]) -> None:
        self._sources = sources
        self._scoping = scoping
        self._own_threads = own_threads
        self._clients: tuple[Client, ...] = ()
        self._wrapped: list[_Wrapped] = []

    def add(self, client: Client) -> None:
        """From here on `client` is sent what the program writes."""
        self._clients += (client,)
        if not self._wrapped:
            for category in ("stdout", "stderr"):
                self._wrap(category, getattr(sys, category, None))

    def drop(self, client: Client) -> None:
        self._clients = (*[each for each in self._clients if each is not client],)
        if not self._clients:
            self.stop()

    def stop(self) -> None:
        """Give the streams their own `write` back."""
        for wrapped in self._wrapped:
            wrapped.restore()
        self._wrapped = []

    def _wrap(self, category: str, stream: Any) -> None:
        if stream is None:
            return
        try:
            self._wrapped.append(_Wrapped(stream, lambda text, frame: self._tell(category, text, frame)))
        except (AttributeError, TypeError):
            name = type(stream).__name__
            text = "sys.%s is a %s, whose output cannot be followed\n" % (category, name)
            self._send({"category": "important", "output": text})

    def _tell(self, category: str, text: str, frame: FrameType) -> None:
        if not text or _thread.get_ident() in self._own_threads:
            return
        where = self._writer(frame)
        body = {"category": category, "output": text, "line": where.f_lineno}
        self._send({**body, "source": self._sources.body(where.f_code.co_filename)})

    def _send(self, body: dict[str, Any]) -> None:
        for client in self._clients:
            client.event("output", body)

    def _writer(self, frame: FrameType) -> FrameType:
        """The innermost frame of the user's: a logger writes for the one that logs."""
        step = frame
        for _ in range(_DEPTH):
            if not self._scoping.is_library(step.f_code.co_filename):
                return step
            if step.f_back is None:
                break
            step = step.f_back
        return frame


class _Wrapped:
    """One stream with a `write` that also tells.  Raises `AttributeError`, `TypeError` if it takes none."""

    def __init__(self, stream: Any, tell: Callable[[str, FrameType], None]) -> None:
        original = stream.write

        def write(text: str) -> Any:
            result = original(text)
            tell(text, sys._getframe(1))
            return result

        self._stream = stream
        self._had_own = "write" in stream.__dict__
        self._original = original
        stream.write = self._write = write

    def restore(self) -> None:
        if self._stream.__dict__.get("write") is not self._write:
            return  # the program has put something of its own there since
        if self._had_own:
            self._stream.write = self._original
        else:
            del self._stream.write
