"""The threads of the program, as the debugger sees them.

A thread that stops is *parked*: it sits in `DebuggeeThread.park`, inside the
tracer's callback, and serves its own queue.  Whatever touches its frames or
runs code of the user for it is a job in that queue, so that thread-locals,
context variables and the running event loop are the right ones.

A thread that is blocked in C when the program is stopped cannot serve; its
frames are read from outside and its jobs run on a worker.
"""

from __future__ import annotations

import sys

from .inspection.frames import visible_stack
from .inspection.tracebacks import passages
from .interruption import Interrupted
from .isolate import _thread
from .jobs import start_worker
from .stepped import Stepped
from .tracing.base import Injected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable, Optional

    from .jobs import Job


class Stop:
    """Why and where a thread stopped.  Data only."""

    def __init__(
        self,
        reason: str,
        *,
        description: str = "",
        text: str = "",
        hit_ids: tuple[int, ...] = (),
        frame: Optional[FrameType] = None,
        returned: Optional[tuple[Any]] = None,
        exception: Optional[BaseException] = None,
        break_mode: str = "",
        post_mortem: bool = False,
        finished: bool = False,
        event: str = "",
    ) -> None:
        self.reason = reason
        self.description = description
        self.text = text
        self.hit_ids = hit_ids
        self.frame = frame  # the frame to present on top, when it is not the innermost
        self.returned = returned  # a 1-tuple with what the finished function returned
        self.exception = exception
        self.break_mode = break_mode
        self.post_mortem = post_mortem  # the frames are those of the exception's traceback
        self.event = event  # what a step has ended at, if it was asked for other ends than lines
        self.finished = finished  # and have ended: no step begins there


class DebuggeeThread:
    """One thread of the program.  `park` runs on it; the rest may be called by any thread."""

    def __init__(self, number: int, ident: int, own_threads: set[int]) -> None:
        self.id = number
        self.ident = ident
        self.parked = False
        self.stop: Optional[Stop] = None
        self.stepped = Stepped()
        self._own_threads = own_threads
        self._released = False
        self._thrown: Optional[BaseException] = None
        #: What the thread is to do itself when it goes on, before anything of the program's.
        self.afterwards: list[Callable[[], None]] = []
        self._jobs: list[Job] = []
        self._job: Optional[Job] = None
        self._lock = _thread.allocate_lock()
        self._bell = _thread.allocate_lock()
        self._bell.acquire()

    @property
    def name(self) -> str:
        """The name that the program gave it, or a number when `threading` does not know it."""
        threading: Any = sys.modules.get("threading")
        known = getattr(threading, "_active", {}).get(self.ident)
        if known is not None:
            return str(known._name)
        return "MainThread" if self.id == 1 else "Thread %d" % self.id

    def arrest(self, stop: Stop) -> None:
        """Enter the stop; from here on jobs are queued and `release` is remembered.  `park` must follow."""
        with self._lock:
            self.stop = stop
            self.parked = True

    def park(self) -> None:
        """Serve jobs until `release`.

        A signal handler of the program may raise here (it runs while the thread waits):
        the exception is kept and raised when the thread goes on.  An interruption is of the job within
        which the thread stopped, and never the program's.
        """
        outer, self._job = self._job, None
        kept: Optional[BaseException] = None
        released = False
        while not released:
            try:
                released = self._serve()
            except Interrupted as hit:
                kept = kept if outer is None else Injected(hit)
            except BaseException as error:
                kept = error
        self._job = outer
        thrown, self._thrown = self._thrown, None
        if thrown is not None or kept is not None:
            raise thrown or kept  # type: ignore[misc]
        while self.afterwards:
            self.afterwards.pop(0)()

    def release(self) -> None:
        """Let the thread go on, after the jobs that wait."""
        with self._lock:
            self.stop = None
            self._released = self.parked
        self._ring()

    def throw(self, error: BaseException) -> bool:
        """Have `error` raised in the program when the parked thread goes on; False if it is not parked."""
        with self._lock:
            here = self.parked and not self._released
            if here:
                self._thrown = error
            return here

    def submit(self, job: Job) -> None:
        """Have `job` run on this thread, or on a worker if it is not parked."""
        with self._lock:
            here = self.parked and not self._released
            if here:
                self._jobs.append(job)
        if here:
            self._ring()
        else:
            start_worker(job, self._own_threads)

    def occupied(self) -> Optional[str]:
        """What the thread still evaluates although that was given up, if anything."""
        job = self._job
        return job.what if job is not None and job.is_abandoned() else None

    def stack(self, *, alive: bool = False) -> list[FrameType]:
        """The frames that the user may see, innermost first; empty if the thread has ended.

        With `alive`, those that the thread goes on in, and not those that an exception has left.
        """
        stop = self.stop
        if not alive and stop is not None and stop.post_mortem and stop.exception is not None:
            return [each.frame for each in passages(stop.exception)]
        frame = stop.frame if stop is not None else None
        if frame is None:
            frame = sys._current_frames().get(self.ident)
            if self.parked and frame is not None:
                frame = _below_park(frame)
        return visible_stack(frame) if frame is not None else []

    def _serve(self) -> bool:
        """Run what waits; then wait for more.  True when the thread is to go on."""
        while True:
            with self._lock:
                # One that a signal handler's exception left has still to be ended.
                job = self._job = self._job or (self._jobs.pop(0) if self._jobs else None)
                if job is None and self._released:
                    self._released = self.parked = False
                    return True
            if job is None:
                self._bell.acquire()
            else:
                job.run()
                self._job = None

    def _ring(self) -> None:
        with self._lock:
            if self._bell.locked():
                self._bell.release()


