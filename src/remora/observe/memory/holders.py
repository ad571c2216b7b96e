"""Who holds a lock: what the lock says, and what the stacks of the threads keep.

An RLock says which thread it belongs to.  A plain lock does not, but whoever
has taken it with `with` has on the value stack what will release it.  That is
exact as long as the thread does not run.  One thread.

Sources: Modules/_threadmodule.c; Python/bytecodes.c and ceval.c (SETUP_WITH, BEFORE_WITH, LOAD_SPECIAL).
"""

from __future__ import annotations

from collections.abc import Iterator

from . import lookups
from .blocked import Blocked
from .frames import FrameReader, RawFrame
from .objects import Objects

_LOCKS = {"_thread.lock", "_thread.RLock"}
#: Where they say whose they are: an RLock, and the lock of a file's buffer.
_OWNER = {"RLock": 24, "file buffer": 112}
#: Both kinds of bound methods have what they are bound to at the same place.
_BOUND = {"builtin_function_or_method", "method"}
_BOUND_TO = 24
#: What generators of `contextlib` are kept by.
_GENERATOR_KEEPERS = {"_GeneratorContextManager", "_AsyncGeneratorContextManager"}
_EXIT_STACKS = {"ExitStack", "AsyncExitStack"}
_DEEPEST = 4


def owner_of(objects: Objects, waits: Blocked) -> int:
    """The ident of the thread that a lock says it belongs to; 0 if none.  Raises `OSError`."""
    return objects.space.u64(waits.address + _OWNER[waits.kind]) if waits.kind in _OWNER else 0


def held_by(reader: FrameReader, frames: list[RawFrame]) -> set[int]:
    """The locks that a thread has taken with `with`, by its frames.  Raises `OSError`.

    Without those that the frames may have released in between: `Condition.wait`
    does, and a function that calls `release` itself.
    """
    found: set[int] = set()
    released: set[int] = set()
    for frame in frames:
        if is_condition_wait(reader.objects, frame):
            released.add(lock_of(reader.objects, frame.variables["self"]))
        elif "release" not in frame.code.used_names:
            found |= taken_with(reader, frame) - released
    return found


def taken_with(reader: FrameReader, frame: RawFrame, depth: int = _DEEPEST) -> set[int]:
    """The locks that a frame has taken with `with`, itself or by a generator.  Raises `OSError`."""
    found: set[int] = set()
    for value in entered(reader.objects, frame):
        generator = generator_in(reader, value) if depth else None
        if generator and "release" not in generator.code.used_names:
            found |= taken_with(reader, generator, depth - 1)
        found.add(lock_of(reader.objects, value))
    return found - {0}


def entered(objects: Objects, frame: RawFrame) -> Iterator[int]:
    """The context managers whose `with` statements a frame is in.  Raises `OSError`."""
    is_exit = False
    for value in frame.kept():
        kind = objects.type_name(value) if value else ""
        if kind in _BOUND:
            yield from _unstacked(objects, objects.space.u64(value + _BOUND_TO))
        elif is_exit:  # since 3.14 what it is bound to is beside the function
            yield from _unstacked(objects, value)
        is_exit = kind in ("function", "method_descriptor", "wrapper_descriptor")


def _unstacked(objects: Objects, value: int, depth: int = _DEEPEST) -> Iterator[int]:
    """A context manager, or those that are in it if it is an `ExitStack`."""
    kind = objects.type_name(value) if value else ""
    if kind not in _EXIT_STACKS:
        yield value
    elif depth:
        for entry in lookups.deque_items(objects, objects.attributes(value).get("_exit_callbacks", 0)):
            exit_method = objects.items(entry)[-1]
            if objects.type_name(exit_method) in _BOUND:
                yield from _unstacked(objects, objects.space.u64(exit_method + _BOUND_TO), depth - 1)


def generator_in(reader: FrameReader, value: int) -> RawFrame | None:
    """The frame of the generator that a context manager of `contextlib` is made of.  Raises `OSError`."""
    if not value or reader.objects.type_name(value) not in _GENERATOR_KEEPERS:
        return None
    generator = reader.objects.attributes(value).get("gen")
    return reader.suspended_frame(generator) if generator else None


def lock_of(objects: Objects, value: int) -> int:
    """The lock that something is, or that a condition is made of; 0 of anything else.  Raises `OSError`."""
    if not value:
        return 0
    if objects.type_name(value) in _LOCKS:
        return value
    if objects.is_instance(value, "Condition"):
        lock = objects.attributes(value).get("_lock", 0)
        return lock if lock and objects.type_name(lock) in _LOCKS else 0
    return 0


def is_condition_wait(objects: Objects, frame: RawFrame) -> bool:
    """Whether it is of `threading.Condition.wait`.  Raises `OSError`."""
    if frame.code.name != "wait" or "waiter" not in frame.code.variables:
        return False
    return "self" in frame.variables and objects.is_instance(frame.variables["self"], "Condition")
