"""What the memory of a process says about its threads: names, locks, who holds them, deadlocks.

Decides what is told of what was read, and in which words.  One thread.
"""

from __future__ import annotations

from dataclasses import replace

from ..picture import Link, Lock, Picture, Thread, Wait
from . import holders, naming, standard
from .acquired import TakenByHand
from .blocked import Blocked
from .cycles import cycles, stuck
from .frames import FrameReader
from .pools import Pools
from .snapshot import Snapshot
from .sources import Sources

#: Kinds of waits by those of locks.
_WAITS = {"GIL": "gil", "thread": "thread"}
#: What is waited for that is no lock.
_NOTIFICATIONS = {
    "condition": "waits to be notified by",
    "event": "waits for event",
    "semaphore": "waits for semaphore",
    "barrier": "waits for others at barrier",
    "queue item": "waits for an item of queue",
    "queue room": "waits for room in queue",
    "queue end": "waits until all is done of queue",
    "future": "waits for the result of future",
    "job": "waits for the result of future",
}


class Findings:
    """What a snapshot says."""

    def __init__(self, snapshot: Snapshot, reader: FrameReader) -> None:
        self._snapshot = snapshot
        self._objects = self._thread_objects()
        self._standard = standard.StandardWaits(snapshot, self._objects.values())
        #: As the program calls them, else the kernel.
        self._names = {tid: moment.comm for tid, moment in snapshot.moments.items()} | {
            tid: thread.name for tid, thread in self._objects.items()
        }
        self._sources = Sources(snapshot.objects.space)
        self._held = self._holders(TakenByHand(snapshot, reader, self._sources))
        self._locks = {tid: self._lock(tid, waits) for tid, waits in snapshot.blocked.items()}
        #: By the thread that waits, without those that wait for a limited time.
        self.links = {
            tid: Link(tid, lock, lock.owner)
            for tid, lock in self._locks.items()
            if lock.owner is not None and (lock.kind == "GIL" or not snapshot.blocked[tid].is_limited)
        }
        #: By the thread that waits for a job which has not begun, the threads of its pool.
        self._pools = self._find_pools(Pools(snapshot))
        found = cycles(self.links | self._links_of_pools())
        self.deadlocks = tuple(cycle for cycle in found if snapshot.stands(cycle))

    def applied(self, picture: Picture) -> Picture:
        """The picture of the same threads with all this."""
        threads = tuple(self._thread(thread) for thread in picture.threads)
        return replace(picture, threads=threads, deadlocks=self.deadlocks)

    def _find_pools(self, pools: Pools) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for tid, lock in self._locks.items():
            threads = pools.threads_for(lock.address) if lock.kind == "future" and lock.owner is None else []
            if threads:
                found[tid] = sorted(threads)
                self._locks[tid] = replace(lock, kind="job")
        return found

    def _links_of_pools(self) -> dict[int, Link]:
        """From those who wait for a pool all of whose threads wait, to the next one of these threads."""
        unlimited = {
            tid: tids for tid, tids in self._pools.items() if not self._snapshot.blocked[tid].is_limited
        }
        never = stuck({**{tid: [link.owner] for tid, link in self.links.items()}, **unlimited})
        if not self._snapshot.have_rested(
            {each for tid in never & set(unlimited) for each in unlimited[tid]}
        ):
            return {}
        links = {}
        for tid in never & set(unlimited):
            following = [each for each in unlimited[tid] if each > tid] or unlimited[tid]
            lock = replace(self._locks[tid], owner=following[0], known_by="stack")
            links[tid] = Link(tid, lock, following[0])
        return links

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
        if lock and lock.kind in _NOTIFICATIONS:
            return replace(
                lock, name=naming.name_of(self._snapshot.objects, self._sources, frames[1:], lock.address)
            )
        return lock

    def _lock_name(self, tid: int, waits: Blocked) -> str:
        frames = self._snapshot.stacks.get(tid, [])
        if not waits.address or waits.kind == "GIL":
            return ""
        return naming.name_of(self._snapshot.objects, self._sources, frames, waits.address)

    def _owned(self, waits: Blocked) -> Lock:
        lock = Lock(waits.address or waits.key, waits.kind)
        snapshot = self._snapshot
        if waits.address in self._held and waits.kind == "Lock":
            return replace(lock, owner=self._held[waits.address], known_by="stack")
        ident = holders.owner_of(snapshot.objects, waits)
        if ident:
            owner = snapshot.tid_of(ident)
            if snapshot.has_ended(ident):
                return replace(lock, known_by="owner")
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
            name=self._names.get(thread.tid) or thread.name,
            ident=known.ident if known and not thread.ident else thread.ident,
        )
        if lock is None or lock.kind == "futex":
            return thread
        is_limited = self._snapshot.blocked[thread.tid].is_limited and lock.kind != "GIL"
        limited = ", for a limited time" if is_limited else ""
        kind = "notification" if lock.kind in _NOTIFICATIONS else _WAITS.get(lock.kind, "lock")
        return replace(thread, wait=Wait(kind, self._text(lock, thread.tid) + limited, lock))

    def _text(self, lock: Lock, waiter: int) -> str:
        if lock.kind == "thread":
            return f"waits for the end of thread {self._called(lock.owner) if lock.owner else lock.name}"
        called = lock.name or hex(lock.address)
        verb = "holds"
        if lock.kind in _NOTIFICATIONS:
            text, verb = f"{_NOTIFICATIONS[lock.kind]} {called}", "runs"
        else:
            text = "waits for the GIL" if lock.kind == "GIL" else f"waits for {lock.kind} {called}"
        if lock.kind == "job":
            return f"{text}, whose job has not begun"
        if lock.owner is None:
            ended = ", which a thread holds that has ended, or that a fork has left behind"
            return text + ended if lock.known_by else text
        holder = f"it {verb} itself" if lock.owner == waiter else f"thread {self._called(lock.owner)} {verb}"
        return f"{text}, which {holder}"

    def _called(self, tid: int) -> str:
        name = self._names.get(tid)
        return f"{tid} ({name})" if name else str(tid)