class ThreadTable:
    """All threads of the program that run Python code, except the agent's."""

    def __init__(self, own_threads: set[int]) -> None:
        #: Told of the id of each thread that is seen first ("started") or not any more ("exited").
        self.changed: Callable[[str, int], None] = lambda reason, number: None
        self._own_threads = own_threads
        self._by_ident: dict[int, DebuggeeThread] = {}
        self._last = 0
        # Reentrant: `arrest` enters its thread.
        self._lock: Any = _thread.RLock()  # type: ignore[attr-defined,unused-ignore]
        self._enter(main_ident())

    def current(self) -> DebuggeeThread:
        """The thread that calls."""
        ident = _thread.get_ident()
        return self._by_ident.get(ident) or self._enter(ident)

    def arrest(self, stop: Optional[Stop] = None) -> tuple[DebuggeeThread, bool]:
        """The thread that calls enters its own stop, or one with the others; `park` must follow.

        Also whether it was taken for stopped before, inside a call.
        """
        with self._lock:
            # In one with `_forget_ended`: its ident may be that of a thread that has ended.
            thread = self.current()
            late = thread.stop is not None
            thread.arrest(stop or thread.stop or Stop("pause"))
        return thread, late

    def by_id(self, number: int) -> Optional[DebuggeeThread]:
        for thread in self.all():
            if thread.id == number:
                return thread
        return None

    def main(self) -> DebuggeeThread:
        """The main thread if it still runs Python code, else the oldest that does."""
        return min(self.all(), key=lambda thread: thread.id)

    def all(self) -> list[DebuggeeThread]:
        """The threads that exist now, oldest first."""
        # First those that are known: one that enters meanwhile is not to be taken for one that has ended.
        known = list(self._by_ident)
        # The interpreter keeps the youngest first.
        alive = [ident for ident in reversed(list(sys._current_frames())) if ident not in self._own_threads]
        for ident in known:
            if ident not in alive:
                self._forget_ended(ident)
        threads = [self._by_ident.get(ident) or self._enter(ident) for ident in alive]
        return sorted(threads, key=lambda thread: thread.id)

    def known(self) -> list[DebuggeeThread]:
        """The threads seen so far, without looking for new ones."""
        return list(self._by_ident.values())

    def _forget_ended(self, ident: int) -> None:
        """Unless a thread has begun meanwhile that has the same ident, and is in its first stop."""
        with self._lock:
            ended = self._by_ident.get(ident)
            if ended is None or ended.parked:
                return
            del self._by_ident[ident]
        self.changed("exited", ended.id)

    def _enter(self, ident: int) -> DebuggeeThread:
        with self._lock:
            known = self._by_ident.get(ident)
            if known is not None:
                return known
            self._last += 1
            entered = self._by_ident[ident] = DebuggeeThread(self._last, ident, self._own_threads)
        self.changed("started", entered.id)
        return entered


def main_ident() -> int:
    """The main thread's ident: `threading` knows it, else it has the oldest thread state.

    In a program that is patched for greenlets `threading` has numbers of its own.
    """
    main = getattr(sys.modules.get("threading"), "_main_thread", None)
    frames = sys._current_frames()
    return int(main.ident) if main is not None and main.ident in frames else list(frames)[-1]


def _below_park(frame: FrameType) -> FrameType:
    """The frame that a parked thread stands in, whatever its job runs above that."""
    step: Optional[FrameType] = frame
    while step is not None:
        if step.f_code is DebuggeeThread.park.__code__:
            return step.f_back or frame
        step = step.f_back
    return frame  # it is about to park
