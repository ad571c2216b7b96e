"""Interpreter events by `sys.settrace`: Python 3.8 to 3.11.

Imitates what `sys.monitoring` does in later versions: events per code object,
and no cost while nothing is wanted, since no thread is traced then.  While
something is, each call of a function costs one look-up in a table; only frames
of watched code report lines.

The trace functions run on the threads of the program and are hot.
"""

from __future__ import annotations

import sys

from ..isolate import _thread, os
from .base import LINE, NOTHING, PY_RESUME, PY_RETURN, PY_START, PY_UNWIND, PY_YIELD, RAISE
from .opcodes import entry_event, is_end_of_iteration, leaving_event
from .thread_states import ThreadStates, UnknownLayout
from .wall import programs_exception

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any, Callable, Optional

    from .base import Lines, Listener

    TraceFunction = Callable[[FrameType, str, Any], Any]

_OWN_PREFIX = "<remora>/"
_ENTRY_EVENTS = PY_START | PY_RESUME
#: What only a frame's own trace function hears.
_FRAME_EVENTS = LINE | PY_RETURN | PY_YIELD | PY_UNWIND | RAISE
#: Code objects remembered, at most: programs may make new ones without end.
_MANY = 10_000
_UNWATCHED: tuple[Any, int, Lines] = (None, NOTHING, None)


