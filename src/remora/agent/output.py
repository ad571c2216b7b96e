"""What is written to `sys.stdout` and `sys.stderr`, as `output` events to the clients that ask.

What the program writes goes where it went, too.  What an evaluation writes, on the
thread that evaluates, goes to the client alone that has asked for it.  The streams
stay the objects that they are, since the program may have handed them on: only
`write`, theirs and that of their `buffer`, `flush` and `close` are wrapped, for as
long as such a client is there.  A stream of which that cannot be, or none, has
another in its place as long.  The wrapper runs on the threads of the program.
"""

from __future__ import annotations

import os
import sys

from .isolate import _thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable, Optional, Tuple

    from .clients import Client
    from .scoping import Scoping
    from .sources import Sources

    #: What takes (category, text; "": it is flushed), the client, and the number of its prompt.
    Taker = Tuple[Callable[[str, str], None], Client, Optional[int]]

#: Characters that are told at a time, however many are written at once.
_PIECE = 1 << 20
#: Frames that are looked through for the one of the user that writes.
_DEPTH = 50
#: Calls of library functions, one in another, that telling takes at most.
_TELLING_DEPTH = 12


def is_telling(frame: FrameType) -> bool:
    """Whether a frame is of what the wrapper does, on a thread of the program, to tell what was written."""
    caller = frame.f_back
    for _ in range(_TELLING_DEPTH):
        if caller is None:
            return False
        if caller.f_code is _TELL:
            return True
        caller = caller.f_back
    return False


class Output:
    """The wrapped streams.  `add`, `lend` and `drop` run on the reader thread."""

    def __init__(self, sources: Sources, scoping: Scoping, own_threads: set[int]) -> None:
        self._sources = sources
        self._scoping = scoping
        self._own_threads = own_threads
        self._clients: tuple[Client, ...] = ()
        self._borrowers: set[Client] = set()
        self._wrapped: list[_Wrapped] = []
        self._pid = os.getpid()
        #: The threads that evaluate for a client which wants to have what is written meanwhile.
        self.diverted: dict[int, Taker] = {}
        #: The same for a coroutine that runs on whatever thread.
        self.diverted_here: Callable[[], Optional[Taker]] = lambda: None

    def add(self, client: Client) -> None:
        """From here on `client` is sent what the program writes."""
        self._clients += (client,)
        self._wrap_all()

    def lend(self, client: Client) -> None:
        """From here on `diverted` has an effect for `client`."""
        self._borrowers.add(client)
        self._wrap_all()

    def drop(self, client: Client) -> None:
        """What the program writes is not for `client` any more."""
        self._clients = (*[each for each in self._clients if each is not client],)
        self._stop_if_idle()

    def taker(self) -> Optional[Taker]:
        """Who has what this thread writes now, if that is not the program's."""
        return self.diverted.get(_thread.get_ident()) or self.diverted_here()

    def forget(self, client: Client) -> None:
        """The client has gone."""
        self._borrowers.discard(client)
        self.drop(client)

    def stop(self) -> None:
        """Give the streams their own `write` back."""
        for wrapped in self._wrapped:
            wrapped.restore()
        self._wrapped = []

    def _stop_if_idle(self) -> None:
        if not self._clients and not self._borrowers:
            self.stop()

    def _wrap_all(self) -> None:
        """Wrap the streams that are in place now."""
        for category in ("stdout", "stderr"):
            stream = getattr(sys, category, None)
            if any(each.stream is stream for each in self._wrapped):
                continue
            try:
                wrapped = self._wrap(category, stream)
            except (AttributeError, TypeError):
                wrapped = self._wrap(category, _in_place_of(stream))
                wrapped.stand_for(category)
            self._wrapped.append(wrapped)

    def _wrap(self, category: str, stream: Any) -> _Wrapped:
        return _Wrapped(
            stream,
            lambda text: self._take(category, text),
            lambda text, frame: self._tell(category, text, frame),
        )

    def _take(self, category: str, text: str) -> bool:
        """Send what an evaluation writes to its client; False for what the program writes."""
        taker = self.taker()
        if taker is None or os.getpid() != self._pid:
            return False
        tell, client, _ = taker
        for start in range(0, len(text) or 1, _PIECE):
            tell(category, text[start : start + _PIECE])
            if _thread.get_ident() in self._own_threads:
                client.connection.await_room()
        return True

    def _tell(self, category: str, text: str, frame: FrameType) -> None:
        if not (text and self._clients) or _thread.get_ident() in self._own_threads:
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

    def __init__(
        self, stream: Any, take: Callable[[str], bool], tell: Callable[[str, FrameType], None]
    ) -> None:
        self.stream = stream
        original = stream.write

        def write(text: str) -> Any:
            if take(text):
                return len(text)
            result = original(text)
            tell(text, sys._getframe(1))
            return result

        self._replaced = [_Replaced(stream, "write", write)]
        try:
            self._wrap_close(take)
            self._wrap_buffer(write, take, tell)
        except (AttributeError, TypeError, ValueError):
            return  # it has none, or not any more

    def _wrap_close(self, take: Callable[[str], bool]) -> None:
        """A script may close its output at the end, which is not to be the end of the program's."""
        original = self.stream.close

        def close() -> Any:
            return None if take("") else original()

        self._replaced.append(_Replaced(self.stream, "close", close))

    def _wrap_buffer(
        self, write: Any, take: Callable[[str], bool], tell: Callable[[str, FrameType], None]
    ) -> None:
        """Bytes that the text layer writes have been told as text: it does so in `write` and `flush`."""
        stream = self.stream
        original_flush, original = stream.flush, stream.buffer.write

        def flush() -> Any:
            take("")
            return original_flush()

        def write_bytes(content: Any) -> Any:
            caller = sys._getframe(1)
            if caller.f_code in text_layer:
                return original(content)
            # Who has asked for it is to have every byte (PEP 383).
            if take(bytes(content).decode("utf-8", "surrogateescape")):
                return len(content)
            result = original(content)
            tell(bytes(content).decode(stream.encoding, "backslashreplace"), caller)
            return result

        text_layer = (write.__code__, flush.__code__)
        self._replaced.append(_Replaced(stream, "flush", flush))
        self._replaced.append(_Replaced(stream.buffer, "write", write_bytes))

    def stand_for(self, name: str) -> None:
        """Be `sys.NAME` from here on, in the place of what is there."""
        self._replaced.append(_Replaced(sys, name, self.stream))

    def restore(self) -> None:
        for each in self._replaced:
            each.restore()


class _StandIn:
    """Is in the place of a stream of which no method can be replaced, and can do what that can."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _in_place_of(stream: Any) -> Any:
    """A stream that can be wrapped; what is written to it goes to `stream`, or nowhere if there is none."""
    if stream is not None:
        return _StandIn(stream)
    # Not `io`, which is a module that not every program has imported.
    io: Any = __import__("_io")

    class Nowhere(io._RawIOBase):  # type: ignore[misc]
        def writable(self) -> bool:
            return True

        def write(self, content: Any) -> int:
            return len(content)

    return io.TextIOWrapper(io.BufferedWriter(Nowhere()), "utf-8", "backslashreplace")


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


_TELL = Output._tell.__code__
