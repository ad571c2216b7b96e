"""Interpreter events by `sys.settrace`: Python 3.8 to 3.11.

Imitates what `sys.monitoring` does in later versions: events per code object,
and no cost while nothing is wanted, since no thread is traced then.  While
something is, each call of a function costs one look-up in a table; only frames
of watched code report lines.

This decides which threads and frames are traced; `trace_functions` what is
told of them.
"""

from __future__ import annotations

import sys

from ..isolate import _thread, os, time
from .base import INSTRUCTION, NOTHING
from .thread_hook import ThreadHook
from .thread_states import ThreadStates, UnknownLayout
from .trace_functions import FRAME_EVENTS, TraceFunctions
from .wall import Wall
from .wanted import Wanted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any, Callable, Optional

    from .base import Lines, Listener
    from .trace_functions import TraceFunction


#: Seconds for which threads stay traced when nothing is wanted: another step may follow.
_LINGER = 0.1


class SettraceTracer:
    """The `Tracer` of 3.8 to 3.11.  See `base.Tracer`."""

    name = "sys.settrace"

    def __init__(self) -> None:
        self.limits: list[str] = []
        self._own: set[int] = set()
        self._wanted = Wanted()
        self._running = False
        self._armed = False
        #: When something was last wanted, as far as is known.
        self._wanted_at = 0.0
        self._states: Optional[ThreadStates] = None
        self._hook = ThreadHook(self._thread_started)
        self._known_threads: set[int] = set()
        #: Those of them that the interpreter does not trace any more, or will not in a moment.
        self._lost_threads: set[int] = set()
        self._pid = os.getpid()
        self._lock: Any = _thread.RLock()  # type: ignore[attr-defined,unused-ignore]

    def start(self, listener: Listener, on_error: Callable[[BaseException], None]) -> None:
        self._frames = _RunningFrames(self._own)
        wall = Wall(on_error, self._thread_lost)
        self._functions = TraceFunctions(
            self._wanted,
            self._own,
            listener,
            wall,
            self._frames.give_back,
            self._leave_thread,
            self._frames.tell_instructions,
        )
        self._frames.functions = self._functions
        self._running = True

    def stop(self) -> None:
        if os.getpid() != self._pid:
            # A forked child: who holds the lock may not exist here.
            self._lock = _thread.RLock()  # type: ignore[attr-defined,unused-ignore]
        with self._lock:
            self._running = False
            self._wanted.clear()
            if self._armed:
                self._disarm()

    def set_local_events(self, code: CodeType, events: int, lines: Lines = None) -> None:
        with self._lock:
            if not self._running:
                return
            before = self._wanted.replace(code, events, lines)
            self._functions.look_again(code)
            self._apply()
            known = before.events if before is not None else NOTHING
            if (events & FRAME_EVENTS and not known & FRAME_EVENTS) or events & ~known & INSTRUCTION:
                self._frames.trace(code)

    def set_events(self, events: int) -> None:
        with self._lock:
            if self._running:
                self._wanted.everywhere = events
                self._look_again(everywhere=bool(events & FRAME_EVENTS))

    def find_code(self, wanted: bool) -> None:
        with self._lock:
            if self._running:
                self._wanted.finding = wanted
                self._functions.find_again()
                self._look_again()

    def interrupt(self, wanted: bool) -> None:
        with self._lock:
            if self._running:
                self._wanted.interrupting = wanted
                self._look_again(everywhere=wanted)

    def own_threads(self) -> set[int]:
        return self._own

    def move(self, frame: FrameType, line: int) -> None:
        event = self._functions.event(frame)
        if event != "line":
            # The interpreter asks no more than whether the frame is traced, and would spoil its stack.
            raise ValueError("can only jump from a 'line' trace event")
        self._frames.move(frame, line)

    def rescan(self) -> bool:
        """Trace the threads that have appeared since without our hearing of it.

        Called on an own thread now and then while it says True, that threads are traced.
        """
        with self._lock:
            if self._armed and not self._wanted:
                if time.monotonic() > self._wanted_at + _LINGER:
                    self._disarm()
            elif self._armed:
                self._wanted_at = time.monotonic()
                self._hook.place()
                self._trace_new_threads()
            return self._armed

    # -- the interpreter's side ----------------------------------------------------------------

    def _look_again(self, everywhere: bool = False) -> None:
        """What is wanted of all code has changed; with `everywhere`, of all frames that run."""
        self._functions.look_again()
        self._apply()
        if everywhere:
            self._frames.trace(None)

    def _apply(self) -> None:
        if self._wanted and not self._armed:
            self._arm()

    def _arm(self) -> None:
        self._armed = True
        self._wanted_at = time.monotonic()
        if self._states is None and not self.limits:
            self._states = self._look_at_states()
        self._hook.place()
        self._known_threads.clear()
        self._trace_new_threads()

    def _disarm(self) -> None:
        self._armed = False
        before = self._hook.remove()
        if self._states is not None:
            self._states.disarm(before)
        self._frames.untrace()
        self._functions.clear()

    def _look_at_states(self) -> Optional[ThreadStates]:
        try:
            return ThreadStates(self._functions.of_thread)
        except ImportError:
            why = "this Python has no ctypes"
        except UnknownLayout:
            why = "this Python's thread states have an unknown layout"
        self.limits.append("only threads that start from now on can be traced: %s" % why)
        return None

    def _trace_new_threads(self) -> None:
        idents = set(sys._current_frames()) - self._own
        if self._states is not None and (self._lost_threads or self._may_be_untraced(idents)):
            armed = self._states.arm(self._own)
            self._lost_threads.difference_update(armed)
            self._lost_threads.intersection_update(idents)
            if armed:
                self._frames.trace(None)
        self._known_threads = idents

    def _may_be_untraced(self, idents: set[int]) -> bool:
        """Whether threads may be there of whose beginning we have not heard: also in the place of others."""
        if not idents <= self._known_threads:
            return True
        threading: Any = sys.modules.get("threading")
        return not idents <= getattr(threading, "_active", {}).keys()

    def _thread_lost(self) -> None:
        """A trace function is about to raise: that ends the tracing of its thread until `rescan` finds it."""
        self._lost_threads.add(_thread.get_ident())

    def _leave_thread(self) -> None:
        """Stop tracing the calling thread, if all is over and its state could not be reached."""
        if not self._armed and self._states is None:
            sys.settrace(None)

    def _thread_started(self) -> Optional[TraceFunction]:
        """A thread's first call: the trace function for it, None if it is not to have ours."""
        if not self._armed:
            return None
        self._known_threads.add(_thread.get_ident())
        return self._functions.of_thread


