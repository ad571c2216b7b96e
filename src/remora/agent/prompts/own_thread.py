"""The thread of a prompt: what is typed runs there, one after the other.

Thread-locals and context variables last from line to line.  A thread that does
not come back from what it was told to give up is left alone, and another takes
its place; it ends when it comes back.
"""

from __future__ import annotations

from ..isolate import _thread
from ..jobs import forget_thread, start_own_thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Optional

    from ..jobs import Job


class OwnThread:
    """`submit` and `stop` may be called by any thread."""

    def __init__(
        self, own_threads: set[int], began: Callable[[int], None], ended: Callable[[int], None]
    ) -> None:
        """`began` and `ended` are called on each thread, with its ident."""
        self._own_threads = own_threads
        self._began = began
        self._ended = ended
        self._lock = _thread.allocate_lock()
        self._runner: Optional[_Runner] = None

    def submit(self, job: Job) -> None:
        """Have the job run after those that wait, or on a new thread if one is given up there."""
        with self._lock:
            runner = self._runner
            if runner is None or runner.is_given_up():
                if runner is not None:
                    runner.stop()
                runner = self._runner = _Runner(self._own_threads, self._began, self._ended)
            runner.add(job)

    def stop(self) -> None:
        """Let the thread end, as soon as it comes back from what it does."""
        with self._lock:
            runner, self._runner = self._runner, None
        if runner is not None:
            runner.stop()


class _Runner:
    """One thread.  It refers to nothing of the prompt but by `began` and `ended`."""

    def __init__(
        self, own_threads: set[int], began: Callable[[int], None], ended: Callable[[int], None]
    ) -> None:
        self._own_threads = own_threads
        self._began = began
        self._ended = ended
        self._jobs: list[Job] = []
        self._job: Optional[Job] = None
        self._stopped = False
        self._started = False
        self._bell = _thread.allocate_lock()
        self._bell.acquire()
        self._lock = _thread.allocate_lock()

    def add(self, job: Job) -> None:
        self._jobs.append(job)
        if not self._started:
            self._start()
        self._ring()

    def is_given_up(self) -> bool:
        """Whether it still runs what has been answered for."""
        job = self._job
        return job is not None and job.is_abandoned()

    def stop(self) -> None:
        self._stopped = True
        self._ring()

    def _start(self) -> None:
        self._started = True
        try:
            start_own_thread(self._run, self._own_threads)
        except RuntimeError:
            self._serve()

    def _run(self) -> None:
        ident = _thread.get_ident()
        self._began(ident)
        try:
            while not self._stopped:
                self._bell.acquire()
                self._serve()
        finally:
            self._ended(ident)

    def _serve(self) -> None:
        while self._jobs and not self._stopped:
            self._job = self._jobs.pop(0)
            self._job.run()
            self._job = None
            # The program lists the threads that `threading` has met.
            forget_thread()

    def _ring(self) -> None:
        with self._lock:
            if self._bell.locked():
                self._bell.release()
