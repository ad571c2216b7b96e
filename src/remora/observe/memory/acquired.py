"""Who holds a plain lock that was taken by hand, concluded from the source.

A call of `acquire` leaves no trace in memory.  A thread counts as the holder of
a lock if one of its functions stands between `X.acquire()` and `X.release()`,
as its text is written, and X is that lock.  The same of generators that its
functions have, and of classes whose `__enter__` and `__exit__` do it.  One thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from . import expressions, holders, lookups, suites
from .code import Code
from .frames import FrameReader, RawFrame
from .snapshot import Snapshot
from .sources import Sources

_GENERATORS = {"generator", "coroutine"}
_DEEPEST = 3


@dataclass(frozen=True)
class _Method:
    code: Code
    text: suites.Function
    #: What it calls the object that it belongs to.
    own_name: str


class TakenByHand:
    """What the texts of a snapshot's functions say of its locks."""

    def __init__(self, snapshot: Snapshot, reader: FrameReader, sources: Sources) -> None:
        self._stacks = {tid: each for tid, each in snapshot.stacks.items() if tid not in snapshot.moved}
        self._reader = reader
        self._objects = reader.objects
        self._sources = sources

    def holders(self, locks: set[int]) -> dict[int, int]:
        """Lock → the thread that holds it, for those of `locks` for which there is just one."""
        found: dict[int, set[int]] = {}
        for tid, frames in self._stacks.items() if locks else ():
            for lock in self._held(frames) & locks:
                found.setdefault(lock, set()).add(tid)
        return {lock: tids.pop() for lock, tids in found.items() if len(tids) == 1}

    def given_away(self, locks: set[int]) -> set[int]:
        """Those of `locks` that a function releases which has not taken them: anybody may hold them."""
        found: set[int] = set()
        for frames in self._stacks.values() if locks else ():
            for frame in frames:
                found |= self._released_only(frame) & locks
        return found

    def _held(self, frames: list[RawFrame]) -> set[int]:
        """By all functions of a thread."""
        found: set[int] = set()
        released: set[int] = set()
        for frame in frames:
            try:
                if holders.is_condition_wait(self._objects, frame):
                    released.add(holders.lock_of(self._objects, frame.variables["self"]))
                else:
                    found |= self._held_in(frame, _DEEPEST) - released
            except OSError:
                continue
        return found - {0}

    def _held_in(self, frame: RawFrame, depth: int) -> set[int]:
        found = self._taken(frame) | self._taken_with(frame)
        for value in holders.entered(self._objects, frame):
            generator = holders.generator_in(self._reader, value)
            found |= self._held_in(generator, depth - 1) if generator and depth else self._guarded(value)
        for generator in self._generators(frame) if depth else ():
            found |= self._held_in(generator, depth - 1)
        return found

    def _taken(self, frame: RawFrame) -> set[int]:
        """By `acquire`."""
        if not {"acquire", "release"} <= set(frame.code.used_names):
            return set()
        texts = suites.held_at(self._sources.body(frame.code), frame.line)
        return {self._lock(expressions.resolve(self._objects, frame, text)) for text in texts}

    def _taken_with(self, frame: RawFrame) -> set[int]:
        """By `with`, unless the function may have released it since."""
        found = holders.taken_with(self._reader, frame)
        if not found or "release" not in frame.code.used_names:
            return found
        texts = {text for text, _ in suites.released(self._sources.body(frame.code))}
        values = [expressions.resolve(self._objects, frame, text) for text in texts]
        return found - {self._lock(value) for value in values} if texts and all(values) else set()

    def _generators(self, frame: RawFrame) -> Iterator[RawFrame]:
        """Those that are suspended, of a frame's variables and loops."""
        for value in {*frame.variables.values(), *frame.kept(), *frame.temporary()} - {0}:
            try:
                is_generator = self._objects.type_name(value) in _GENERATORS
                suspended = self._reader.suspended_frame(value) if is_generator else None
            except OSError:
                continue  # left over from earlier
            if suspended:
                yield suspended

    def _lock(self, value: int) -> int:
        """What is taken by `value.acquire()`."""
        lock = holders.lock_of(self._objects, value)
        return lock or next(iter(self._guarded(value, "acquire", "release")), 0)

    def _guarded(
        self, value: int, takes: str = "__enter__", gives: str = "__exit__", depth: int = _DEEPEST
    ) -> set[int]:
        """The locks that one method of an object takes, and another one gives back."""
        taking = self._method(value, takes) if value and depth else None
        giving = self._method(value, gives) if taking else None
        if not taking or not giving:
            return set()
        found: set[int] = set()
        for text in suites.held_after(taking.text.body) & {
            text for text, _ in suites.released(giving.text.body)
        }:
            if text == taking.own_name:
                found |= self._guarded(value, "acquire", "release", depth - 1)
            else:
                names = {taking.own_name: value}
                held = expressions.resolve_from(self._objects, names, text, taking.code.used_names)
                found.add(self._lock(held) if held != value else 0)
        return found

    def _method(self, value: int, name: str) -> _Method | None:
        """Of a class of Python, with its text."""
        function = lookups.class_attribute(self._objects, self._objects.type_of(value), name)
        if not function or self._objects.type_name(function) != "function":
            return None
        code = self._reader.function_code(function)
        text = self._sources.function(code)
        arguments = [*text.args.posonlyargs, *text.args.args] if text else []
        return _Method(code, text, arguments[0].arg) if text and arguments else None

    def _released_only(self, frame: RawFrame) -> set[int]:
        try:
            body = self._sources.body(frame.code) if "release" in frame.code.used_names else ()
            texts = {text for text, _ in suites.released(body)} - {text for text, _ in suites.taken(body)}
            return {self._lock(expressions.resolve(self._objects, frame, text)) for text in texts}
        except OSError:
            return set()