class _RunningFrames:
    """The trace functions of the frames that run."""

    functions: TraceFunctions

    def __init__(self, own: set[int]) -> None:
        self._own = own
        #: The program's own trace functions of frames that have ours now; the frame is kept for its id.
        self._replaced: dict[int, tuple[FrameType, Any]] = {}

    def trace(self, code: Optional[CodeType]) -> None:
        """Have the frames that run `code` (None: any that is wanted) report what happens in them."""
        for ident, top in sys._current_frames().items():
            frame: Optional[FrameType] = top if ident not in self._own else None
            while frame is not None:
                if (code is None or frame.f_code is code) and self.functions.wants_frame(frame.f_code):
                    self._take(frame)
                frame = frame.f_back

    def untrace(self) -> None:
        for top in sys._current_frames().values():
            frame: Optional[FrameType] = top
            while frame is not None:
                if frame.f_trace is self.functions.of_frame:
                    self.give_back(frame)
                frame = frame.f_back
        self._replaced.clear()

    def give_back(self, frame: FrameType) -> None:
        _, before = self._replaced.pop(id(frame), (None, None))
        frame.f_trace = before
        if before is None:
            self.tell_instructions(frame, False)

    def tell_instructions(self, frame: FrameType, wanted: bool) -> None:
        """Have the interpreter report each instruction of a frame that is traced, or no more."""
        frame.f_trace_opcodes = wanted

    def move(self, frame: FrameType, line: int) -> None:
        """Set the line of a frame, which is not traced any more if nothing of it is wanted by now."""
        before = frame.f_trace
        frame.f_trace = self.functions.of_frame
        try:
            setattr(frame, "f_lineno", line)  # noqa: B010  (typeshed calls it read-only)
        finally:
            frame.f_trace = before

    def _take(self, frame: FrameType) -> None:
        before = frame.f_trace
        if before is not None and before is not self.functions.of_frame:
            self._replaced[id(frame)] = (frame, before)
        frame.f_trace = self.functions.of_frame
        self.functions.watch_instructions(frame)
