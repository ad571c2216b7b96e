"""Which object of the program a thread that sleeps in a futex waits for.

A futex is an address.  Up to 3.13 it is that of the semaphore which a lock
object points to; later the semaphore is on the thread's own stack, in an
entry of the interpreter's parking lot beside the address of the lock.  The
object itself is looked for on the thread's C stack, where the functions that
wait for it have left it.  One thread.

Sources: Python/thread_pthread.h, Python/parking_lot.c, Modules/_threadmodule.c, Modules/_io/bufferedio.c;
pthread_mutex_t of glibc.
"""

from __future__ import annotations

import platform
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ..kernel import Moment
from .frames import RawFrame
from .objects import Objects

_FUTEX = {"x86_64": 202, "aarch64": 98}.get(platform.machine(), -1)
#: FUTEX_WAIT and FUTEX_WAIT_BITSET, without the flags beside them (linux/futex.h).
_COMMAND, _WAITS = 0x7F, (0, 9)
#: How far the innermost functions of a thread reach.
_STACK_STEP, _STACK_STEPS = 4096, 16
#: A semaphore, or a mutex with a condition where there are none.
_LOCK_SIZE = 128
_PARKED_FROM_SEMAPHORE = -8
_GIL_SIZE = 216
#: The futex of a mutex of glibc that somebody waits for.
_TAKEN_AND_WAITED_FOR = 2
_METHOD, _BOUND_TO = "builtin_function_or_method", 24
_KINDS = {
    "_thread.lock": "Lock",
    "_thread.RLock": "RLock",
    "_queue.SimpleQueue": "queue item",
    "_io.BufferedWriter": "file buffer",
    "_io.BufferedReader": "file buffer",
    "_io.BufferedRandom": "file buffer",
}
#: Where such an object has its lock, or a pointer to it.
_LOCK_AT, _BUFFER_LOCK_AT = 16, 104


@dataclass(frozen=True)
class Blocked:
    """What a thread waits for."""

    #: Of the lock object; 0 if it is none of the program's.
    address: int
    #: "Lock", "RLock", "queue item", "file buffer", "GIL", "mutex" (of C, which tells its owner), or "futex".
    kind: str
    #: The word that the kernel, or the interpreter's parking lot, knows it by.
    key: int
    #: Whether the thread goes on by itself after some time.
    is_limited: bool
    #: The thread that a mutex of C says it belongs to, by the number that the process knows it by.
    owner: int = 0


def blocked(objects: Objects, moment: Moment, gils: Iterable[int]) -> Blocked | None:
    """None of a thread that sleeps in no futex; `gils` are the addresses of the GILs."""
    call = moment.system_call
    if call is None or call[0] != _FUTEX or call[2] & _COMMAND not in _WAITS:
        return None
    futex, is_limited = call[1], bool(call[4])
    stack = range(moment.stack_pointer, moment.stack_pointer + _STACK_STEP * _STACK_STEPS)
    for gil in gils:
        if gil <= futex < gil + _GIL_SIZE:
            return Blocked(gil, "GIL", futex, is_limited)
    try:
        # What is not far above the stack pointer may still be beyond the end of the stack.
        parked = _parked(objects, futex, is_limited) if futex in stack else None
        if parked and parked.address:
            return parked
        return (
            (parked and parked.key and _at_semaphore(objects, parked.key, stack, is_limited))
            or _at_semaphore(objects, futex, stack, is_limited)
            or _at_mutex(objects, futex, is_limited)
            or parked
            or Blocked(0, "futex", futex, is_limited)
        )
    except OSError:
        return Blocked(0, "futex", futex, is_limited)


def by_value_stack(objects: Objects, waits: Blocked, frame: RawFrame) -> Blocked:
    """The same with the lock object, for a core file without C stacks.  Raises `OSError`.

    gdb leaves out stacks whose ends are guarded within their mappings, as those of glibc 2.42 are.  Then it
    is the lock that the frame which waits has just put on its value stack, or a method of it.
    """
    for value in frame.temporary():
        if not value:
            continue
        place = objects.space.u64(value + _BOUND_TO) if _type(objects, value) == _METHOD else value
        kind = _kind(objects, place)
        if kind:
            return replace(waits, address=place, kind=kind)
    return waits


def is_stack_lost(objects: Objects, moment: Moment) -> bool:
    """Whether the core file has nothing where the thread's C stack was."""
    try:
        return not any(objects.space.words(moment.stack_pointer, _STACK_STEP // 8))
    except OSError:
        return True


def _parked(objects: Objects, semaphore: int, is_limited: bool) -> Blocked:
    key = objects.space.u64(semaphore + _PARKED_FROM_SEMAPHORE)
    # In lock objects the mutex is the first field.
    kind = _kind(objects, key - _LOCK_AT)
    return Blocked(key - _LOCK_AT if kind else 0, kind or "futex", key, is_limited)


def _at_semaphore(objects: Objects, futex: int, stack: range, is_limited: bool) -> Blocked | None:
    seen = set()
    for word in _stack_words(objects, stack):
        if word % 8 or word in seen:
            continue
        seen.add(word)
        kind = _kind(objects, word)
        place = word + (_BUFFER_LOCK_AT if kind == "file buffer" else _LOCK_AT)
        if kind and 0 <= futex - objects.space.u64(place) < _LOCK_SIZE:
            return Blocked(word, kind, futex, is_limited)
    return None


def _stack_words(objects: Objects, stack: range) -> Iterator[int]:
    for start in stack[::_STACK_STEP]:
        try:
            yield from objects.space.words(start, _STACK_STEP // 8)
        except OSError:
            return  # the stack ends there


def _at_mutex(objects: Objects, futex: int, is_limited: bool) -> Blocked | None:
    """Whether it is a mutex is for the owner to say: it must be a thread."""
    state, _, owner = struct.unpack("<3I", objects.space.read(futex, 12))
    if state == _TAKEN_AND_WAITED_FOR and owner:
        return Blocked(0, "mutex", futex, is_limited, owner)
    return None


def _kind(objects: Objects, address: int) -> str:
    """Of a lock object; "" of anything else."""
    return _KINDS.get(_type(objects, address), "")


def _type(objects: Objects, address: int) -> str:
    try:
        return objects.type_name(address)
    except OSError:
        return ""
