"""Text that runs on threads of the program: in an event loop, or at a safe point.

Each stretch in which such a thread is held is a job with a time limit, so that
nothing that is typed holds the program for good.  What is awaited between two
stretches has none.
"""

from __future__ import annotations

from ..isolate import time
from ..jobs import GRACE, Cancelled, Job, TimedOut
from ..tracing.base import Injected
from .waking import run_wakeably

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Generator, Optional, Tuple

    from ..errands import Errands
    from ..threads import DebuggeeThread
    from .entry import Entry
    from .loops import RunningLoop
    from .text import Text

    Outcome = Tuple[Any, Optional[BaseException]]

#: Seconds after which is told what a thread does that has not come to what was typed.
PATIENCE = 1.0


class Run:
    """A text on its way.  `cancel` and `expire` run on the reader thread."""

    def __init__(self, entry: Entry, text: Text) -> None:
        self._entry = entry
        self._text = text
        self._job: Optional[Job] = None
        self._has_begun = False
        self._told = False
        self._since = time.monotonic()
        self._cancelled: Optional[float] = None

    def start(self) -> None:
        """Have it begin where it is to run."""
        raise NotImplementedError

    def cancel(self) -> None:
        """Interrupt the stretch that runs, and have no other one begin."""
        if self._cancelled is None:
            self._cancelled = time.monotonic()
        job = self._job
        if job is not None:
            job.cancel()
        if not self._has_begun:
            self._entry.finish(None, Cancelled())

    def expire(self, now: float) -> None:
        job = self._job
        if job is not None:
            job.expire(now)
            if job.is_abandoned():
                self._entry.prompt.place.gave_up(self.ident())
        if self._cancelled is not None and now > self._cancelled + 2 * GRACE:
            self._entry.finish(None, Cancelled())
        elif not self._has_begun and not self._told and now > self._since + PATIENCE:
            self._told = True
            self._entry.waits_for(self.ident())

    def ident(self) -> int:
        """The thread that it is for."""
        raise NotImplementedError

    def _stretch(self, function: Callable[[], Any]) -> Outcome:
        """Call `function` here and now, at most as long as may be; what it gives, or raises."""
        outcomes: list[Outcome] = []

        def ended(result: Any, error: Optional[BaseException]) -> None:
            outcomes.append((result, error))
            if isinstance(error, (Cancelled, TimedOut)):
                self._entry.finish(None, error)

        self._has_begun = True
        limit = self._entry.prompt.place.limit_on(self.ident())
        self._job = job = Job(function, ended, limit, self._entry.what)
        with_output = self._entry.prompt.place.diverting
        try:
            with_output(job.run if limit is None else lambda: run_wakeably(job))
        except BaseException:
            # Raised by a signal handler of the program, and the program's: the job is ended nevertheless.
            with_output(job.run)
            raise
        finally:
            self._job = None
        return outcomes[0]


class LoopRun(Run):
    """In an event loop, as a task."""

    def __init__(self, entry: Entry, text: Text, where: RunningLoop) -> None:
        super().__init__(entry, text)
        self._where = where
        self._task: Any = None

    def start(self) -> None:
        if not self._where.call(self._begin):
            self._entry.finish(None, RuntimeError("the event loop is closed"))

    def ident(self) -> int:
        return self._where.ident

    def cancel(self) -> None:
        super().cancel()
        self._where.call(self._cancel_task)

    def _cancel_task(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _begin(self) -> None:
        if self._cancelled is not None:
            return
        main = self._main()
        context = self._entry.prompt.new_context()
        try:
            self._task = context.run(self._where.loop.create_task, main)
        except BaseException as error:
            main.close()
            self._entry.finish(None, error)

    async def _main(self) -> None:
        coroutine = self._text.await_all(self._entry.prompt.namespace.own)
        value, error = await _Steps(coroutine, self._stretch)
        if isinstance(error, (Cancelled, TimedOut)):
            return
        cancelled = type(error).__name__ == "CancelledError"
        if cancelled and self._cancelled is not None:
            self._entry.finish(None, Cancelled())
        else:
            self._entry.finish(*self._stretch(lambda: self._entry.told(value, error, self._text.has_value)))
        if cancelled and error is not None:
            raise error


class ThreadRun(Run):
    """On one thread, when that comes to a safe point."""

    def __init__(self, entry: Entry, text: Text, thread: DebuggeeThread, errands: Errands) -> None:
        super().__init__(entry, text)
        self._thread = thread
        self._errands = errands
        self._is_asked = False

    def start(self) -> None:
        self._entry.prompt.place.wake()

    def expire(self, now: float) -> None:
        if not self._is_asked:
            # Errands are for the reader to give.
            self._is_asked = True
            self._errands.add(self._begin, self._thread)
        super().expire(now)

    def ident(self) -> int:
        return self._thread.ident

    def cancel(self) -> None:
        self._errands.withdraw(self._begin)
        super().cancel()

    def _begin(self) -> None:
        if self._cancelled is None:
            try:
                outcome = self._stretch(lambda: self._entry.result_of(self._text))
            except BaseException as error:
                raise Injected(error) from None
            self._entry.finish(*outcome)


class _Steps:
    """Drives a coroutine, each of its steps being a stretch; gives (value, error), and raises nothing."""

    def __init__(self, coroutine: Any, stretch: Callable[[Callable[[], Any]], Outcome]) -> None:
        self._coroutine = coroutine
        self._stretch = stretch

    def __await__(self) -> Generator[Any, Any, Outcome]:
        resume: Any = self._coroutine.send
        given: Any = None
        while True:
            awaited, error = self._stretch(_Step(resume, given))
            if isinstance(error, StopIteration):
                return error.value, None
            if error is not None:
                return None, error
            try:
                given = yield awaited
                resume = self._coroutine.send
            except GeneratorExit:
                # The loop has let go of the task.
                self._coroutine.close()
                raise
            except BaseException as thrown:
                resume, given = self._coroutine.throw, thrown


class _Step:
    def __init__(self, resume: Callable[[Any], Any], given: Any) -> None:
        self._resume = resume
        self._given = given

    def __call__(self) -> Any:
        return self._resume(self._given)
