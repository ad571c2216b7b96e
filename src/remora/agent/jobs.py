"""Work for one thread: run once, bounded in time, cancellable.

A job runs code of the user (an expression, a `__repr__`) and so may take for
ever.  It ends in exactly one of: its result, its error, `Cancelled`, or
`TimedOut`; the last two may be told while the code still runs, when nothing
can interrupt it (a lock that a stopped thread holds).

Any thread may call `cancel` and `expire`; `run` is called by the thread that
does the work.  An interruption must not outlast `run`, or it would hit the
program.  That holds because at most one is sent, only while the job runs and
under its lock; because the job then ends under the same lock and meets what
was sent; and because all that happens in between lies in one `try`.
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
        # It is known who has it.
        self._lock: Any = _thread.RLock()  # type: ignore[attr-defined,unused-ignore]
        self._ident = 0
        self._result: Any = None
        self._error: Optional[BaseException] = None
        self._reason: Optional[Exception] = None
        self._interrupted = 0.0
        #: An interruption is kept back meanwhile; and one is.
        self._holds = self._is_kept = False
        self._interrupt: Callable[[int], object] = lambda ident: raise_in(ident, Interrupted)
        self._outer: Optional[Job] = None
        self.deadline = float("inf")

    def run(self) -> None:
        """Do the work on this thread, unless it was cancelled while it waited.

        To be called again if an exception comes out, which is one of a signal handler of the program:
        it then ends what was begun.  `Interrupted` comes out if it was meant for a job further out,
        within which this thread does this one.
        """
        try:
            self._work()
            self._leave()
        except Interrupted as hit:
            # Whatever was under way: it was the one that was sent, and none is on its way any more.
            self._error = hit
            if self._lock._is_owned():
                # From 3.14 on `with` can be left between taking the lock and its block.
                self._lock.release()
            self._close()
        result, error = self._result, self._error
        self._result = self._error = None
        if not isinstance(error, Interrupted):
            self._end_own(result, error)
        elif self._reason is not None:
            self._end_own(None, self._reason)
        else:
            self._end_own(None, Cancelled())
            raise error

    def hold(self) -> bool:
        """Keep interruptions back until `let_go`; False if that is so already."""
        with self._lock:
            held, self._holds = self._holds, True
        return not held

    def let_go(self) -> None:
        """Raises `Interrupted` if that was kept back."""
        with self._lock:
            self._holds = False
            kept, self._is_kept = self._is_kept, False
        if kept:
            raise Interrupted

    def interrupt_by(self, interrupt: Callable[[int], object]) -> None:
        """Before `run`: have it interrupted by `interrupt(ident)`, which has `strike` called there."""
        self._interrupt = interrupt

    def strike(self) -> None:
        """Raises `Interrupted`, unless it is over or that is kept back.  On its thread."""
        with self._lock:
            if self._state != _RUNNING or not self._interrupted:
                return
            if self._holds:
                self._is_kept = True
                return
        raise Interrupted

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

    def _work(self) -> None:
        with self._lock:
            if self._state != _QUEUED:
                return
            self._state = _RUNNING
            self._ident = _thread.get_ident()
            self._outer = _running.get(self._ident)
            _running[self._ident] = self
            if self._limit is not None:
                self.deadline = time.monotonic() + self._limit
        try:
            self._result = self._function()
        except BaseException as raised:
            self._error = raised

    def _leave(self) -> None:
        """End the time in which an interruption is sent, and have the one come that was.

        Unless the user's code has swallowed it, it comes here.  It cannot be taken back:
        `PyThreadState_SetAsyncExc(ident, NULL)` leaves the interpreter's flag set for ever, on which
        3.11 loops without end in a traced function (`handle_eval_breaker`).
        """
        self._close()
        if self._interrupted and not isinstance(self._error, Interrupted):
            for _ in range(_SETTLING):
                _pass_check()

    def _close(self) -> None:
        """No interruption is sent from here on."""
        with self._lock:
            self._state = _ENDED
            if _running.get(self._ident) is self:
                outer, self._outer = self._outer, None
                if outer is None:
                    del _running[self._ident]
                else:
                    _running[self._ident] = outer

    def _end_own(self, result: Any, error: Optional[BaseException]) -> None:
        if self._ident:
            self._end(result, error)

    def _stop(self, reason: Exception) -> None:
        with self._lock:
            if self._state == _RUNNING and not self._interrupted:
                self._reason = reason
                self._interrupted = time.monotonic()
                self.deadline = min(self.deadline, self._interrupted)
                if self._holds:
                    self._is_kept = True
                elif self._interrupt(self._ident) is False:
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


def undisturbed(work: Callable[[], None]) -> None:
    """Do `work`, which an interruption of this thread's job must not cut short: that comes after it."""
    job = _running.get(_thread.get_ident())
    if job is None or not job.hold():
        work()
        return
    try:
        # One that was sent before comes now.
        _pass_check()
        _pass_check()
        work()
    finally:
        job.let_go()


#: The innermost job that runs on each thread.
_running: dict[int, Job] = {}


def _pass_check() -> None:
    """Each call passes the interpreter's check for exceptions from outside."""


def start_worker(job: Job, own_threads: set[int]) -> None:
    """Run `job` on a thread of its own; on this one, the reader's, where none can be started."""
    try:
        start_own_thread(job.run, own_threads)
    except RuntimeError:
        job.run()


def start_own_thread(work: Callable[[], None], own_threads: set[int]) -> int:
    """Call `work` on a thread which the tracer ignores, and which leaves nothing behind; its ident.

    Raises `RuntimeError` where none can be started: on 3.12 and later once the main thread has ended.
    """
    gate = _thread.allocate_lock()

    def run() -> None:
        gate.acquire()
        try:
            work()
        finally:
            forget_thread()
            own_threads.discard(_thread.get_ident())

    # It must not begin before the tracer knows it: it would be taken for a thread of the program.
    gate.acquire()
    ident = _thread.start_new_thread(run, ())
    own_threads.add(ident)
    gate.release()
    return ident


def forget_thread() -> None:
    """Remove this thread from `threading`'s table, where code of the user may have entered it."""
    threading: Any = sys.modules.get("threading")
    active = getattr(threading, "_active", {})
    thread = active.get(_thread.get_ident())
    if type(thread).__name__ == "_DummyThread":
        del active[_thread.get_ident()]
