"""Interpreter events by `sys.settrace`: Python 3.8 to 3.11.

Imitates what `sys.monitoring` does in later versions: events per code object,
and no cost while nothing is wanted, since no thread is traced then.  While
something is, each call of a function costs one look-up in a table; only frames
of watched code report lines.

`_trace` and `_local` run on the threads of the program and are hot.
"""

from __future__ import annotations

import sys

from ..isolate import _thread
from .base import (
    LINE,
    NOTHING,
    PY_RESUME,
    PY_RETURN,
    PY_START,
    PY_UNWIND,
    PY_YIELD,
    RAISE,
    Injected,
)
from .opcodes import entry_event, leaving_event
from .thread_states import ThreadStates, UnknownLayout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any, Callable, Optional

    from .base import Lines, Listener

    Watched = tuple[CodeType, int, Lines]

_OWN_PREFIX = "<remora>/"
#: What only a frame's own trace function hears.
_FRAME_EVENTS = LINE | PY_RETURN | PY_YIELD | PY_UNWIND | RAISE


class SettraceTracer:
    """The `Tracer` of 3.8 to 3.11.  See `base.Tracer`."""

    name = "sys.settrace"

    def __init__(self) -> None:
        self._own: set[int] = set()
        self._watched: dict[int, Watched] = {}
        #: Code objects that have been reported and are not watched; kept alive for their ids.
        self._ignored: dict[int, CodeType] = {}
        self._everywhere = NOTHING
        self._finding = False
        self._interrupting = False
        self._running = False
        self._armed = False
        self._states: Optional[ThreadStates] = None
        self._hook: Any = None
        #: By frame: the exception that was last reported there, and whether no line has begun since.
        self._passing: dict[int, tuple[BaseException, bool]] = {}
        # One object, not a new bound method each time: it is told from others by identity.
        self._trace = self._trace_function()
        #: What cannot be traced here, and why, for the user.
        self.limits: list[str] = []

    def start(self, listener: Listener, on_error: Callable[[BaseException], None]) -> None:
        self._listener = listener
        self._on_error = on_error
        self._running = True

    def stop(self) -> None:
        self._running = False
        self._everywhere, self._finding, self._interrupting = NOTHING, False, False
        self._watched.clear()
        self._apply()

    def set_local_events(self, code: CodeType, events: int, lines: Lines = None) -> None:
        if not self._running:
            return
        self._ignored.pop(id(code), None)
        if events:
            self._watched[id(code)] = (code, events, lines)
        else:
            self._watched.pop(id(code), None)
        self._apply()
        if self._armed:
            self._trace_running_frames()

    def set_events(self, events: int) -> None:
        if self._running:
            self._everywhere = events
            self._ignored.clear()
            self._apply()
            if events & _FRAME_EVENTS:
                self._trace_running_frames()

    def find_code(self, wanted: bool) -> None:
        if self._running:
            self._finding = wanted
            self._ignored.clear()
            self._apply()

    def interrupt(self, wanted: bool) -> None:
        if self._running:
            self._interrupting = wanted
            self._ignored.clear()
            self._apply()
            if wanted:
                self._trace_running_frames()

    def own_threads(self) -> set[int]:
        return self._own

    def rescan(self) -> bool:
        """Trace the threads that have appeared since without our hearing of it.

        Called on an own thread now and then while it says True, that threads are traced.
        """
        if self._armed and not self._is_wanted():
            self._disarm()
        elif self._armed and self._states is not None:
            self._place_hook()
            if self._states.arm(self._own):
                self._trace_running_frames()
        return self._armed

    # -- the interpreter's side ----------------------------------------------------------------

    def _is_wanted(self) -> bool:
        return bool(self._watched or self._everywhere or self._finding or self._interrupting)

    def _apply(self) -> None:
        if self._is_wanted():
            if not self._armed:
                self._arm()
        elif self._armed and (_thread.get_ident() in self._own or not self._running):
            # On a thread of the program this is left to `rescan`.
            self._disarm()

    def _arm(self) -> None:
        self._armed = True
        if self._states is None:
            self._states = self._look_at_states()
        self._place_hook()
        if self._states is not None:
            self._states.hold()
            self._states.arm(self._own)

    def _disarm(self) -> None:
        self._armed = False
        self._remove_hook()
        self._ignored.clear()
        self._passing.clear()
        if self._states is not None:
            self._states.disarm()
            self._states.let_go()
        self._untrace_running_frames()

    def _look_at_states(self) -> Optional[ThreadStates]:
        try:
            return ThreadStates(self._trace)
        except ImportError:
            why = "this Python has no ctypes"
        except UnknownLayout:
            why = "this Python's thread states have an unknown layout"
        self.limits.append("only threads that start from now on can be traced: %s" % why)
        return None

    def _place_hook(self) -> None:
        """Have threads that start from now on traced, once the program has imported `threading`."""
        threading: Any = sys.modules.get("threading")
        if threading is not None and self._hook is None:
            self._hook = (threading._trace_hook,)
            threading._trace_hook = self._new_thread

    def _remove_hook(self) -> None:
        threading: Any = sys.modules.get("threading")
        if self._hook is not None and threading._trace_hook == self._new_thread:
            threading._trace_hook = self._hook[0]
        self._hook = None

    def _new_thread(self, frame: FrameType, event: str, argument: Any) -> Any:
        if not self._armed:
            sys.settrace(None)
            return None
        sys.settrace(self._trace)
        return self._trace(frame, event, argument)

    def _trace_running_frames(self) -> None:
        for ident, frame in sys._current_frames().items():
            step: Optional[FrameType] = frame if ident not in self._own else None
            while step is not None:
                if self._wants(step.f_code):
                    step.f_trace = self._local
                step = step.f_back

    def _untrace_running_frames(self) -> None:
        for frame in sys._current_frames().values():
            step: Optional[FrameType] = frame
            while step is not None:
                if step.f_trace == self._local:
                    step.f_trace = None
                step = step.f_back

    def _wants(self, code: CodeType) -> bool:
        """Whether frames of this code report what happens in them."""
        if code.co_filename.startswith(_OWN_PREFIX):
            return False
        return self._interrupting or bool(self._everywhere & _FRAME_EVENTS) or id(code) in self._watched

    # -- trace functions, on the threads of the program ------------------------------------------

    def _trace_function(self) -> Callable[..., Any]:
        ignored, entered = self._ignored, self._entered

        def trace(frame: FrameType, event: str, argument: Any) -> Any:
            """The trace function of a thread: a frame begins or goes on."""
            if id(frame.f_code) in ignored:
                return None
            return entered(frame, frame.f_code)

        return trace

    def _entered(self, frame: FrameType, code: CodeType) -> Any:
        if code.co_filename.startswith(_OWN_PREFIX) or not self._armed:
            return None
        if self._finding and id(code) not in self._watched:
            self._tell(self._listener.code_found, code, frame)
        watched = self._watched.get(id(code))
        local = watched[1] if watched is not None else NOTHING
        wanted = (self._everywhere | local) & (PY_START | PY_RESUME)
        if wanted and wanted & entry_event(frame):
            self._tell(self._listener.start, frame)
        if self._interrupting:
            self._tell(self._listener.checkpoint, frame)
        if self._wants(code):
            return self._local
        if not self._interrupting and not self._everywhere & (PY_START | PY_RESUME):
            self._ignored[id(code)] = code
        return None

    def _local(self, frame: FrameType, event: str, argument: Any) -> Any:
        """The trace function of a frame of watched code."""
        watched = self._watched.get(id(frame.f_code))
        if event == "line":
            passing = self._passing.get(id(frame))
            if passing is not None:
                self._passing[id(frame)] = (passing[0], False)
            if watched is not None and watched[1] & LINE:
                lines = watched[2]
                if lines is None or frame.f_lineno in lines:
                    self._tell(self._listener.line, frame, frame.f_lineno)
        elif event == "return":
            self._left(frame, watched, argument)
        elif event == "exception":
            self._raised(frame, argument)
        if self._interrupting:
            self._tell(self._listener.checkpoint, frame)
        return self._local if self._armed else None

    def _left(self, frame: FrameType, watched: Optional[Watched], value: Any) -> None:
        exception, fresh = self._passing.pop(id(frame), (None, False))
        event = leaving_event(frame, fresh)
        if not event & (self._everywhere | (watched[1] if watched is not None else NOTHING)):
            return
        if event == PY_RETURN:
            self._tell(self._listener.py_return, frame, value)
        elif event == PY_YIELD:
            self._tell(self._listener.py_yield, frame, value)
        elif exception is not None:
            self._tell(self._listener.unwind, frame, exception)

    def _raised(self, frame: FrameType, argument: Any) -> None:
        kind, value, traceback = argument
        if not isinstance(value, BaseException):
            # What C code raised may not have become an instance yet.
            value = kind() if value is None else kind(value)
        if value.__traceback__ is None:
            value = value.with_traceback(traceback)
        self._passing[id(frame)] = (value, True)
        if self._everywhere & RAISE:
            self._tell(self._listener.raised, frame, value)

    def _tell(self, report: Callable[..., None], *arguments: Any) -> None:
        """The wall: what the listener raises is ours to bear, but for what belongs to the program."""
        try:
            report(*arguments)
        except Injected as injected:
            raise injected.exception from None
        except BaseException as error:
            self._on_error(error)
        if isinstance(arguments[0], type(sys._getframe())):
            # The interpreter writes the frame's snapshot of its variables back when we return (bpo-30744):
            # a fresh one does no harm.
            arguments[0].f_locals