class SettraceTracer:
    """The `Tracer` of 3.8 to 3.11.  See `base.Tracer`."""

    name = "sys.settrace"

    def __init__(self) -> None:
        self.limits: list[str] = []
        self._own: set[int] = set()
        #: Per code object: the code (kept alive, so that its id stays its own), events, lines.
        self._watched: dict[int, tuple[CodeType, int, Lines]] = {}
        self._everywhere = NOTHING
        self._finding = False
        self._interrupting = False
        #: Code objects of which nothing is to be said (again), and those that were found; kept for their ids.
        self._ignored: dict[int, CodeType] = {}
        self._found: dict[int, CodeType] = {}
        #: The program's own trace functions of frames that have ours now; the frame is kept for its id.
        self._replaced: dict[int, tuple[FrameType, Any]] = {}
        #: By frame: the exception on its way through it, and whether no line of it has begun since.
        self._passing: dict[int, tuple[BaseException, bool]] = {}
        # One object each, not a new bound method each time: they are told from others by identity.
        self._trace = self._thread_function()
        self._trace_frame: TraceFunction = self._frame_event
        self._trace_new_thread: TraceFunction = self._new_thread
        self._running = False
        self._armed = False
        self._states: Optional[ThreadStates] = None
        #: The program's `threading._trace_hook`, in a 1-tuple while ours is in its place.
        self._hook: Optional[tuple[Any]] = None
        self._known_threads: set[int] = set()
        self._pid = os.getpid()
        self._lock = _thread.RLock()

    def start(self, listener: Listener, on_error: Callable[[BaseException], None]) -> None:
        self._listener = listener
        self._on_error = on_error
        self._running = True

    def stop(self) -> None:
        if os.getpid() != self._pid:
            # A forked child: who holds the lock may not exist here.
            self._lock = _thread.RLock()
        with self._lock:
            self._running = False
            self._everywhere, self._finding, self._interrupting = NOTHING, False, False
            self._watched.clear()
            if self._armed:
                self._disarm()

    def set_local_events(self, code: CodeType, events: int, lines: Lines = None) -> None:
        with self._lock:
            if not self._running:
                return
            before = self._watched.get(id(code), _UNWATCHED)[1]
            if events:
                self._watched[id(code)] = (code, events, lines)
            else:
                self._watched.pop(id(code), None)
            self._ignored.pop(id(code), None)
            self._apply()
            if events & _FRAME_EVENTS and not before & _FRAME_EVENTS:
                self._trace_running_frames(code)

    def set_events(self, events: int) -> None:
        with self._lock:
            if self._running:
                self._everywhere = events
                self._look_again()
                if events & _FRAME_EVENTS:
                    self._trace_running_frames(None)

    def find_code(self, wanted: bool) -> None:
        with self._lock:
            if self._running:
                self._finding = wanted
                self._found.clear()
                self._look_again()

    def interrupt(self, wanted: bool) -> None:
        with self._lock:
            if self._running:
                self._interrupting = wanted
                self._look_again()
                if wanted:
                    self._trace_running_frames(None)

    def own_threads(self) -> set[int]:
        return self._own

    def rescan(self) -> bool:
        """Trace the threads that have appeared since without our hearing of it.

        Called on an own thread now and then while it says True, that threads are traced.
        """
        with self._lock:
            if self._armed and not self._is_wanted():
                self._disarm()
            elif self._armed:
                self._place_hook()
                self._trace_new_threads()
            return self._armed

    # -- the interpreter's side ----------------------------------------------------------------

    def _is_wanted(self) -> bool:
        return bool(self._watched or self._everywhere or self._finding or self._interrupting)

    def _look_again(self) -> None:
        """What is wanted of all code has changed: no code object is to be ignored for what was."""
        self._ignored.clear()
        self._apply()

    def _apply(self) -> None:
        if self._is_wanted():
            if not self._armed:
                self._arm()
        elif self._armed and _thread.get_ident() in self._own:
            # On a thread of the program this is left to `rescan`.
            self._disarm()

    def _arm(self) -> None:
        self._armed = True
        if self._states is None and not self.limits:
            self._states = self._look_at_states()
        self._place_hook()
        self._known_threads.clear()
        self._trace_new_threads()

    def _disarm(self) -> None:
        self._armed = False
        before = self._remove_hook()
        if self._states is not None:
            self._states.disarm(before)
        self._untrace_running_frames()
        self._ignored.clear()
        self._found.clear()
        self._passing.clear()

    def _look_at_states(self) -> Optional[ThreadStates]:
        try:
            return ThreadStates(self._trace)
        except ImportError:
            why = "this Python has no ctypes"
        except UnknownLayout:
            why = "this Python's thread states have an unknown layout"
        self.limits.append("only threads that start from now on can be traced: %s" % why)
        return None

    def _trace_new_threads(self) -> None:
        idents = set(sys._current_frames()) - self._own
        if self._states is not None and not idents <= self._known_threads and self._states.arm(self._own):
            for code, events, _ in list(self._watched.values()):
                if events & _FRAME_EVENTS:
                    self._trace_running_frames(code)
            if self._interrupting or self._everywhere & _FRAME_EVENTS:
                self._trace_running_frames(None)
        self._known_threads = idents

    def _place_hook(self) -> None:
        """Have threads that start from now on traced, once the program has imported `threading`."""
        threading: Any = sys.modules.get("threading")
        hook = getattr(threading, "_trace_hook", self._trace_new_thread)
        if hook is not self._trace_new_thread:
            self._hook = (hook,)
            threading._trace_hook = self._trace_new_thread

    def _remove_hook(self) -> Optional[TraceFunction]:
        """Put the program's hook back and return it: threads that started meanwhile would have been its."""
        threading: Any = sys.modules.get("threading")
        hook, self._hook = self._hook, None
        if hook is None:
            return None
        if threading is not None and threading._trace_hook is self._trace_new_thread:
            threading._trace_hook = hook[0]
        before: Optional[TraceFunction] = hook[0]
        return before

    def _trace_running_frames(self, code: Optional[CodeType]) -> None:
        """Have the frames that run `code` (None: any) report what happens in them."""
        for ident, top in sys._current_frames().items():
            frame: Optional[FrameType] = top if ident not in self._own else None
            while frame is not None:
                if (code is None or frame.f_code is code) and self._wants_frame(frame.f_code):
                    self._take(frame)
                frame = frame.f_back

    def _untrace_running_frames(self) -> None:
        for top in sys._current_frames().values():
            frame: Optional[FrameType] = top
            while frame is not None:
                if frame.f_trace is self._trace_frame:
                    self._give_back(frame)
                frame = frame.f_back
        self._replaced.clear()

    def _take(self, frame: FrameType) -> None:
        before = frame.f_trace
        if before is not None and before is not self._trace_frame:
            self._replaced[id(frame)] = (frame, before)
        frame.f_trace = self._trace_frame

    def _give_back(self, frame: FrameType) -> None:
        self._passing.pop(id(frame), None)
        _, before = self._replaced.pop(id(frame), (None, None))
        frame.f_trace = before

    # -- trace functions, on the threads of the program ------------------------------------------

    def _new_thread(self, frame: FrameType, event: str, argument: Any) -> Any:
        """The first call in a thread that `threading` has started."""
        if not self._armed:
            sys.settrace(None)
            return None
        self._known_threads.add(_thread.get_ident())
        sys.settrace(self._trace)
        return self._trace(frame, event, argument)

    def _thread_function(self) -> TraceFunction:
        ignored, entered, key_of = self._ignored, self._entered, id

        def trace(frame: FrameType, event: str, argument: Any) -> Any:
            """The trace function of a thread: a frame begins or goes on."""
            if key_of(frame.f_code) in ignored:
                return None
            return entered(frame, frame.f_code)

        return trace

    def _entered(self, frame: FrameType, code: CodeType) -> Optional[TraceFunction]:
        if not self._armed or _thread.get_ident() in self._own:
            return None
        if code.co_filename.startswith(_OWN_PREFIX):
            self._ignore(code)
            return None
        if self._finding and id(code) not in self._found:
            _remember(code, self._found)
            self._tell(frame, self._listener.code_found, code, frame)
        wanted = (self._everywhere | self._watched.get(id(code), _UNWATCHED)[1]) & _ENTRY_EVENTS
        if wanted and (wanted == _ENTRY_EVENTS or wanted & entry_event(frame)):
            self._tell(frame, self._listener.start, frame)
        if self._interrupting:
            self._tell(frame, self._listener.checkpoint, frame)
        if self._wants_frame(code):
            return self._trace_frame
        if not self._interrupting and not wanted:
            self._ignore(code)
        return None

    def _wants_frame(self, code: CodeType) -> bool:
        """Whether frames of this code report what happens in them."""
        if code.co_filename.startswith(_OWN_PREFIX):
            return False
        wanted = self._everywhere | self._watched.get(id(code), _UNWATCHED)[1]
        return self._interrupting or bool(wanted & _FRAME_EVENTS)

    def _ignore(self, code: CodeType) -> None:
        _remember(code, self._ignored)
        if self._wants_frame(code):
            # It was wanted at the same moment.
            self._ignored.pop(id(code), None)

    def _frame_event(self, frame: FrameType, event: str, argument: Any) -> Optional[TraceFunction]:
        """The trace function of a frame of watched code."""
        if event == "line":
            self._line(frame)
        elif event == "return":
            self._left(frame, argument)
            # A generator may be suspended for ever: nothing of ours is to stay in it.
            self._give_back(frame)
            return None
        elif event == "exception":
            self._raised(frame, argument)
        if self._interrupting:
            self._tell(frame, self._listener.checkpoint, frame)
        if not self._armed or not self._wants_frame(frame.f_code):
            self._give_back(frame)
            # Unless it has been wanted at the same moment.
            if not self._armed or not self._wants_frame(frame.f_code):
                return None
        return self._trace_frame

    def _line(self, frame: FrameType) -> None:
        if self._passing:
            self._go_on_after_exception(frame)
        _, events, lines = self._watched.get(id(frame.f_code), _UNWATCHED)
        if events & LINE and (lines is None or frame.f_lineno in lines):
            self._tell(frame, self._listener.line, frame, frame.f_lineno)

    def _left(self, frame: FrameType, value: Any) -> None:
        exception, is_fresh = self._passing.pop(id(frame), (None, False))
        wanted = self._everywhere | self._watched.get(id(frame.f_code), _UNWATCHED)[1]
        if wanted & (PY_RETURN | PY_YIELD | PY_UNWIND):
            event = wanted & leaving_event(frame, is_fresh)
            if event == PY_RETURN:
                self._tell(frame, self._listener.py_return, frame, value)
            elif event == PY_YIELD:
                self._tell(frame, self._listener.py_yield, frame, value)
            elif event == PY_UNWIND:
                self._tell(frame, self._listener.unwind, frame, exception)
        if self._interrupting:
            self._tell(frame, self._listener.checkpoint, frame)

    def _raised(self, frame: FrameType, argument: tuple[type, BaseException, Any]) -> None:
        _, exception, traceback = argument
        if is_end_of_iteration(frame, exception):
            return
        # The interpreter sets it only when the exception is caught.
        exception.__traceback__ = traceback
        self._passing[id(frame)] = (exception, True)
        if self._everywhere & RAISE:
            self._tell(frame, self._listener.raised, frame, exception)

    def _go_on_after_exception(self, frame: FrameType) -> None:
        """A line begins: the exception is being handled there, in `except` or `finally`, or is over."""
        exception, _ = self._passing.pop(id(frame), (None, False))
        # While it is handled the program keeps it alive itself, and may raise it again unreported.
        if exception is not None and sys.exc_info()[1] is exception:
            self._passing[id(frame)] = (exception, False)

    def _tell(self, frame: FrameType, report: Callable[..., None], *arguments: Any) -> None:
        """The wall: what the listener raises is ours to bear, but for what belongs to the program."""
        belongs: Optional[BaseException] = None
        try:
            report(*arguments)
        except BaseException as error:
            belongs = programs_exception(error)
            if belongs is None:
                self._on_error(error)
        _refresh_snapshot(frame)
        if belongs is not None:
            # This ends the tracing of this thread, until `rescan` finds it.
            self._known_threads.discard(_thread.get_ident())
            # Raised out here, so that it does not get `Injected` for its context.
            raise belongs


def _refresh_snapshot(frame: FrameType) -> dict[str, Any]:
    """Take the snapshot of a frame's variables anew.

    The interpreter writes the snapshot that it took before a trace function back when that returns: what
    other threads have done to variables of closures meanwhile would be undone (bpo-30744).
    """
    return frame.f_locals


def _remember(code: CodeType, table: dict[int, CodeType]) -> None:
    if len(table) >= _MANY:
        table.clear()
    table[id(code)] = code
