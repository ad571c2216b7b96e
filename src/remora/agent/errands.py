"""Work that only one thread can do, done as soon as it runs code of the program.

The interpreter lets signal handlers be changed on the main thread alone, and
what is typed may be for a certain thread.  One that is parked does it at once;
one that runs is met at its next line or return; one that is blocked in C does
it when it comes back.
"""

from __future__ import annotations

import sys

from .inspection.frames import visible_stack
from .isolate import _thread, is_at_work
from .jobs import Job
from .tracing.base import LINE, NOTHING, PY_RETURN, PY_START, PY_UNWIND, PY_YIELD, Injected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Callable, Optional, Tuple

    from .demands import Demands
    from .threads import DebuggeeThread, ThreadTable

    #: What is to be done, and by whom; None: the main thread.
    Errand = Tuple[Callable[[], None], Optional[DebuggeeThread]]

_EVENTS = LINE | PY_RETURN | PY_YIELD | PY_UNWIND
#: Frames of a thread at which it is waited for: the innermost may be of a function that is about to end.
_DEPTH = 3
#: Of so many looks, those in which functions that begin are waited for, too: a loop that is written in C has
#: its callbacks in frames of their own.  Not always, since that slows every call of the program.
_ROUND, _WIDE = 10, (3, 4)


class Errands:
    """`add`, `withdraw` and `look` run on the reader thread, `met` on the threads of the program."""

    def __init__(
        self, threads: ThreadTable, demands: Demands, on_error: Callable[[BaseException], None]
    ) -> None:
        self._threads = threads
        self._demands = demands
        self._on_error = on_error
        self._done = _thread.allocate_lock()
        self._looks = 0
        #: What is to be done.  The list stays the same: `listener` looks at it at each event.
        self.waiting: list[Errand] = []

    def add(self, work: Callable[[], None], thread: Optional[DebuggeeThread] = None) -> None:
        """Have `work` done; it may be done by now."""
        self._done.acquire(False)
        self.waiting.append((work, thread))
        self.look()

    def again(self, work: Callable[[], None]) -> None:
        """Have the main thread do `work` a little later.  Runs there."""
        self.waiting.append((work, None))

    def withdraw(self, work: Callable[[], None]) -> None:
        """Leave `work` undone, if it is not done yet."""
        for errand in [each for each in self.waiting if each[0] == work]:
            self._take(errand)
        if not self.waiting:
            self._demands.drop(self)

    def look(self) -> bool:
        """See where the threads are now; False if there is nothing to be done.  Repeat it now and then."""
        if not self.waiting:
            self._looks = 0
            return False
        main = self._threads.main()
        wishes: list[tuple[CodeType, int]] = []
        for thread in {thread or main for _, thread in list(self.waiting)}:
            if thread.parked and thread.stop is not None:
                thread.submit(Job(self._do, lambda result, error: None))
            else:
                frames = visible_stack(sys._current_frames().get(thread.ident))
                wishes += [(frame.f_code, _EVENTS) for frame in frames[:_DEPTH]]
        self._looks += 1
        is_wide = self._looks % _ROUND in _WIDE and any(
            thread is not None for _, thread in list(self.waiting)
        )
        self._demands.replace(self, PY_START if is_wide else NOTHING, wishes)
        return True

    def met(self) -> None:
        """The calling thread passes an event."""
        if not is_at_work():  # else it may be in the midst of work of ours; the next event will do
            self._do()

    def wait(self, seconds: float) -> bool:
        """Wait until the main thread has done all that is for it alone; False if that took too long."""
        if self._is_main_wanted():
            self._done.acquire(True, seconds)
        return not self._is_main_wanted()

    def stop(self) -> None:
        """Leave undone what the main thread alone was to do."""
        for errand in [each for each in self.waiting if each[1] is None]:
            self._take(errand)
        if not self.waiting:
            self._demands.drop(self)

    def _do(self) -> None:
        """Do what is for this thread.  What is `Injected` belongs to the program, and goes there."""
        ident, main = _thread.get_ident(), self._threads.main().ident
        mine = [each for each in self.waiting if (each[1].ident if each[1] is not None else main) == ident]
        if not mine:
            return  # it went on before the job came to it; `look` is repeated
        for errand in mine:
            if not self._take(errand):
                continue
            try:
                errand[0]()
            except Injected:
                raise
            except Exception as error:
                self._on_error(error)
        if not self.waiting:
            self._demands.drop(self)
        if self._done.locked() and not self._is_main_wanted():
            self._done.release()

    def _take(self, errand: Errand) -> bool:
        """False if it is done, or taken back."""
        try:
            self.waiting.remove(errand)
        except ValueError:
            return False
        return True

    def _is_main_wanted(self) -> bool:
        return any(thread is None for _, thread in list(self.waiting))
