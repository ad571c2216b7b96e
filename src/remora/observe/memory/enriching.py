"""From a picture of stacks to one with locks, deadlocks, names and tasks.

Decides what is told of what was read, and in which words.  One thread.
"""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

from ..picture import Link, Lock, Picture, Thread, Wait
from . import holders, naming, standard, tasks
from .acquired import TakenByHand
from .blocked import Blocked
from .core import CoreFile
from .cycles import cycles
from .frames import FrameReader
from .layouts import layout_of
from .objects import Objects
from .snapshot import Snapshot
from .sources import Sources
from .spaces import AddressSpace, LiveProcess, interpreter_of

#: How often a program is read whose threads run meanwhile: who waits for the GIL does, for moments.
_ATTEMPTS = 4
#: What comes of bytes that are no longer, or never were, what they are taken for.
_NONSENSE = (OSError, ArithmeticError, LookupError, ValueError, struct.error)
#: Kinds of waits by those of locks.
_WAITS = {"GIL": "gil", "condition": "notification", "thread": "thread"}
_EVENT_LOOP = "/asyncio/base_events.py"


def enrich(picture: Picture, source: int | Path, executable: Path | None = None) -> Picture:
    """What the memory of a process, or of a core file, tells beyond the stacks of its threads.

    Never fails: what could not be read is in the notes.
    """
    try:
        space = _open(source, executable)
    except OSError as error:
        return _with_note(picture, f"Its memory cannot be read, so that its locks are not known: {error}.")
    try:
        return _enriched(picture, space)
    except _NONSENSE as error:
        return _with_note(picture, f"Its locks could not be read: {error}.")
    finally:
        space.close()


def _open(source: int | Path, executable: Path | None) -> AddressSpace:
    if isinstance(source, int):
        return LiveProcess(source)
    return CoreFile(source, executable)


def _enriched(picture: Picture, space: AddressSpace) -> Picture:
    interpreter = interpreter_of(space)
    layout = layout_of(space, interpreter) if interpreter else None
    if interpreter is None or layout is None:
        return _with_note(picture, "Its locks are not shown: the layout of its Python is not known.")
    reader = FrameReader(Objects(space, layout), interpreter.runtime, interpreter.hexversion >> 16)
    for _ in range(_ATTEMPTS):
        snapshot = Snapshot(space, reader)
        findings = _Findings(picture, snapshot, reader)
        findings.deadlocks = tuple(cycle for cycle in findings.deadlocks if snapshot.stands(cycle))
        if findings.deadlocks or not snapshot.moved or not (findings.links or snapshot.is_wedged):
            break
    return _with_tasks(findings.picture(), snapshot, reader)


def _with_tasks(picture: Picture, snapshot: Snapshot, reader: FrameReader) -> Picture:
    if not reader.has_task_lists:
        runs = any(
            frame.code.file.endswith(_EVENT_LOOP) for each in snapshot.stacks.values() for frame in each
        )
        return _with_note(picture, "asyncio tasks are shown from Python 3.14 on") if runs else picture
    try:
        offsets = tasks.find_offsets(reader.objects.space)
    except OSError as error:
        return _with_note(picture, f"asyncio tasks are not shown: {error}")
    if offsets is None:
        return replace(picture, tasks=())
    task_reader = tasks.TaskReader(snapshot, reader, offsets)
    found = task_reader.tasks()
    return replace(picture, tasks=found, notes=(*picture.notes, *dict.fromkeys(task_reader.notes)))


def _with_note(picture: Picture, note: str) -> Picture:
    return replace(picture, notes=(*picture.notes, note))


