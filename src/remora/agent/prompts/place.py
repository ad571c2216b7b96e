"""Where what is typed at a prompt runs, and whose its output is there.

Text runs on a thread of the prompt's own, on one of the program's at a safe
point, or in an event loop.  What awaits runs in a loop in any case: that of the
program, or one of the prompt's own.
"""

from __future__ import annotations

import sys

from ...dap import errors
from ..isolate import _thread
from .loops import OwnLoop, RunningLoop, running_loop
from .own_thread import OwnThread
from .runs import LoopRun, Run, ThreadRun
from .spool import Spool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    from ..clients import Client
    from ..debugger import Debugger
    from ..output import Taker
    from ..threads import DebuggeeThread
    from .entry import Entry
    from .text import Text

#: Seconds for which a thread of the program is held at a time, unless the client says otherwise.
_LIMIT = 2.0


class Place:
    """Of one prompt, with a thread of its own until `move`."""

    def __init__(self, debugger: Debugger, client: Client, number: int) -> None:
        """`number` is that of the prompt."""
        #: The thread of the program that is meant, if one is.
        self.chosen: Optional[DebuggeeThread] = None
        #: Have the reader thread look after what was begun.
        self.wake: Callable[[], None] = debugger.reader.wake
        self._debugger = debugger
        self._client = client
        self._in_loop = False
        self._own_threads = debugger.tracer.own_threads()
        self._own_loop: Optional[OwnLoop] = None
        #: What is written at the prompt.
        self.spool: Spool = Spool(self._tell, self.wake)
        self.taker: Taker = (self.spool.write, client, number)
        self._number = number
        self._diverted = debugger.output.diverted
        self.thread = self.another_thread()

    def move(self, *, in_loop: bool, chosen: Optional[DebuggeeThread]) -> None:
        """Run what comes next on the thread `chosen`, or all of it in the event loop.

        Raises `errors.RequestError` if there is no such place.
        """
        if in_loop and self._running_loop(chosen) is None:
            raise errors.no_event_loop()
        self.chosen, self._in_loop = chosen, in_loop

    def run_for(self, entry: Entry, text: Text) -> Optional[Run]:
        """What brings `text` to another thread, or None if it runs on the prompt's own."""
        # A script is longer than a loop may be held.
        is_for_loop = text.awaits or text.wants_loop and self.chosen is None and not entry.is_script
        if self._in_loop or is_for_loop and (text.names_asyncio or "asyncio" in sys.modules):
            return LoopRun(entry, text, self.loop())
        if self.chosen is not None and not text.awaits:
            return ThreadRun(entry, text, self.chosen, self._debugger.errands)
        return None

    def loop(self) -> RunningLoop:
        """The program's event loop; the prompt's own if none runs, and the place need not be one.

        Raises `errors.RequestError`.
        """
        found = self.loop_of_program()
        if found is not None:
            return found
        if self._in_loop:
            raise errors.no_event_loop()
        if self._own_loop is None:
            self._own_loop = OwnLoop(self._own_threads, self._divert, self._give_back)
        return self._own_loop.running

    def loop_of_program(self) -> Optional[RunningLoop]:
        """The one that runs, in the chosen thread if there is one."""
        return self._running_loop(self.chosen)

    def another_thread(self) -> OwnThread:
        """A thread whose output is the client's."""
        return OwnThread(self._own_threads, self._divert, self._give_back)

    def diverting(self, function: Callable[[], Any]) -> Any:
        """Call `function`; what it writes on this thread is the client's."""
        diverted, ident = self._diverted, _thread.get_ident()
        before = diverted.get(ident)
        diverted[ident] = self.taker
        try:
            return function()
        finally:
            if before is None:
                diverted.pop(ident, None)
            else:
                diverted[ident] = before

    def limit_on(self, ident: int) -> Optional[float]:
        """Seconds for which this thread may be held at a time."""
        if ident in self._own_threads:
            return None
        limit: float = self._client.options.get("evaluationTimeout") or _LIMIT
        return limit

    def gave_up(self, ident: int) -> None:
        """This thread does not come back from what was interrupted there."""
        own = self._own_loop
        if own is not None and own.running.ident == ident:
            self._own_loop = None
            own.stop()

    def why_waiting(self, ident: int) -> str:
        """A sentence: what this thread does instead of what was typed."""
        thread = next((each for each in self._debugger.threads.all() if each.ident == ident), None)
        if thread is None:
            return "The thread has ended."
        if self._debugger.execution.is_stopped(thread):
            return "%s is stopped, by a client that debugs." % thread.name
        frames = thread.stack()
        if not frames:
            return "%s runs no Python code." % thread.name
        code = frames[0].f_code
        return "%s is in %s, %s:%d." % (thread.name, code.co_name, code.co_filename, frames[0].f_lineno or 0)

    def stop(self) -> None:
        """Let the threads end that are the prompt's own."""
        self.thread.stop()
        if self._own_loop is not None:
            self._own_loop.stop()

    def _running_loop(self, chosen: Optional[DebuggeeThread]) -> Optional[RunningLoop]:
        first = chosen or self._debugger.threads.main()
        return running_loop(self._own_threads, first.ident, chosen.ident if chosen is not None else None)

    def _tell(self, category: str, text: str) -> None:
        body = {"category": category, "output": text, "remoraPrompt": self._number}
        self._client.event("output", body)

    def _divert(self, ident: int) -> None:
        self._diverted[ident] = self.taker

    def _give_back(self, ident: int) -> None:
        self._diverted.pop(ident, None)
