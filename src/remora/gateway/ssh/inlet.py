"""The client's bytes on their way to somebody who is only being started."""

from __future__ import annotations

from typing import Protocol


class Sink(Protocol):
    """Where they go."""

    def write(self, data: bytes, /) -> None: ...

    def write_eof(self) -> None: ...


class Inlet:
    """Keeps what comes until `open`, and hands it on from then on.  Owner: the event loop."""

    def __init__(self) -> None:
        self._sink: Sink | None = None
        #: In order of arrival; None is the end.
        self._kept: list[bytes | None] = []

    def write(self, content: bytes) -> None:
        self._take(content)

    def write_eof(self) -> None:
        self._take(None)

    def open(self, sink: Sink) -> None:
        self._sink = sink
        kept, self._kept = self._kept, []
        for content in kept:
            self._take(content)

    def _take(self, content: bytes | None) -> None:
        if self._sink is None:
            self._kept.append(content)
        elif content is None:
            self._sink.write_eof()
        else:
            self._sink.write(content)
