"""From a picture of stacks to one with locks, deadlocks, names and tasks.

Decides what is certain enough to be told.  A program that was not stopped goes
on while it is read: what a thread's stack says counts only if the thread has
run no instruction from before the first read until after the last one, which
the kernel's count of its switches tells.  One thread.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from ..kernel import Moment
from ..picture import Link, Lock, Picture, Thread, Wait
from . import holders, naming
from .blocked import Blocked, blocked
from .cycles import cycles
from .frames import FrameReader, PythonThread
from .layouts import layout_of
from .objects import Objects
from .spaces import AddressSpace, LiveProcess, interpreter_of


def enrich(picture: Picture, source: int | Path, executable: Path | None = None) -> Picture:
    """What the memory of the process, or of the core file, tells beyond the stacks of its threads.

    Never fails: what could not be read is in the notes.
    """
    try:
        space = _open(source, executable)
    except OSError as error:
        return _with_notes(picture, f"Its memory cannot be read, so that locks are not known: {error}.")
    try:
        return _Reading(picture, space).result()
    except OSError as error:
        return _with_notes(picture, f"Locks could not be read: {error}.")
    finally:
        space.close()


def _open(source: int | Path, executable: Path | None) -> AddressSpace:
    if isinstance(source, int):
        return LiveProcess(source)
    raise NotImplementedError


def _with_notes(picture: Picture, *notes: str) -> Picture:
    return replace(picture, notes=(*picture.notes, *notes))


@dataclass
class _Seen:
    """What was read of the threads."""

    blocked: dict[int, Blocked] = field(default_factory=dict)
    #: Lock → the thread that has taken it with `with`.
    held: dict[int, int] = field(default_factory=dict)
    #: Threads of which not all could be read, or which ran meanwhile.
    moved: set[int] = field(default_factory=set)


class _Reading:
    """One reading of a process.  Raises `OSError`."""

    def __init__(self, picture: Picture, space: AddressSpace) -> None:
        self._picture = picture
        self._space = space
        self._notes: list[str] = []

    def result(self) -> Picture:
        interpreter = interpreter_of(self._space)
        layout = layout_of(self._space, interpreter) if interpreter else None
        if interpreter is None or layout is None:
            return _with_notes(
                self._picture, "Locks and deadlocks are not shown: the layout of its Python is not known here."
            )
        self._objects = Objects(self._space, layout)
        self._reader = FrameReader(self._objects, interpreter.runtime, interpreter.hexversion >> 16)
        self._moments = self._space.moments()
        self._threads = self._reader.threads(self._moments)
        seen = self._look()
        self._exclude_moved(seen)
        locks = {tid: self._lock(seen, tid) for tid in seen.blocked}
        links = {
            tid: Link(tid, lock, lock.owner)
            for tid, lock in locks.items()
            if lock.owner is not None and not seen.blocked[tid].is_limited
        }
        threads = tuple(self._enriched(thread, locks, seen) for thread in self._picture.threads)
        return replace(
            self._picture,
            threads=threads,
            deadlocks=cycles(links),
            notes=(*self._picture.notes, *self._notes),
        )

    def _look(self) -> _Seen:
        seen = _Seen()
        for tid, moment in self._moments.items():
            waits = blocked(self._objects, moment)
            if waits:
                seen.blocked[tid] = waits
        if any(waits.kind == "Lock" for waits in seen.blocked.values()):
            for thread in self._threads.values():
                self._look_for_held(thread, seen)
        return seen

    def _look_for_held(self, thread: PythonThread, seen: _Seen) -> None:
        try:
            for lock in holders.held_by(self._reader, thread):
                seen.held[lock] = thread.tid
        except OSError:
            seen.moved.add(thread.tid)

    def _exclude_moved(self, seen: _Seen) -> None:
        now = self._space.moments()
        for tid, moment in self._moments.items():
            if tid not in now or now[tid].switches != moment.switches or now[tid].state == "R":
                seen.moved.add(tid)
        for tid in seen.moved:
            seen.blocked.pop(tid, None)
        seen.held = {lock: tid for lock, tid in seen.held.items() if tid not in seen.moved}

    def _lock(self, seen: _Seen, tid: int) -> Lock:
        waits = seen.blocked[tid]
        lock = Lock(waits.address or waits.key, waits.kind)
        if waits.kind == "RLock":
            owner = self._tid_of(holders.owner_of(self._objects, waits.address))
            lock = replace(lock, owner=owner, known_by="owner" if owner else None)
        elif waits.address in seen.held:
            lock = replace(lock, owner=seen.held[waits.address], known_by="stack")
        return replace(lock, name=self._name(tid, waits.address)) if waits.address else lock

    def _name(self, tid: int, lock: int) -> str:
        thread = self._threads.get(tid)
        return naming.name_of(self._reader, thread, lock) if thread else ""

    def _tid_of(self, ident: int) -> int | None:
        return next((thread.tid for thread in self._threads.values() if thread.ident == ident), None)

    def _enriched(self, thread: Thread, locks: dict[int, Lock], seen: _Seen) -> Thread:
        known = self._threads.get(thread.tid)
        lock = locks.get(thread.tid)
        if known and not thread.ident:
            thread = replace(thread, ident=known.ident)
        if lock is None or lock.kind == "futex":
            return thread
        limited = ", for a limited time" if seen.blocked[thread.tid].is_limited else ""
        return replace(thread, wait=Wait("lock", self._text(lock, thread.tid) + limited, lock))

    def _text(self, lock: Lock, waiter: int) -> str:
        what = f"waits for {lock.kind} {lock.name or hex(lock.address)}"
        if lock.owner == waiter:
            return f"{what}, which it holds itself"
        if lock.owner is None:
            return what
        names = {thread.tid: thread.name for thread in self._picture.threads}
        name = names.get(lock.owner) or ""
        return f"{what}, which thread {lock.owner}{f' ({name})' if name else ''} holds"


