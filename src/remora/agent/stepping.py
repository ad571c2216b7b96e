"""Where a step ends.  Pure: it is fed events, and says stop, go on, or follow another frame.

Steps end where pdb's line stops are: at the beginning of a line, unless single
instructions or other events are asked for.  Only `STEP_OUT` ends at a return,
which is presented in the caller.  Frames are
compared by identity, so recursion needs no counting, and a generator or
coroutine is followed through its suspensions.
"""

from __future__ import annotations

from .compat import STEPS_LEAVE_THEIR_LINE
from .output import is_telling
from .scoping import is_hidden
from .tracing.base import (
    CALL,
    INSTRUCTION,
    LINE,
    NOTHING,
    PY_RESUME,
    PY_RETURN,
    PY_START,
    PY_UNWIND,
    PY_YIELD,
    RAISE,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any, Callable, Optional

    from .calls import Call
    from .stepped import Stepped

#: `code.co_flags` of generators, coroutines and asynchronous generators.
_SUSPENDS = 0x20 | 0x80 | 0x200

_CO_GENERATOR = 0x20

#: What a step may be asked to end at (`remoraEvents`).
ON_CALL, ON_RETURN, ON_LINE, ON_EXCEPTION = "call", "return", "line", "exception"

NEXT, STEP_IN, STEP_OUT, UNTIL, ENTRY = "next", "stepIn", "stepOut", "until", "entry"

#: Returns of called functions that a step looks at.  One of many more is to cost as little as one of none.
_RETURNS_TOLD = 100


class Plan:
    """A step under way.  Each event method changes what is followed; `wants` then says what to watch.

    `target` limits STEP_IN to what that call enters, `module` ENTRY to code of that module; `line` is
    what UNTIL goes beyond.  `hides` tells the frames that the step goes past; one that comes out of a
    function into such a frame ends wherever code that is not hidden goes on.  `statement` holds the lines
    that count as the one where the step begins; `calls` is told what the followed frame's calls return.
    `events` are what STEP_IN may end at; with `by_instruction` each instruction counts as a line does.
    `different` tells whether a line that begins again is gone past; None leaves it to the interpreter's way.
    """

    def __init__(
        self,
        kind: str,
        frame: Optional[FrameType],
        *,
        line: int = 0,
        target: Optional[Call] = None,
        module: str = "",
        reason: str = "step",
        hit_ids: tuple[int, ...] = (),
        hides: Callable[[FrameType], bool] = lambda frame: is_hidden(frame.f_code),
        statement: range = range(0),
        calls: Optional[Stepped] = None,
        events: frozenset[str] = frozenset((ON_LINE,)),
        by_instruction: bool = False,
        different: Optional[bool] = None,
        returned: Optional[tuple[Any]] = None,
    ) -> None:
        self._events = events
        self._by_instruction = by_instruction
        self._different = STEPS_LEAVE_THEIR_LINE if different is None else different
        #: The instruction at which the step begins, until another one is told.
        self._at = frame.f_lasti if frame is not None else -1
        #: What it has ended at, if that is not what steps commonly end at.
        self.event = ""
        self._calls = calls
        #: The code that the followed frame has called, if what that returns is to be told.
        self._called: dict[int, CodeType] = {}
        self._returns = 0
        self._statement = statement
        self.kind = kind
        self.reason = reason
        self.hit_ids = hit_ids
        self.returned = returned
        self.ended = False
        self._line = line
        self._target = target
        self._module = module
        self._hides = hides
        #: Where the step began.
        self._origin = (frame, frame.f_lineno) if frame is not None else (None, 0)
        #: The frame that is followed, and, while STEP_IN looks for the next line, those that were entered.
        self._frame = frame
        self._entered: list[FrameType] = []
        self._changed = False
        #: The step has left the frame in which it began.
        self._left = False

    def wants(self) -> tuple[int, list[tuple[CodeType, int]]]:
        """Events wanted of all code, and (code, events) pairs."""
        self._changed = False
        local = PY_RETURN | PY_UNWIND
        if self.kind != STEP_OUT:
            local |= INSTRUCTION if self._by_instruction else LINE
        if self._calls is not None:
            local |= CALL
        everywhere = NOTHING
        frames = [self._frame] if self._frame is not None else []
        if self.kind in (STEP_IN, ENTRY):
            everywhere = PY_START | PY_RESUME | (RAISE if ON_EXCEPTION in self._events else NOTHING)
            frames = [*self._entered, *self._resumable(self._frame)]
            local |= PY_YIELD
        elif self._left:
            local |= PY_YIELD
        wanted = {key: (code, PY_RETURN) for key, code in self._called.items()}
        wanted.update({id(frame.f_code): (frame.f_code, local) for frame in frames})
        return everywhere, list(wanted.values())

    def moved(self) -> bool:
        """Whether what `wants` says has changed since it was asked."""
        return self._changed

    # -- events; True means: stop ----------------------------------------------------------------

    def line(self, frame: FrameType, line: int) -> bool:
        if self._by_instruction or ON_LINE not in self._events:
            return False
        origin_frame, origin_line = self._origin
        leaves_its_line = self._different or self._target is not None
        if frame is origin_frame and (line in self._statement or leaves_its_line and line == origin_line):
            return False
        if self.kind in (STEP_IN, ENTRY):
            return (frame is self._frame or not self._hides(frame)) and self._is_meant(frame)
        if self.kind == UNTIL:
            return frame is self._frame and line > self._line
        return self.kind == NEXT and frame is self._frame

    def instruction(self, frame: FrameType, offset: int) -> bool:
        if not self._by_instruction:
            return False
        begun, self._at = self._at, -1
        if frame is self._origin[0] and offset == begun:
            return False  # it has not run yet
        if self.kind == STEP_IN:
            return (frame is self._frame or not self._hides(frame)) and self._is_meant(frame)
        return self.kind == NEXT and frame is self._frame

    def start(self, frame: FrameType) -> bool:
        if self.kind not in (STEP_IN, ENTRY) or self._hides(frame) or not self._is_meant(frame):
            return False
        if self._target is not None and not (frame.f_back is self._frame and self._target.begins(frame)):
            return False
        if is_telling(frame):
            return False
        if frame not in self._entered:
            self._entered.append(frame)
            self._changed = True
        return self._ends_at(ON_CALL)

    def raised(self, frame: FrameType) -> bool:
        if self.kind != STEP_IN or self._hides(frame) or is_telling(frame):
            return False
        return self._ends_at(ON_EXCEPTION)

    def called(self, frame: FrameType, code: CodeType) -> None:
        if self._calls is not None and frame is self._frame and id(code) not in self._called:
            self._called[id(code)] = code
            self._changed = True

    def py_return(self, frame: FrameType, value: Any) -> bool:
        ends_here = self._leaves(frame)
        if frame in self._entered:
            self._entered.remove(frame)
        caller = frame.f_back
        if self._calls is not None and caller is not None:
            if self._frame in (frame, caller):
                self._calls.returns(caller, frame, value)
            self._count_return()
        if ends_here or frame is not self._frame:
            return ends_here
        if self.kind == STEP_OUT and frame.f_back is not None and not self._hides(frame.f_back):
            return True
        self._continue_in_caller(frame)
        self.returned = (value,)
        return False

    def py_yield(self, frame: FrameType) -> bool:
        if self._leaves(frame):
            return True
        # A step that came out of a call into a generator goes with what that yields; out of one into a
        # coroutine, it stays in the task.
        comes_out = self._left and frame is self._frame and frame.f_code.co_flags & _CO_GENERATOR
        in_step = self.kind in (STEP_IN, ENTRY) and (frame is self._frame or frame in self._entered)
        if in_step or comes_out:
            # A line that yields, as a generator expression's does, is not stopped at again when it goes on.
            self._origin = (frame, frame.f_lineno)
            self._continue_in_caller(frame)
        return False

    def unwind(self, frame: FrameType) -> None:
        if frame in self._entered:
            self._entered.remove(frame)
        if frame is self._frame:
            if self._calls is not None:
                self._calls.forget(frame)
            self._continue_in_caller(frame)

    def _count_return(self) -> None:
        """Tell of no more calls after many, such as those of a recursive function among itself."""
        self._returns += 1
        if self._returns > _RETURNS_TOLD and self._calls is not None and self._frame is not None:
            # What they returned last is not known then.
            self._calls.forget_returned(self._frame)
            self._calls = None
            self._called = {}
            self._changed = True

    def _ends_at(self, event: str) -> bool:
        """Whether the step is asked to end at this; then it has."""
        if event not in self._events:
            return False
        self.event = event
        return True

    def _leaves(self, frame: FrameType) -> bool:
        """Whether the step ends because `frame` is left."""
        followed = frame is self._frame or frame in self._entered
        return self.kind == STEP_IN and followed and self._ends_at(ON_RETURN)

    def _is_meant(self, frame: FrameType) -> bool:
        return not self._module or frame.f_globals.get("__name__") == self._module

    def _continue_in_caller(self, frame: FrameType) -> None:
        """The followed frame is left: the step goes on at the caller's next line."""
        caller = self._visible_caller(frame)
        self._frame = caller
        self._changed = self._left = True
        self._target = None
        if self.kind in (UNTIL, STEP_OUT):
            self.kind = NEXT
        if self.kind == NEXT and caller is not None and not _comes_by_import(frame, caller):
            # Out into a library: what that calls next is the next code of the user.
            self.kind = STEP_IN
        if caller is None and self.kind != STEP_IN:
            self.ended = True

    def _resumable(self, frame: Optional[FrameType]) -> list[FrameType]:
        """`frame`, and those of its callers that may go on before it does.

        `throw` into a generator that delegates by `yield from` goes to the innermost generator, and what that
        yields goes past the frames between to the one that called `throw`.
        """
        frames: list[FrameType] = []
        while frame is not None:
            frames.append(frame)
            frame = self._visible_caller(frame) if frame.f_code.co_flags & _SUSPENDS else None
        return frames

    def _visible_caller(self, frame: FrameType) -> Optional[FrameType]:
        caller = frame.f_back
        while caller is not None and self._hides(caller):
            caller = caller.f_back
        return caller


def _comes_by_import(frame: FrameType, caller: FrameType) -> bool:
    """Whether nothing but import machinery is between the two: it calls no code besides the module's."""
    step = frame.f_back
    while step is not None and step is not caller:
        if not is_hidden(step.f_code):
            return False
        step = step.f_back
    return True
