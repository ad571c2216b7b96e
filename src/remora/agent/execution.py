"""Who is stopped, who runs, and which steps are under way.

All-stop, as gdb and DAP clients expect: when one thread stops, every other one
parks at its next event, and a thread that is blocked in C counts as stopped
where it is.  If every client asked for it (`stopAllThreadsOnSuspend`: false),
a thread that stops is held alone, and only `pause` stops all.

Methods may be called by any thread; the lock is never held while code of the
user runs or a thread waits.  Stops and resumptions are told while it is held,
so that clients hear of them in the order in which they happen.
"""

from __future__ import annotations

from .isolate import _thread, os, time
from .plans import Plans
from .threads import Stop

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Optional

    from .announcer import Announcer
    from .clients import Client
    from .demands import Demands
    from .stepping import Plan
    from .threads import DebuggeeThread, ThreadTable
    from .tracing.base import Tracer

#: Seconds that `pause` gives a thread in Python code to park before it is reported where it is.
PARK_GRACE = 0.003


class Execution:
    """The run state of the program."""

    def __init__(
        self,
        tracer: Tracer,
        threads: ThreadTable,
        demands: Demands,
        announcer: Announcer,
        resuming: Callable[[DebuggeeThread], None],
        leave_child: Callable[[], None],
    ) -> None:
        self._tracer = tracer
        self._threads = threads
        self._announcer = announcer
        self._resuming = resuming
        self._leave_child = leave_child
        self._pid = os.getpid()
        self._lock = _thread.allocate_lock()
        self._arrivals = _thread.allocate_lock()
        self._interrupting = False
        self.stopped = False
        #: The steps under way.
        self.plans = Plans(demands)
        #: Threads that run although the program is stopped (`singleThread`).
        self._exempt: set[int] = set()
        #: The thread that stopped the program.
        self._stopper: Optional[DebuggeeThread] = None
        #: Threads that are stopped although the program runs.
        self._held: set[int] = set()
        #: Whether one stop stops everyone; not known before the first client.
        self._stops_all: Optional[bool] = None
        #: Whether a stop that had to wait for another one is still wanted.
        self.is_due: Callable[[Stop], bool] = lambda stop: False

    # -- on the thread of the event ------------------------------------------------------------

    def stop_here(self, stop: Stop) -> None:
        """Stop the program because of the calling thread, and park it until it is resumed.

        Where the program is stopped already, the thread parks with the others, and has its own stop when
        they are resumed, if that `is_due` still: nobody misses a breakpoint that two threads reach at once.
        """
        ident = _thread.get_ident()
        if self._threads.current().parked:
            return  # what a client evaluates, at a stop that is in no callback of the tracer
        while self._is_ours():
            with self._lock:
                waits = self.stopped and ident not in self._exempt
                thread, late = self._threads.arrest(None if waits else stop)
                if not waits:
                    self._tell_stop(thread, stop)
            if waits:
                self._arrived(thread, late)
            thread.park()
            if not waits or not self.is_due(stop):
                return

    def checkpoint(self) -> None:
        """Park the calling thread if the program is stopped."""
        if not self._is_ours():
            return
        with self._lock:
            if not self.stopped or _thread.get_ident() in self._exempt or self._threads.current().parked:
                return  # a parked one passes events in its own jobs, where the stop is in no trace function
            thread, late = self._threads.arrest()
        self._arrived(thread, late)
        thread.park()

    # -- on the reader thread ------------------------------------------------------------------

    def halt(self, thread: DebuggeeThread) -> bool:
        """Have every thread park at its next event; True if the program was running.

        `present` must follow.
        """
        with self._lock:
            first = not self.stopped
            self.stopped = True
            self._exempt.discard(thread.ident)
            self.plans.drop_all()
            self._arrivals.acquire(False)
            self._interrupt(True)
        return first

    def present(self, thread: DebuggeeThread, stop: Stop, first: bool) -> None:
        """Report `thread` stopped: where it parks, or where it is if it is blocked in C."""
        self._await_arrival(thread)
        with self._lock:
            if thread.stop is None or thread.stop.reason == "pause":
                thread.stop = stop
            if first:
                self._stopper = thread
            if self.stopped:
                self._announcer.stopped(thread, thread.stop, first)

    def resume(
        self,
        thread: Optional[DebuggeeThread] = None,
        plan: Optional[Plan] = None,
        *,
        alone: bool = False,
        by: Optional[Client] = None,
    ) -> None:
        """Let the program go on, as `by` wants; with `alone`, only `thread`, whose step `plan` is."""
        with self._lock:
            # First what the step wants: a thread that comes back from C meanwhile is not to get away.
            if plan is not None and thread is not None:
                self.plans.begin(thread.ident, plan)
            if not alone:
                self._interrupt(False)
            if alone and thread is not None:
                going = [thread]
                self._held.discard(thread.ident)
                if self.stopped:
                    self._exempt.add(thread.ident)
            else:
                going = self._threads.known()
                self._exempt.clear()
                self._held.clear()
                self.stopped = False
            for each in going:
                self._resuming(each)
                if plan is None or each is not thread:
                    each.stepped.clear()
            if thread is not None:
                # Told before any of them can stop again.
                self._announcer.continued(thread, not alone, by)
            for each in going:
                each.release()

    def join(self, client: Client) -> None:
        """From here on `client` hears of every stop; of those before, by `tell_stops`."""
        wants_all = client.options.get("stopAllThreadsOnSuspend", True)
        with self._lock:
            if client.debugs:
                self._stops_all = bool(self._stops_all or wants_all)
            client.joined_at_stop = self._is_any_stopped()
            client.attached = True

    def tell_stops(self, client: Client) -> bool:
        """Tell a client of the threads that stand still since before it joined; False if none does."""
        if not client.joined_at_stop:
            return False
        with self._lock:
            if self.stopped:
                first = self._stopper
                if first is None or first.stop is None:
                    first = self._threads.main()
                others = [each for each in self._threads.known() if each.stop and each.stop.reason != "pause"]
                for thread in [first, *(each for each in others if each is not first)]:
                    self._announcer.stopped_before(client, thread, thread.stop or Stop("pause"), True)
            else:
                for thread in self._threads.known():
                    if thread.ident in self._held and thread.stop is not None:
                        self._announcer.stopped_before(client, thread, thread.stop, False)
            return self._is_any_stopped()

    def release_all(self, by: Optional[Client] = None) -> None:
        """Let every thread go, whatever its state: nobody takes part in the session since `by` has left."""
        with self._lock:
            if by is not None and self._is_any_stopped():
                self._announcer.continued(self._stopper or self._threads.main(), True, by)
            self.stopped = False
            self._held.clear()
            self._interrupt(False)
            self.plans.drop_all()
        for thread in self._threads.known():
            self._resuming(thread)
            thread.release()

    def is_stopped(self, thread: DebuggeeThread) -> bool:
        return thread.ident in self._held or self.stopped and thread.ident not in self._exempt

    def is_any_stopped(self) -> bool:
        """Whether the program stands still, or a thread of it."""
        with self._lock:
            return self._is_any_stopped()

    # -- private -------------------------------------------------------------------------------

    def _is_any_stopped(self) -> bool:
        return self.stopped or bool(self._held)

    def _is_ours(self) -> bool:
        """Whether this is the process that the session is about, and not a forked child of it."""
        if os.getpid() == self._pid:
            return True
        self._leave_child()
        return False

    def _arrived(self, thread: DebuggeeThread, late: bool) -> None:
        if self._arrivals.locked():
            self._arrivals.release()
        if late:
            self._announcer.parked_late(thread)

    def _tell_stop(self, thread: DebuggeeThread, stop: Stop) -> None:
        if self._stops_all is False and not self.stopped:
            self._hold(thread, stop)
        else:
            self._stop_all(thread, stop)

    def _stop_all(self, thread: DebuggeeThread, stop: Stop) -> None:
        first = not self.stopped
        if first:
            self._stopper = thread
        self.stopped = True
        self._exempt.discard(thread.ident)
        self.plans.drop_all()
        if len(self._threads.all()) > 1:
            # A program of one thread is spared the instrumentation.
            self._interrupt(True)
        self._announcer.stopped(thread, stop, first)

    def _hold(self, thread: DebuggeeThread, stop: Stop) -> None:
        self._held.add(thread.ident)
        self.plans.drop(thread.ident)
        self._announcer.stopped(thread, stop, True, everyone=False)

    def _interrupt(self, wanted: bool) -> None:
        if wanted != self._interrupting:
            self._interrupting = wanted
            self._tracer.interrupt(wanted)

    def _await_arrival(self, thread: DebuggeeThread) -> None:
        deadline = time.monotonic() + PARK_GRACE
        while not thread.parked:
            left = deadline - time.monotonic()
            if left <= 0:
                return
            self._arrivals.acquire(True, left)
