"""Event loops: which of the program's run, and one of the prompt's own where none does.

The program's are found from outside, by the frames of asyncio on the stacks of
its threads, so that nothing of the program has to run for it.
"""

from __future__ import annotations

import sys

from ..expressions.awaiting import clear_loop
from ..inspection.tasks import loops_of, with_callers
from ..isolate import _thread
from ..jobs import start_own_thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional


class RunningLoop:
    """An event loop and the thread that runs it."""

    def __init__(self, ident: int, loop: Any) -> None:
        self.ident = ident
        self.loop = loop

    @property
    def kind(self) -> str:
        """What it is: `asyncio.SelectorEventLoop` goes by a longer name of its own."""
        cls = type(self.loop)
        return "%s.%s" % (cls.__module__.partition(".")[0], cls.__name__.lstrip("_").replace("Unix", ""))

    def call(self, function: Callable[[], Any]) -> bool:
        """Have it call `function` soon; False if it is closed."""
        try:
            self.loop.call_soon_threadsafe(function)
        except RuntimeError:
            return False
        return True


def running_loop(own_threads: set[int], first: int, only: Optional[int] = None) -> Optional[RunningLoop]:
    """The loop that thread `first` runs, else one of another thread; with `only`, of that thread or none.

    Threads of the agent are passed over.
    """
    frames = sys._current_frames()
    idents = [first, *(ident for ident in frames if ident != first)] if only is None else [only]
    for ident in idents:
        if ident in own_threads or ident not in frames:
            continue
        for loop in loops_of(with_callers(frames[ident])):
            if loop.is_running():
                return RunningLoop(ident, loop)
    return None


class OwnLoop:
    """A loop on a thread of its own, which runs until `stop`, by the program's own asyncio."""

    def __init__(
        self, own_threads: set[int], began: Callable[[int], None], ended: Callable[[int], None]
    ) -> None:
        self._asyncio: Any = __import__("asyncio")
        self._began = began
        self._ended = ended
        loop = self._asyncio.new_event_loop()
        self.running = RunningLoop(start_own_thread(lambda: self._run(loop), own_threads), loop)

    def stop(self) -> None:
        """Cancel what is left there, and let the thread end."""
        self.running.call(self.running.loop.stop)

    def _run(self, loop: Any) -> None:
        ident = _thread.get_ident()
        self._began(ident)
        try:
            loop.run_forever()
            clear_loop(self._asyncio, loop)
        finally:
            self._ended(ident)