class _Findings:
    """What a snapshot says about the threads of a picture."""

    def __init__(self, picture: Picture, snapshot: Snapshot, reader: FrameReader) -> None:
        self._picture = picture
        self._snapshot = snapshot
        self._objects = self._thread_objects()
        self._standard = standard.StandardWaits(snapshot.objects, snapshot.tid_of, self._objects.values())
        kernel_names = {thread.tid: thread.name for thread in picture.threads}
        self._names = kernel_names | {tid: thread.name for tid, thread in self._objects.items()}
        self._sources = Sources(snapshot.objects.space)
        self._held = self._holders(TakenByHand(snapshot, reader, self._sources))
        self._locks = {tid: self._lock(tid, waits) for tid, waits in snapshot.blocked.items()}
        #: By the thread that waits, without those that wait for a limited time.
        self.links = {
            tid: Link(tid, lock, lock.owner)
            for tid, lock in self._locks.items()
            if lock.owner is not None and (lock.kind == "GIL" or not snapshot.blocked[tid].is_limited)
        }
        self.deadlocks = cycles(self.links)

    def picture(self) -> Picture:
        threads = tuple(self._thread(thread) for thread in self._picture.threads)
        return replace(self._picture, threads=threads, deadlocks=self.deadlocks)

    def _thread_objects(self) -> dict[int, standard.ThreadObject]:
        found = {}
        main: standard.ThreadObject | None = None
        for tid, thread in self._snapshot.threads.items():
            frames = self._snapshot.stacks.get(tid, [])
            try:
                own = standard.thread_object(self._snapshot.objects, frames)
                main = main or standard.main_thread_object(self._snapshot.objects, frames)
            except (OSError, KeyError):
                continue
            if own and own.ident == thread.ident:
                found[tid] = own
        main_tid = self._snapshot.tid_of(main.ident) if main else None
        return {**found, main_tid: main} if main and main_tid else found

    def _holders(self, by_hand: TakenByHand) -> dict[int, int]:
        """Who holds which of the plain locks that are waited for, if that can be told."""
        waited = {each.address for each in self._snapshot.blocked.values() if each.kind == "Lock"}
        held = self._snapshot.held | by_hand.holders(waited - set(self._snapshot.held))
        unsure = by_hand.given_away(waited & set(held))
        return {lock: tid for lock, tid in held.items() if lock not in unsure}

    def _lock(self, tid: int, waits: Blocked) -> Lock:
        try:
            lock = self._standard_wait(tid, waits)
            return lock or replace(self._owned(waits), name=self._lock_name(tid, waits))
        except (OSError, KeyError):
            return Lock(waits.address or waits.key, waits.kind)

    def _standard_wait(self, tid: int, waits: Blocked) -> Lock | None:
        frames = self._snapshot.stacks.get(tid, [])
        if waits.kind in ("GIL", "mutex"):
            return None
        lock = self._standard.awaited(waits, frames)
        if lock and lock.kind == "condition":
            return replace(
                lock, name=naming.name_of(self._snapshot.objects, self._sources, frames[1:], lock.address)
            )
        return lock

    def _lock_name(self, tid: int, waits: Blocked) -> str:
        frames = self._snapshot.stacks.get(tid, [])
        known = waits.kind in ("Lock", "RLock")
        return naming.name_of(self._snapshot.objects, self._sources, frames, waits.address) if known else ""

    def _owned(self, waits: Blocked) -> Lock:
        lock = Lock(waits.address or waits.key, waits.kind)
        snapshot = self._snapshot
        if waits.address in self._held and waits.kind == "Lock":
            return replace(lock, owner=self._held[waits.address], known_by="stack")
        if waits.kind == "RLock":
            owner = snapshot.tid_of(holders.owner_of(snapshot.objects, waits.address))
        elif waits.kind == "GIL":
            owner = snapshot.gil_holder(waits.address)
        else:
            owner = snapshot.tid_inside(waits.owner) if waits.owner else None
        if owner is None and waits.kind == "mutex":
            return replace(lock, kind="futex")
        return replace(lock, owner=owner, known_by="owner") if owner is not None else lock

    def _thread(self, thread: Thread) -> Thread:
        lock = self._locks.get(thread.tid)
        known = self._snapshot.threads.get(thread.tid)
        thread = replace(
            thread,
            name=self._names[thread.tid],
            ident=known.ident if known and not thread.ident else thread.ident,
        )
        if lock is None or lock.kind == "futex":
            return thread
        is_limited = self._snapshot.blocked[thread.tid].is_limited and lock.kind != "GIL"
        limited = ", for a limited time" if is_limited else ""
        kind = _WAITS.get(lock.kind, "lock")
        return replace(thread, wait=Wait(kind, self._text(lock, thread.tid) + limited, lock))

    def _text(self, lock: Lock, waiter: int) -> str:
        if lock.kind == "thread":
            return f"waits for the end of thread {self._called(lock.owner) if lock.owner else lock.name}"
        if lock.kind == "condition":
            return f"waits to be notified by {lock.name or hex(lock.address)}"
        what = "the GIL" if lock.kind == "GIL" else f"{lock.kind} {lock.name or hex(lock.address)}"
        if lock.owner is None:
            return f"waits for {what}"
        holder = "it holds itself" if lock.owner == waiter else f"thread {self._called(lock.owner)} holds"
        return f"waits for {what}, which {holder}"

    def _called(self, tid: int) -> str:
        name = self._names.get(tid)
        return f"{tid} ({name})" if name else str(tid)
