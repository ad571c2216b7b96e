"""The trace functions of the tracer of `sys.settrace`: one for threads, one for the frames of watched code.

Decides what to tell the listener, and which code is not worth a second look.
Runs on the threads of the program: hot.

The last thing that a trace function does is to read `frame.f_locals`.  The
interpreter writes the snapshot of the variables that it took before back when
the trace function returns, and what other threads have done to variables of
closures meanwhile would be undone (bpo-30744).  Reading takes the snapshot
anew.
"""

from __future__ import annotations

import sys

from ..isolate import _thread
from .base import INSTRUCTION, LINE, NOTHING, PY_RESUME, PY_RETURN, PY_START, PY_UNWIND, PY_YIELD, RAISE
from .opcodes import entry_event, is_end_of_iteration, leaving_event
from .wanted import is_own, remember, shares_variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any, Callable, Optional

    from .base import Listener
    from .wall import Wall
    from .wanted import Wanted

    TraceFunction = Callable[[FrameType, str, Any], Any]

_ENTRY_EVENTS = PY_START | PY_RESUME
#: What only a frame's own trace function hears.
FRAME_EVENTS = LINE | INSTRUCTION | PY_RETURN | PY_YIELD | PY_UNWIND | RAISE


class TraceFunctions:
    """`of_thread` and `of_frame` are one object each: they are told from others by identity.

    `give_back` takes `of_frame` out of a frame; `leave` is called where nothing is wanted any more;
    `tell_instructions` has the interpreter report them of a frame, or no more.
    """

    def __init__(
        self,
        wanted: Wanted,
        own: set[int],
        listener: Listener,
        wall: Wall,
        give_back: Callable[[FrameType], None],
        leave: Callable[[], None],
        tell_instructions: Callable[[FrameType, bool], None],
    ) -> None:
        self._wanted = wanted
        self._own = own
        self._listener = listener
        self._wall = wall
        self._give_back = give_back
        self._leave = leave
        self._tell_instructions = tell_instructions
        #: Code objects of which nothing is to be said (again), those of them that share variables with other
        #: functions, and those that were found; kept for their ids.
        self._ignored: dict[int, CodeType] = {}
        self._ignored_closures: dict[int, CodeType] = {}
        self._found: dict[int, CodeType] = {}
        #: By frame: the exception on its way through it, and whether no line of it has begun since.
        self._passing: dict[int, tuple[BaseException, bool]] = {}
        self.of_thread = self._thread_function()
        self.of_frame = self._frame_function()

    def wants_frame(self, code: CodeType) -> bool:
        """Whether frames of this code report what happens in them."""
        if is_own(code):
            return False
        return self._wanted.interrupting or bool(self._wanted.of(code) & FRAME_EVENTS)

    def watch_instructions(self, frame: FrameType) -> None:
        """Have `frame`, which is traced, report its instructions if they are wanted."""
        if self._wanted.of(frame.f_code) & INSTRUCTION:
            self._tell_instructions(frame, True)

    def event(self, frame: FrameType) -> str:
        """The event of `frame` in which the calling thread is, as `sys.settrace` calls it; "" if in none."""
        above: Optional[FrameType] = sys._getframe(1)
        while above is not None and above is not frame:
            if above.f_back is frame and above.f_code in (self.of_frame.__code__, self.of_thread.__code__):
                return str(above.f_locals["event"])
            above = above.f_back
        return ""

    def look_again(self, code: Optional[CodeType] = None) -> None:
        """What is wanted of `code` (None: of all code) has changed: it is not to be ignored for what was."""
        for table in (self._ignored, self._ignored_closures):
            if code is None:
                table.clear()
            else:
                table.pop(id(code), None)

    def find_again(self) -> None:
        self._found.clear()

    def clear(self) -> None:
        self.look_again()
        self.find_again()
        self._passing.clear()

    # -- of threads ----------------------------------------------------------------------------

    def _thread_function(self) -> TraceFunction:
        ignored, closures, entered, key_of = self._ignored, self._ignored_closures, self._entered, id
        calling, called = self._wanted.calling, self._called

        def trace(frame: FrameType, event: str, argument: Any) -> Any:
            """A frame begins or goes on."""
            if calling:
                called(frame)
            key = key_of(frame.f_code)
            if key in ignored:
                return None
            if key in closures:
                frame.f_locals  # noqa: B018
                return None
            following = entered(frame, frame.f_code)
            frame.f_locals  # noqa: B018
            return following

        return trace

    def _called(self, frame: FrameType) -> None:
        """Tell of the call that made `frame`, if the caller is one whose calls are wanted."""
        caller, code = frame.f_back, frame.f_code
        if caller is None or id(caller.f_code) not in self._wanted.calling:
            return
        if _thread.get_ident() not in self._own and not is_own(code):
            self._wall.tell(self._listener.called, caller, code)

    def _entered(self, frame: FrameType, code: CodeType) -> Optional[TraceFunction]:
        wanted = self._wanted
        if not wanted:
            self._leave()
            return None
        if _thread.get_ident() in self._own:
            return None
        if is_own(code):
            self._ignore(code)
            return None
        if wanted.finding and id(code) not in self._found:
            remember(code, self._found)
            self._wall.tell(self._listener.code_found, code, frame)
        entries = wanted.of(code) & _ENTRY_EVENTS
        if entries and (entries == _ENTRY_EVENTS or entries & entry_event(frame)):
            self._wall.tell(self._listener.start, frame)
        if wanted.interrupting:
            self._wall.tell(self._listener.checkpoint, frame)
        if self.wants_frame(code):
            self.watch_instructions(frame)
            return self.of_frame
        if not wanted.interrupting and not entries:
            self._ignore(code)
        return None

    def _ignore(self, code: CodeType) -> None:
        remember(code, self._ignored_closures if shares_variables(code) else self._ignored)
        if self.wants_frame(code) or not self._wanted:
            # It was wanted, or all was left, at the same moment.
            self.look_again(code)

    # -- of frames -----------------------------------------------------------------------------

    def _frame_function(self) -> TraceFunction:
        wanted, watched, passing, tell, key_of = (
            self._wanted,
            self._wanted.watched,
            self._passing,
            self._frame_event,
            id,
        )

        def trace(frame: FrameType, event: str, argument: Any) -> Any:
            if event == "line" and not passing and not wanted.interrupting:
                # Most lines are not wanted: let them pass as quickly as may be.
                entry = watched.get(key_of(frame.f_code))
                if entry is not None and entry.lines is not None and frame.f_lineno not in entry.lines:
                    if entry.shares_variables:
                        frame.f_locals  # noqa: B018
                    return trace
            following = tell(frame, event, argument)
            frame.f_locals  # noqa: B018
            return following

        return trace

    def _frame_event(self, frame: FrameType, event: str, argument: Any) -> Optional[TraceFunction]:
        if event == "line":
            self._line(frame)
        elif event == "opcode":
            self._instruction(frame)
        elif event == "return":
            self._left(frame, argument)
            # A generator may be suspended for ever: nothing of ours is to stay in it.
            self._give_back(frame)
            return None
        elif event == "exception":
            self._raised(frame, argument)
        if self._wanted.interrupting:
            self._wall.tell(self._listener.checkpoint, frame)
        if not self.wants_frame(frame.f_code):
            self._passing.pop(id(frame), None)
            self._give_back(frame)
            # Unless it has been wanted at the same moment.
            if not self.wants_frame(frame.f_code):
                return None
        return self.of_frame

    def _line(self, frame: FrameType) -> None:
        if self._passing:
            self._go_on_after_exception(frame)
        watched = self._wanted.watched.get(id(frame.f_code))
        if watched is not None and (watched.lines is None or frame.f_lineno in watched.lines):
            self._wall.tell(self._listener.line, frame, frame.f_lineno)

    def _instruction(self, frame: FrameType) -> None:
        if self._wanted.of(frame.f_code) & INSTRUCTION:
            self._wall.tell(self._listener.instruction, frame, frame.f_lasti)
        else:
            self._tell_instructions(frame, False)

    def _left(self, frame: FrameType, value: Any) -> None:
        exception, is_fresh = self._passing.pop(id(frame), (None, False))
        wanted = self._wanted.of(frame.f_code)
        event = NOTHING
        if wanted & (PY_RETURN | PY_YIELD | PY_UNWIND):
            event = wanted & leaving_event(frame, is_fresh)
        if event == PY_RETURN:
            self._wall.tell(self._listener.py_return, frame, value)
        elif event == PY_YIELD:
            self._wall.tell(self._listener.py_yield, frame, value)
        elif event == PY_UNWIND:
            self._wall.tell(self._listener.unwind, frame, exception)
        if self._wanted.interrupting:
            self._wall.tell(self._listener.checkpoint, frame)

    def _raised(self, frame: FrameType, argument: tuple[type, BaseException, Any]) -> None:
        _, exception, traceback = argument
        if is_end_of_iteration(frame, exception):
            return
        # The interpreter sets it only when the exception is caught.
        exception.__traceback__ = traceback
        self._passing[id(frame)] = (exception, True)
        if self._wanted.everywhere & RAISE:
            self._wall.tell(self._listener.raised, frame, exception)

    def _go_on_after_exception(self, frame: FrameType) -> None:
        """A line begins: the exception is being handled there, in `except` or `finally`, or is over."""
        exception, _ = self._passing.pop(id(frame), (None, False))
        # While it is handled the program keeps it alive itself, and may raise it again unreported.
        if exception is not None and sys.exc_info()[1] is exception:
            self._passing[id(frame)] = (exception, False)
