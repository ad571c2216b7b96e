"""Who wants which events: merges the wishes of breakpoints, steps and filters for the tracer.

The tracer is told only what changes.  Any thread may call; the caller of one
owner's methods is one thread at a time.
"""

from __future__ import annotations

from .isolate import _thread
from .tracing.base import LINE, NOTHING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType

    from .tracing.base import Lines, Tracer


class Demands:
    """The wishes of all owners, by code object and for all code."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self._local: dict[int, tuple[CodeType, dict[object, tuple[int, Lines]]]] = {}
        self._everywhere: dict[object, int] = {}
        self._events = NOTHING
        self._lock = _thread.allocate_lock()

    def want(self, owner: object, code: CodeType, events: int, lines: Lines = None) -> None:
        """`owner` wants `events` of `code` (LINE of `lines` only, if they are given), in place of what it wanted."""
        with self._lock:
            _, owners = self._local.setdefault(id(code), (code, {}))
            if owners.get(owner, (NOTHING, None)) == (events, lines):
                return
            owners[owner] = (events, lines)
            if not events:
                del owners[owner]
            self._tell(code, owners)

    def want_all(self, owner: object, events: int) -> None:
        """`owner` wants `events` of all code, in place of what it wanted."""
        with self._lock:
            self._everywhere[owner] = events
            if not events:
                del self._everywhere[owner]
            self._tell_everywhere()

    def drop(self, owner: object) -> None:
        """`owner` wants nothing any more."""
        with self._lock:
            for code, owners in list(self._local.values()):
                if owners.pop(owner, None) is not None:
                    self._tell(code, owners)
            if self._everywhere.pop(owner, None) is not None:
                self._tell_everywhere()

    def _tell(self, code: CodeType, owners: dict[object, tuple[int, Lines]]) -> None:
        events = NOTHING
        lines: Lines = frozenset()
        for wanted, their_lines in owners.values():
            events |= wanted
            if wanted & LINE:
                lines = None if lines is None or their_lines is None else lines | their_lines
        if not owners:
            self._local.pop(id(code), None)
        self._tracer.set_local_events(code, events, lines)

    def _tell_everywhere(self) -> None:
        events = NOTHING
        for wanted in self._everywhere.values():
            events |= wanted
        if events != self._events:
            self._events = events
            self._tracer.set_events(events)
