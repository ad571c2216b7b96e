"""Work that only the main thread can do, done as soon as it runs code of the program.

The interpreter lets signal handlers be changed there alone.  A main thread
that is parked does it at once; one that runs is met at its next line or
return; one that is blocked in C does it when it comes back.
"""

from __future__ import annotations

import sys

from .inspection.frames import visible_stack
from .isolate import _thread
from .jobs import Job
from .tracing.base import LINE, NOTHING, PY_RETURN, PY_UNWIND, PY_YIELD, Injected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

    from .demands import Demands
    from .threads import ThreadTable

_EVENTS = LINE | PY_RETURN | PY_YIELD | PY_UNWIND


class Errands:
    """`add` and `look` run on the reader thread, `met` on the threads of the program."""

    def __init__(
        self, threads: ThreadTable, demands: Demands, on_error: Callable[[BaseException], None]
    ) -> None:
        self._threads = threads
        self._demands = demands
        self._on_error = on_error
        self._done = _thread.allocate_lock()
        #: What is to be done.  The list stays the same: `listener` looks at it at each event.
        self.waiting: list[Callable[[], None]] = []

    def add(self, work: Callable[[], None]) -> None:
        """Have `work` done; it may be done by now."""
        self._done.acquire(False)
        self.waiting.append(work)
        self.look()

    def look(self) -> bool:
        """See where the main thread is now; False if there is nothing to be done.  Repeat it now and then."""
        if not self.waiting:
            return False
        main = self._threads.main()
        if main.parked and main.stop is not None:
            main.submit(Job(self._do, lambda result, error: None))
            return True
        frames = visible_stack(sys._current_frames().get(main.ident))
        self._demands.replace(self, NOTHING, [(frame.f_code, _EVENTS) for frame in frames[:1]])
        return True

    def met(self) -> None:
        """The calling thread passes an event."""
        self._do()

    def wait(self, seconds: float) -> bool:
        """Wait until all is done; False if that took too long."""
        if self.waiting:
            self._done.acquire(True, seconds)
        return not self.waiting

    def stop(self) -> None:
        """Leave undone what is not done yet."""
        self.waiting.clear()
        self._demands.drop(self)

    def _do(self) -> None:
        """Do it all.  What is `Injected` belongs to the program, and goes there."""
        if _thread.get_ident() != self._threads.main().ident:
            return  # it went on before the job came to it; `look` is repeated
        while self.waiting:
            try:
                self.waiting.pop(0)()
            except Injected:
                raise
            except Exception as error:
                self._on_error(error)
        self._demands.drop(self)
        if self._done.locked():
            self._done.release()
