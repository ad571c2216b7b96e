"""What the program writes to `sys.stdout` and `sys.stderr`, as `output` events to the clients that ask.

It goes where it went, too.  The streams stay the objects that they are, since
the program may have handed them on: only `write`, theirs and that of their
`buffer`, is wrapped, for as long as a client asks.  The wrapper runs on the threads of the program.
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
    """One stream that also tells what is written to it, or, as bytes, to its `buffer`.

    Raises `AttributeError`, `TypeError` if its `write` cannot be wrapped.
    """

    def __init__(self, stream: Any, tell: Callable[[str, FrameType], None]) -> None:
        original = stream.write

        def write(text: str) -> Any:
            result = original(text)
            tell(text, sys._getframe(1))
            return result

        self._replaced = [_Replaced(stream, "write", write)]
        try:
            self._wrap_buffer(stream, write, tell)
        except (AttributeError, TypeError, ValueError):
            return  # it has none, or not any more

    def _wrap_buffer(self, stream: Any, write: Any, tell: Callable[[str, FrameType], None]) -> None:
        """Bytes that the text layer writes have been told as text: it does so in `write` and `flush`."""
        original_flush, original = stream.flush, stream.buffer.write

        def flush() -> Any:
            return original_flush()

        def write_bytes(content: Any) -> Any:
            result = original(content)
            caller = sys._getframe(1)
            if caller.f_code not in text_layer:
                tell(bytes(content).decode(stream.encoding, "backslashreplace"), caller)
            return result

        text_layer = (write.__code__, flush.__code__)
        self._replaced.append(_Replaced(stream, "flush", flush))
        self._replaced.append(_Replaced(stream.buffer, "write", write_bytes))

    def restore(self) -> None:
        for each in self._replaced:
            each.restore()


class _Replaced:
    """A method of one object that is another for a time.  Raises `AttributeError`, `TypeError`."""

    def __init__(self, target: Any, name: str, function: Any) -> None:
        self._target = target
        self._name = name
        self._had_own = name in target.__dict__
        self._original = getattr(target, name)
        self._function = function
        setattr(target, name, function)

    def restore(self) -> None:
        if self._target.__dict__.get(self._name) is not self._function:
            return  # the program has put something of its own there since
        if self._had_own:
            setattr(self._target, self._name, self._original)
        else:
            delattr(self._target, self._name)
