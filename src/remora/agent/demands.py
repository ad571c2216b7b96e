"""Who wants which events: merges the wishes of breakpoints, steps and filters for the tracer.

The tracer is told only what changes.  Any thread may call; the calls for one
owner come from one thread at a time.
"""

from __future__ import annotations

from .isolate import _thread
from .tracing.base import LINE, NOTHING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any, Iterable, Tuple

    from .tracing.base import Lines, Tracer

    Wish = Tuple[int, Lines]

_NO_WISH: Wish = (NOTHING, None)


class Demands:
    """The wishes of all owners, by code object and for all code."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        #: Per code object: the code (so that its id stays its own), and what each owner wants of it.
        self._local: dict[int, tuple[CodeType, dict[object, Wish]]] = {}
        self._codes_of: dict[object, dict[int, CodeType]] = {}
        self._everywhere: dict[object, int] = {}
        self._told: dict[int, Wish] = {}
        self._told_everywhere = NOTHING
        # Reentrant: a signal handler of the program may run, and be traced, on a thread that is in here.
        self._lock: Any = _thread.RLock()  # type: ignore[attr-defined,unused-ignore]

    def want(self, owner: object, code: CodeType, events: int, lines: Lines = None) -> None:
        """`owner` wants `events` of `code`, in place of what it wanted; LINE of `lines` only, if any."""
        with self._lock:
            self._want(owner, code, events, lines)

    def want_all(self, owner: object, events: int) -> None:
        """`owner` wants `events` of all code, in place of what it wanted of all code."""
        with self._lock:
            self._want_all(owner, events)

    def replace(self, owner: object, everywhere: int, local: Iterable[tuple[CodeType, int]]) -> None:
        """`owner` wants `everywhere` of all code and (code, events) pairs of `local`, and nothing else."""
        with self._lock:
            kept = set()
            for code, events in local:
                kept.add(id(code))
                self._want(owner, code, events, None)
            self._want_all(owner, everywhere)
            for key, code in list(self._codes_of.get(owner, {}).items()):
                if key not in kept:
                    self._want(owner, code, NOTHING, None)

    def drop(self, owner: object) -> None:
        """`owner` wants nothing any more."""
        self.replace(owner, NOTHING, ())

    def _want(self, owner: object, code: CodeType, events: int, lines: Lines) -> None:
        key = id(code)
        _, owners = self._local.setdefault(key, (code, {}))
        if events:
            owners[owner] = (events, lines)
            self._codes_of.setdefault(owner, {})[key] = code
        else:
            owners.pop(owner, None)
            codes = self._codes_of.get(owner, {})
            codes.pop(key, None)
            if not codes:
                self._codes_of.pop(owner, None)
        self._tell(code, owners)

    def _want_all(self, owner: object, events: int) -> None:
        if events:
            self._everywhere[owner] = events
        else:
            self._everywhere.pop(owner, None)
        merged = NOTHING
        for wanted in self._everywhere.values():
            merged |= wanted
        if merged != self._told_everywhere:
            self._told_everywhere = merged
            self._tracer.set_events(merged)

    def _tell(self, code: CodeType, owners: dict[object, Wish]) -> None:
        merged = _merge(owners)
        key = id(code)
        if merged != self._told.get(key, _NO_WISH):
            self._told[key] = merged
            self._tracer.set_local_events(code, *merged)
        if not owners:
            self._local.pop(key, None)
            self._told.pop(key, None)


def _merge(owners: dict[object, Wish]) -> Wish:
    events = NOTHING
    lines: Lines = frozenset()
    for wanted, their_lines in owners.values():
        events |= wanted
        if wanted & LINE:
            lines = None if lines is None or their_lines is None else lines | their_lines
    return (events, lines) if events & LINE else (events, None)
