"""Work for one thread: run once, bounded in time, cancellable.

A job runs code of the user (an expression, a `__repr__`) and so may take for
ever.  It ends in exactly one of: its result, its error, `Cancelled`, or
`TimedOut`; the last two may be told while the code still runs, when nothing
can interrupt it (a lock that a stopped thread holds).

Any thread may call `cancel` and `expire`; `run` is called by the thread that
does the work.
"""

from __future__ import annotations

import sys

from .interruption import Interrupted, raise_in
from .isolate import _thread, time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional


class Cancelled(Exception):
    """The client took the request back."""


class TimedOut(Exception):
    """The time limit is over.  `still_running` tells whether the code could be interrupted."""

    def __init__(self, limit: float, still_running: bool) -> None:
        super().__init__()
        self.limit = limit
        self.still_running = still_running


#: Seconds given to interrupted code to unwind before the client is told that it still runs.
GRACE = 0.5

#: Calls in which an interruption is met that is on its way: it comes with the first, or was swallowed.
_SETTLING = 200

_QUEUED, _RUNNING, _ENDED = range(3)


class Job:
    """`function()` on some thread; `on_end(result, error)` is called once, on the thread that ends it."""

    def __init__(
        self,
        function: Callable[[], Any],
        on_end: Callable[[Any, Optional[BaseException]], None],
        limit: Optional[float] = None,
        what: str = "",
    ) -> None:
        self.what = what
        self._function = function
        self._on_end: Optional[Callable[[Any, Optional[BaseException]], None]] = on_end
        self._limit = limit
        self._state = _QUEUED
        self._lock = _thread.allocate_lock()
        self._ident = 0
        self._reason: Optional[Exception] = None
        self._interrupted = 0.0
        self.deadline = float("inf")

    def run(self) -> None:
        """Do the work on this thread, unless it was cancelled while it waited."""
        with self._lock:
            if self._state != _QUEUED:
                return
            self._state = _RUNNING
            self._ident = _thread.get_ident()
            if self._limit is not None:
                self.deadline = time.monotonic() + self._limit
        result: Any = None
        error: Optional[BaseException] = None
        try:
            result = self._function()
        except BaseException as raised:
            error = raised
        while not self._settle(isinstance(error, Interrupted)):
            error = Interrupted()
        self._end(result, self._reason if isinstance(error, Interrupted) else error)

    def is_abandoned(self) -> bool:
        """Whether it has been answered for, and yet its code still runs."""
        return self._state == _RUNNING and self._on_end is None

    def cancel(self) -> None:
        """End the job with `Cancelled` as soon as can be."""
        self._stop(Cancelled())

    def expire(self, now: float) -> None:
        """End the job with `TimedOut` if its time is over; called now and then."""
        if now < self.deadline:
            return
        if not self._interrupted:
            self._stop(TimedOut(self._limit or 0.0, still_running=False))
        elif now > self._interrupted + GRACE:
            self.deadline = float("inf")
            cancelled = isinstance(self._reason, Cancelled)
            self._end(None, Cancelled() if cancelled else TimedOut(self._limit or 0.0, still_running=True))

    def _settle(self, delivered: bool) -> bool:
        """Leave the time in which an interruption can come; False if one came while leaving.

        One that is on its way must be met here, or it would hit the program.  It cannot be
        taken back: `PyThreadState_SetAsyncExc(ident, NULL)` leaves the interpreter's flag set for
        ever, on which 3.11 loops without end in a traced function (`handle_eval_breaker`).
        """
        try:
            with self._lock:
                self._state = _ENDED
            if self._interrupted and not delivered:
                for _ in range(_SETTLING):
                    _pass_a_check()
        except Interrupted:
            return False
        return True

    def _stop(self, reason: Exception) -> None:
        with self._lock:
            if self._state == _RUNNING and not self._interrupted:
                self._reason = reason
                self._interrupted = time.monotonic()
                self.deadline = min(self.deadline, self._interrupted)
                if not raise_in(self._ident, Interrupted):
                    self._interrupted -= GRACE
                return
            if self._state != _QUEUED:
                return
            self._state = _ENDED
        self._end(None, reason)

    def _end(self, result: Any, error: Optional[BaseException]) -> None:
        with self._lock:
            on_end, self._on_end = self._on_end, None
        if on_end is not None:
            on_end(result, error)


def _pass_a_check() -> None:
    """Each call passes the interpreter's check for asynchronous exceptions."""


def start_worker(job: Job, own_threads: set[int]) -> None:
    """Run `job` on a thread of its own, which the tracer ignores and which leaves nothing behind."""

    gate = _thread.allocate_lock()

    def work() -> None:
        gate.acquire()
        try:
            job.run()
        finally:
            forget_thread()
            own_threads.discard(_thread.get_ident())

    # It must not begin before the tracer knows it: it would be taken for a thread of the program.
    gate.acquire()
    try:
        own_threads.add(_thread.start_new_thread(work, ()))
    except RuntimeError:
        # 3.12 and later start no thread once the main thread has ended: then it is done here, on the reader.
        job.run()
    gate.release()


def forget_thread() -> None:
    """Remove this thread from `threading`'s table, where code of the user may have entered it."""
    threading: Any = sys.modules.get("threading")
    active = getattr(threading, "_active", {})
    thread = active.get(_thread.get_ident())
    if type(thread).__name__ == "_DummyThread":
        del active[_thread.get_ident()]
