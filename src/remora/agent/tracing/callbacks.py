"""What the tracer of `sys.monitoring` hangs into the interpreter: one method for each event.

Decides what to tell the listener, and when the interpreter may switch an event
off for the place where it happened.  Runs on the threads of the program: hot.
"""

from __future__ import annotations

import sys

from ..isolate import _thread
from .base import CALL, INSTRUCTION, PY_RESUME, PY_RETURN, PY_START, PY_UNWIND, PY_YIELD
from .wanted import is_own, remember

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any, Callable, Optional

    from .base import Listener
    from .wall import Wall
    from .wanted import Wanted


class Callbacks:
    """The callbacks of one tracer.  `disable` is what they return to switch an event off for its place."""

    def __init__(
        self, wanted: Wanted, own: set[int], listener: Listener, wall: Wall, disable: object
    ) -> None:
        self._wanted = wanted
        self._own = own
        self._listener = listener
        self._wall = wall
        self._disable = disable
        #: Code objects that were found, as far as the interpreter does not keep them from reporting again.
        self._found: dict[int, CodeType] = {}
        #: Per code object and backward jump: the line that it begins anew, or None.
        self._jumps: dict[tuple[int, int, int], Optional[int]] = {}

    def by_event(self) -> dict[str, Any]:
        """The callbacks by the names of their events."""
        return {
            "LINE": self._line_callback(),
            "JUMP": self._jump,
            "PY_START": self._started,
            "PY_RESUME": self._resumed,
            "PY_THROW": self._thrown,
            "PY_RETURN": self._returned,
            "PY_YIELD": self._yielded,
            "PY_UNWIND": self._unwind_callback(),
            "RAISE": self._raised,
            "CALL": self._called,
            "INSTRUCTION": self._instruction,
        }

    def find_again(self) -> None:
        self._found.clear()

    def forget(self, code: CodeType) -> None:
        """`code` is no longer watched, and its id may become another's."""
        self._jumps = {jump: line for jump, line in self._jumps.items() if jump[0] != id(code)}

    def _line_callback(self) -> Callable[[CodeType, int], Any]:
        wanted, own, unwatched = self._wanted, self._own, self._unwatched
        watched, report, sift, key_of = wanted.watched, self._listener.line, self._wall.sift, id
        get_ident, get_frame = _thread.get_ident, sys._getframe

        def line(code: CodeType, number: int) -> Any:
            entry = watched.get(key_of(code))
            if entry is None or (entry.lines is not None and number not in entry.lines):
                return unwatched(code)
            if get_ident() in own:
                return None
            try:
                report(get_frame(1), number)
            except BaseException as error:
                belongs = sift(error)
            else:
                return self._checkpoint(code, 2) if wanted.interrupting else None
            if belongs is not None:
                raise belongs
            return None

        return line

    def _unwatched(self, code: CodeType) -> Any:
        """A line that nobody wants: off with it, unless threads are to be caught at lines now."""
        if not self._wanted.interrupting:
            return self._disable
        return self._checkpoint(code, 3)

    def _checkpoint(self, code: CodeType, depth: int) -> Any:
        """`depth` frames above this one is the frame of the program."""
        if is_own(code):
            return self._disable
        if self._wanted.interrupting and _thread.get_ident() not in self._own:
            self._wall.tell(self._listener.checkpoint, sys._getframe(depth))
        return None

    def _jump(self, code: CodeType, origin: int, target: int) -> Any:
        line = self._repeated_line(code, origin, target)
        if line is None:
            return self._unwatched(code)
        if _thread.get_ident() in self._own:
            return None
        self._wall.tell(self._listener.line, sys._getframe(1), line)
        return self._checkpoint(code, 2)

    def _repeated_line(self, code: CodeType, origin: int, target: int) -> Optional[int]:
        """The line that this jump begins anew, in one-line loops, if it is wanted: no LINE event tells it."""
        watched = self._wanted.watched.get(id(code))
        if watched is None or target > origin:
            return None
        jump = (id(code), origin, target)
        if jump not in self._jumps:
            # Not the frame's line: 3.12 reports that of the target here.
            line = _line_at(code, origin)
            self._jumps[jump] = line if line == _line_at(code, target) else None
        line = self._jumps[jump]
        return line if watched.lines is None or line in watched.lines else None

    def _started(self, code: CodeType, offset: int) -> Any:
        return self._entered(code, PY_START)

    def _resumed(self, code: CodeType, offset: int) -> Any:
        return self._entered(code, PY_RESUME)

    def _thrown(self, code: CodeType, offset: int, exception: BaseException) -> Any:
        self._entered(code, PY_RESUME)  # DISABLE is not allowed for PY_THROW

    def _entered(self, code: CodeType, event: int) -> Any:
        if is_own(code):
            return self._disable
        if _thread.get_ident() in self._own:
            return None
        frame = sys._getframe(2)
        if self._wanted.finding and id(code) not in self._found:
            self._wall.tell(self._listener.code_found, code, frame)
        if self._wanted.of(code) & event:
            if self._wanted.finding:
                remember(code, self._found)
            self._wall.tell(self._listener.start, frame)
            return self._checkpoint(code, 3) if self._wanted.interrupting else None
        return self._checkpoint(code, 3) if self._wanted.interrupting else self._disable

    def _returned(self, code: CodeType, offset: int, value: Any) -> Any:
        return self._left(code, PY_RETURN, self._listener.py_return, value)

    def _yielded(self, code: CodeType, offset: int, value: Any) -> Any:
        return self._left(code, PY_YIELD, self._listener.py_yield, value)

    def _left(self, code: CodeType, event: int, report: Callable[..., None], value: Any) -> Any:
        if not self._wanted.of(code) & event:
            return self._checkpoint(code, 3) if self._wanted.interrupting else self._disable
        if _thread.get_ident() not in self._own:
            self._wall.tell(report, sys._getframe(2), value)
        return self._checkpoint(code, 3) if self._wanted.interrupting else None

    def _unwind_callback(self) -> Callable[[CodeType, int, BaseException], None]:
        wanted, own, report, sift = self._wanted, self._own, self._listener.unwind, self._wall.sift
        get_ident, get_frame = _thread.get_ident, sys._getframe

        def unwound(code: CodeType, offset: int, exception: BaseException) -> None:
            if not wanted.everywhere & PY_UNWIND and not wanted.of(code) & PY_UNWIND:
                return
            if is_own(code) or get_ident() in own:
                return
            try:
                report(get_frame(1), exception)
            except BaseException as error:
                belongs = sift(error)
            else:
                return
            if belongs is not None:
                raise belongs

        return unwound

    def _raised(self, code: CodeType, offset: int, exception: BaseException) -> Any:
        if not is_own(code) and _thread.get_ident() not in self._own:
            self._wall.tell(self._listener.raised, sys._getframe(1), exception)

    def _called(self, code: CodeType, offset: int, callee: Any, argument: Any) -> Any:
        if not self._wanted.of(code) & CALL:
            return self._disable
        called = _code_of(callee)
        if called is not None and _thread.get_ident() not in self._own:
            self._wall.tell(self._listener.called, sys._getframe(1), called)
        return None

    def _instruction(self, code: CodeType, offset: int) -> Any:
        if not self._wanted.of(code) & INSTRUCTION:
            return self._disable
        if _thread.get_ident() not in self._own:
            self._wall.tell(self._listener.instruction, sys._getframe(1), offset)
        return None


def _code_of(callee: Any) -> Optional[CodeType]:
    """The code of a function or method; None for what is neither."""
    if type(callee) is _METHOD:
        callee = callee.__func__
    return callee.__code__ if type(callee) is _FUNCTION else None


def _line_at(code: Any, offset: int) -> Optional[int]:
    line: Optional[int]
    for start, end, line in code.co_lines():
        if start <= offset < end:
            return line
    return None


_FUNCTION: Any = type(_line_at)
_METHOD: Any = type(Callbacks.by_event.__get__(object()))
