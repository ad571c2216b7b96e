"""Who holds a lock: what the lock says, and what the stacks of the threads keep.

An RLock says which thread it belongs to.  A plain lock does not, but whoever
has taken it with `with` has on the value stack what will release it.  That is
exact as long as the thread does not run.  One thread.

Sources: Modules/_threadmodule.c; Python/bytecodes.c and ceval.c (SETUP_WITH, BEFORE_WITH, LOAD_SPECIAL).
"""

from __future__ import annotations

from collections.abc import Iterator

from .frames import FrameReader, RawFrame
from .objects import Objects

_LOCKS = {"_thread.lock", "_thread.RLock"}
_OWNER = 24
#: Both kinds of bound methods have what they are bound to at the same place.
_BOUND = {"builtin_function_or_method", "method"}
_BOUND_TO = 24
_GENERATORS = {"generator"}
#: Classes whose instances hold a lock between `__enter__` and `__exit__`, and what they call it.
_HOLDING = {"Condition": "_lock", "_GeneratorContextManager": "gen"}
_DEEPEST = 4


def owner_of(objects: Objects, rlock: int) -> int:
    """The ident of the thread that holds an RLock; 0 if none does.  Raises `OSError`."""
    return objects.space.u64(rlock + _OWNER)


def held_by(reader: FrameReader, frames: list[RawFrame]) -> set[int]:
    """The locks that a thread has taken with `with`, by its frames.  Raises `OSError`.

    Without those that the frames may have released in between: `Condition.wait`
    does, and a function that calls `release` itself.
    """
    found: set[int] = set()
    released: set[int] = set()
    for frame in frames:
        if is_condition_wait(reader.objects, frame):
            released.add(reader.objects.attributes(frame.variables["self"]).get("_lock", 0))
        elif "release" not in frame.code.used_names:
            found.update(lock for lock in _kept_locks(reader, frame, _DEEPEST) if lock not in released)
    return found


def is_condition_wait(objects: Objects, frame: RawFrame) -> bool:
    """Whether it is of `threading.Condition.wait`.  Raises `OSError`."""
    if frame.code.name != "wait" or "waiter" not in frame.code.variables:
        return False
    return "self" in frame.variables and objects.is_instance(frame.variables["self"], "Condition")


def _kept_locks(reader: FrameReader, frame: RawFrame, depth: int) -> Iterator[int]:
    for value in frame.kept():
        if value:
            yield from _locks_of(reader, value, depth)


def _locks_of(reader: FrameReader, value: int, depth: int) -> Iterator[int]:
    """The locks that are released when the statement ends that keeps `value`.

    Of all the classes that have locks in them only those count that are known
    to hold them in between.
    """
    objects = reader.objects
    kind = objects.type_name(value)
    if kind in _BOUND:
        value = objects.space.u64(value + _BOUND_TO)
        kind = objects.type_name(value) if value else ""
    if kind in _LOCKS:
        yield value
    elif kind in _GENERATORS and depth:
        yield from _kept_locks(reader, reader.generator_frame(value), depth - 1)
    elif kind in _HOLDING and depth:
        held = objects.attributes(value).get(_HOLDING[kind])
        if held:
            yield from _locks_of(reader, held, depth - 1)
