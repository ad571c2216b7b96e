"""What is read of a process at once: its threads' stacks, what they wait for, what they hold.

Decides what of it is true together.  A program that was not stopped goes on
while it is read: what the stack of a thread says counts only if the thread has
run no instruction from before the first read until after the last one, which
the kernel's count of its switches tells.  One thread.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from ..kernel import Moment
from ..picture import Cycle, Frame
from ..readings import Stack
from . import holders
from .blocked import Blocked, blocked, by_value_stack, is_stack_lost
from .frames import FrameReader, PythonThread, RawFrame
from .objects import Objects
from .showing import Showing
from .spaces import AddressSpace

#: How often the frames of a thread are read that change meanwhile.
_ATTEMPTS = 3
#: What comes of bytes that are not what they are taken for.
_NONSENSE = (OSError, ValueError, IndexError)


class Snapshot:
    """One reading.  Raises `OSError` if there is nothing to be read."""

    def __init__(self, space: AddressSpace, reader: FrameReader, showing: Showing) -> None:
        self._space = space
        self._reader = reader
        self._showing = showing
        #: What the kernel told of all threads, before anything was read.
        self.moments = space.moments()
        space.forget()
        self.threads: dict[int, PythonThread] = reader.threads(self.moments)
        self._tids = {thread.ident: thread.tid for thread in self.threads.values()}
        self._gils = reader.gils()
        self._collects = reader.collects()
        #: Innermost frame first.  Of those in `moved` they may be wrong.
        self.stacks: dict[int, list[RawFrame]] = {}
        self._shown: dict[int, list[Frame]] = {}
        #: What they wait for, of those threads that slept all the time.
        self.blocked: dict[int, Blocked] = {}
        #: Lock → the thread that has taken it with `with`.
        self.held: dict[int, int] = {}
        self._holdings: dict[int, set[int]] = {}
        #: Threads that ran meanwhile.
        self.moved: set[int] = set()
        self._read()
        self._forget_moved()

    @property
    def objects(self) -> Objects:
        return self._reader.objects

    def tid_of(self, ident: int) -> int | None:
        """The thread that Python knows by this number."""
        return self._tids.get(ident)

    def has_ended(self, ident: int) -> bool:
        """Whether Python knows no thread by this number, or only from before a fork."""
        self._space.forget()
        return ident not in self._tids and ident not in self._reader.idents()

    def tid_inside(self, number: int) -> int | None:
        """The thread that the process itself knows by this number."""
        return next((tid for tid, moment in self.moments.items() if moment.inner_tid == number), None)

    def gil_holder(self, gil: int) -> int | None:
        """The thread that holds it, by its address."""
        state = self._gils.get(gil)
        return next((thread.tid for thread in self.threads.values() if state in thread.addresses), None)

    def stack(self, tid: int) -> Stack:
        """As a picture shows it."""
        holds_gil = tid in self._gil_holders
        return Stack(tuple(self._shown.get(tid, ())), "", holds_gil, holds_gil and self._collects)

    @property
    def is_wedged(self) -> bool:
        """Whether a thread sleeps with the GIL: none that has run can have done more than ask for it."""
        return any(self.gil_holder(gil) in self.threads.keys() - self.moved for gil in self._gils)

    def stands(self, cycle: Cycle) -> bool:
        """Whether its threads have all slept until now, so that whatever was read of them holds together.

        Who waits for the GIL wakes up again and again, and cannot get it from one that sleeps.
        """
        now = self._space.moments()
        self._space.forget()
        gils = self._reader.gils()
        return all(
            self._still_waits_for_gil(link.tid, now.get(link.tid), gils)
            if link.lock.kind == "GIL"
            else link.tid in now and now[link.tid].has_rested(self.moments[link.tid])
            for link in cycle.links
        )

    def have_rested(self, tids: Collection[int]) -> bool:
        """Whether these threads have all slept until now."""
        now = self._space.moments()
        return all(tid in now and now[tid].has_rested(self.moments[tid]) for tid in tids)

    def _read(self) -> None:
        for tid, moment in self.moments.items():
            waits = blocked(self.objects, moment, self._gils)
            if waits:
                self.blocked[tid] = waits
        for tid, thread in self.threads.items():
            self.stacks[tid] = self._frames(thread)
        self._read_locks_of_lost_stacks()
        if any(waits.kind == "Lock" for waits in self.blocked.values()):
            self._read_held()

    def _frames(self, thread: PythonThread) -> list[RawFrame]:
        """As far as they can be followed."""
        frames: list[RawFrame] = []
        shown = self._shown[thread.tid] = []
        for _ in range(_ATTEMPTS):
            frames.clear()
            shown.clear()
            try:
                for frame in self._reader.frames(thread):
                    shown.append(self._showing.frame(frame))
                    frames.append(frame)
                return frames
            except _NONSENSE:
                self._space.forget()
        self.moved.add(thread.tid)
        return frames

    def _read_locks_of_lost_stacks(self) -> None:
        for tid, waits in self.blocked.items():
            frames = self.stacks.get(tid)
            if waits.kind == "futex" and frames and is_stack_lost(self.objects, self.moments[tid]):
                try:
                    self.blocked[tid] = by_value_stack(self.objects, waits, frames[0])
                except OSError:
                    self.moved.add(tid)

    def _read_held(self) -> None:
        """Each thread's locks, and of one that ran those that it had before and after."""
        for tid, frames in self.stacks.items():
            self._holdings[tid] = self._held_in(tid, frames)
        moved = self._moved_at(self._space.moments())
        self._space.forget()
        for tid in moved:
            if self._holdings.get(tid):
                self._holdings[tid] &= self._held_in(tid, None)

    def _held_in(self, tid: int, frames: list[RawFrame] | None) -> set[int]:
        """By its frames, which are read if they are None."""
        try:
            read = list(self._reader.frames(self.threads[tid])) if frames is None else frames
            return holders.held_by(self._reader, read)
        except OSError:
            self.moved.add(tid)
            return set()

    def _moved_at(self, now: dict[int, Moment]) -> set[int]:
        """The threads that have run since the first read."""
        return self.moved | {
            tid for tid, moment in self.moments.items() if tid not in now or not now[tid].has_rested(moment)
        }

    def _forget_moved(self) -> None:
        now = self._space.moments()
        self.moved = self._moved_at(now)
        self._space.forget()
        gils = self._reader.gils()
        for tid in self.moved:
            if not self._still_waits_for_gil(tid, now.get(tid), gils):
                self.blocked.pop(tid, None)
        holders = {gil: self.gil_holder(gil) for gil in self._gils}
        self._gils = {gil: state for gil, state in self._gils.items() if gils.get(gil) == state}
        self._gil_holders = {tid for gil, tid in holders.items() if gil in self._gils or tid in self.moved}
        for gil in self._gils:
            holder = self.gil_holder(gil)
            if holder is not None and holder in self.blocked and self.blocked[holder].address == gil:
                del self.blocked[holder]  # it has been given the GIL, and has not woken up yet
        # What a thread that slept says comes before what one says that ran.
        for tids in (set(self._holdings) - self.moved, set(self._holdings) & self.moved):
            claims = Counter(lock for tid in tids for lock in self._holdings[tid] if lock not in self.held)
            self.held |= {lock: tid for tid in tids for lock in self._holdings[tid] if claims[lock] == 1}

    def _still_waits_for_gil(self, tid: int, now: Moment | None, gils: dict[int, int]) -> bool:
        """Whoever waits for it looks again every few milliseconds."""
        waits = self.blocked.get(tid)
        if not waits or waits.kind != "GIL" or not now:
            return False
        again = blocked(self.objects, now, gils)
        return bool(again and again.kind == "GIL")
