"""Interpreter events by `sys.monitoring` (PEP 669): Python 3.12 and later.

Nothing is reported while nothing is wanted.  A line that is not wanted reports
once and is then switched off by the interpreter itself (`DISABLE`), so that a
breakpoint in a hot function costs nothing until its line is reached.

The callbacks run on the threads of the program and are hot.
"""

from __future__ import annotations

import sys

from ..isolate import _thread
from .base import LINE, NOTHING, PY_RESUME, PY_RETURN, PY_START, PY_UNWIND, PY_YIELD, RAISE, TracerUnavailable
from .wall import programs_exception

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any, Callable, Optional

    from .base import Lines, Listener

_TOOL_NAME = "remora"
_OWN_PREFIX = "<remora>/"
_NO_LINES: Lines = frozenset()
#: Code objects remembered as found, at most: programs may make new ones without end.
_MANY = 10_000

#: What each event is called there.
_OF_CODE = {
    LINE: ("LINE", "JUMP"),
    PY_START: ("PY_START",),
    PY_RESUME: ("PY_RESUME",),
    PY_RETURN: ("PY_RETURN",),
    PY_YIELD: ("PY_YIELD",),
}
_OF_ALL_CODE = {
    PY_START: ("PY_START",),
    PY_RESUME: ("PY_RESUME", "PY_THROW"),
    PY_RETURN: ("PY_RETURN",),
    PY_UNWIND: ("PY_UNWIND",),
    RAISE: ("RAISE",),
}
#: What `interrupt` asks for: something of this happens in every loop and call.
_CHECKPOINTS = ("LINE", "JUMP", "PY_START", "PY_RESUME", "PY_RETURN", "PY_YIELD")
#: What the interpreter does not switch off for one place.
_NEVER_DISABLED = ("PY_THROW", "PY_UNWIND", "RAISE")


class MonitoringTracer:
    """The `Tracer` of 3.12 and later.  See `base.Tracer`."""

    name = "sys.monitoring"

    def __init__(self) -> None:
        self.limits: list[str] = []
        self._monitoring: Any = sys.monitoring
        self._disable = self._monitoring.DISABLE
        self._tool: Optional[int] = None
        self._own: set[int] = set()
        #: Per code object: the code (kept alive, so that its id stays its own), events, lines.
        #: The lines are empty if LINE is not wanted.
        self._watched: dict[int, tuple[CodeType, int, Lines]] = {}
        #: The code objects of which PY_UNWIND is wanted.
        self._unwinding: set[int] = set()
        self._everywhere = NOTHING
        self._finding = False
        #: Code objects that were found, as far as the interpreter does not keep them from reporting again.
        self._found: dict[int, CodeType] = {}
        self._interrupting = False
        #: What the interpreter was last asked for, of all code.
        self._asked = 0
        #: Per code object and backward jump: the line that it begins anew, or None.
        self._jumps: dict[tuple[int, int, int], Optional[int]] = {}

    def start(self, listener: Listener, on_error: Callable[[BaseException], None]) -> None:
        self._listener = listener
        self._on_error = on_error
        self._tool = self._take_tool()
        for name, callback in self._callbacks().items():
            event = getattr(self._monitoring.events, name)
            self._monitoring.register_callback(self._tool, event, callback)

    def stop(self) -> None:
        tool, self._tool = self._tool, None
        if tool is None:
            return
        self._everywhere, self._finding, self._interrupting = NOTHING, False, False
        watched = list(self._watched.values())
        self._watched.clear()
        self._unwinding.clear()
        self._found.clear()
        self._jumps.clear()
        for code, _, _ in watched:
            self._monitoring.set_local_events(tool, code, 0)
        self._monitoring.set_events(tool, 0)
        for name in self._callbacks():
            self._monitoring.register_callback(tool, getattr(self._monitoring.events, name), None)
        self._monitoring.free_tool_id(tool)

    def set_local_events(self, code: CodeType, events: int, lines: Lines = None) -> None:
        if self._tool is None:
            return
        key = id(code)
        _, before, lines_before = self._watched.get(key, (code, NOTHING, _NO_LINES))
        if events:
            self._watched[key] = (code, events, lines if events & LINE else _NO_LINES)
        else:
            self._watched.pop(key, None)
            self._jumps = {jump: line for jump, line in self._jumps.items() if jump[0] != key}
        self._ask_of_code(code, events, again=bool(before & LINE) and not _covers(lines_before, lines))
        # PY_UNWIND is not to be had per code object: it is asked for of all code, and sifted here.
        if (before ^ events) & PY_UNWIND:
            self._unwinding ^= {key}
            self._ask_of_all_code()

    def set_events(self, events: int) -> None:
        self._everywhere = events
        self._ask_of_all_code()

    def find_code(self, wanted: bool) -> None:
        self._finding = wanted
        self._found.clear()
        self._ask_of_all_code(again=wanted)

    def interrupt(self, wanted: bool) -> None:
        self._interrupting = wanted
        self._ask_of_all_code(again=wanted)

    def own_threads(self) -> set[int]:
        return self._own

    def rescan(self) -> bool:
        """All threads report by themselves.  What is repeated is the call to interrupt them: a thread that
        was about to switch an event off, when it was called, has done so since.
        """
        if self._interrupting:
            self._ask_of_all_code(again=True)
        return self._interrupting

    # -- the interpreter's side ----------------------------------------------------------------

    def _take_tool(self) -> int:
        holders = []
        for tool in [self._monitoring.DEBUGGER_ID, *range(5, -1, -1)]:
            holder = self._monitoring.get_tool(tool)
            if holder is None:
                self._monitoring.use_tool_id(tool, _TOOL_NAME)
                return int(tool)
            holders.append(str(holder))
        raise TracerUnavailable(
            "all tool ids of sys.monitoring are taken, by %s; end one of these tools first."
            % ", ".join(sorted(set(holders)))
        )

    def _bits(self, names: tuple[str, ...]) -> int:
        bits = 0
        for name in names:
            bits |= getattr(self._monitoring.events, name)
        return bits

    def _named(self, events: int, names: dict[int, tuple[str, ...]]) -> int:
        bits = 0
        for event, its_names in names.items():
            if events & event:
                bits |= self._bits(its_names)
        return bits

    def _ask_of_code(self, code: CodeType, events: int, again: bool) -> None:
        """Ask for `events` of `code`; with `again`, also for those that were switched off before."""
        bits = self._named(events, _OF_CODE)
        # What was switched off comes back only when the events are taken away and given again.  `map` does
        # both in one go, so that no other thread runs, unwatched, between the two.
        steps = (0, bits) if again else (bits,)
        tools, codes = (self._tool,) * len(steps), (code,) * len(steps)
        list(map(self._monitoring.set_local_events, tools, codes, steps))
        if bits & self._asked:
            # It is asked for of all code too, which giving it again does not switch on again.
            self._monitoring.restart_events()

    def _ask_of_all_code(self, again: bool = False) -> None:
        """Ask for what is wanted of all code; with `again`, also where it was switched off before."""
        if self._tool is None:
            return
        wanted = self._everywhere | (PY_START | PY_RESUME if self._finding else NOTHING)
        wanted |= PY_UNWIND if self._unwinding else NOTHING
        bits = self._named(wanted, _OF_ALL_CODE)
        if self._interrupting:
            bits |= self._bits(_CHECKPOINTS)
        added = bits & ~self._asked
        if bits != self._asked:
            self._asked = bits
            self._monitoring.set_events(self._tool, bits)
        if again or added & ~self._bits(_NEVER_DISABLED):
            self._monitoring.restart_events()

    def _callbacks(self) -> dict[str, Any]:
        return {
            "LINE": self._line_callback(),
            "JUMP": self._jump,
            "PY_START": self._started,
            "PY_RESUME": self._resumed,
            "PY_THROW": self._thrown,
            "PY_RETURN": self._returned,
            "PY_YIELD": self._yielded,
            "PY_UNWIND": self._unwound,
            "RAISE": self._raised,
        }

    # -- callbacks, on the threads of the program -----------------------------------------------

    def _line_callback(self) -> Callable[[CodeType, int], Any]:
        watched, own, unwatched = self._watched, self._own, self._unwatched
        report, wall, key_of = self._listener.line, self._wall, id
        get_ident, get_frame = _thread.get_ident, sys._getframe

        def line(code: CodeType, number: int) -> Any:
            entry = watched.get(key_of(code))
            if entry is None or (entry[2] is not None and number not in entry[2]):
                return unwatched(code)
            if get_ident() in own:
                return None
            try:
                report(get_frame(1), number)
            except BaseException as error:
                belongs = wall(error)
            else:
                return self._checkpoint(code, 2) if self._interrupting else None
            if belongs is not None:
                raise belongs
            return None

        return line

    def _unwatched(self, code: CodeType) -> Any:
        """A line that nobody wants: off with it, unless threads are to be caught at lines now."""
        if not self._interrupting:
            return self._disable
        return self._checkpoint(code, 3)

    def _checkpoint(self, code: CodeType, depth: int) -> Any:
        """`depth` frames above this one is the frame of the program."""
        if code.co_filename.startswith(_OWN_PREFIX):
            return self._disable
        if self._interrupting and _thread.get_ident() not in self._own:
            self._tell(self._listener.checkpoint, sys._getframe(depth))
        return None

    def _jump(self, code: CodeType, origin: int, target: int) -> Any:
        line = self._repeated_line(code, origin, target)
        if line is None:
            return self._unwatched(code)
        if _thread.get_ident() in self._own:
            return None
        self._tell(self._listener.line, sys._getframe(1), line)
        return self._checkpoint(code, 2)

    def _repeated_line(self, code: CodeType, origin: int, target: int) -> Optional[int]:
        """The line that this jump begins anew, in one-line loops, if it is wanted: no LINE event tells it."""
        watched = self._watched.get(id(code))
        if watched is None or target > origin:
            return None
        jump = (id(code), origin, target)
        if jump not in self._jumps:
            # Not the frame's line: 3.12 reports that of the target here.
            line = _line_at(code, origin)
            self._jumps[jump] = line if line == _line_at(code, target) else None
        line = self._jumps[jump]
        return line if watched[2] is None or line in watched[2] else None

    def _started(self, code: CodeType, offset: int) -> Any:
        return self._entered(code, PY_START)

    def _resumed(self, code: CodeType, offset: int) -> Any:
        return self._entered(code, PY_RESUME)

    def _thrown(self, code: CodeType, offset: int, exception: BaseException) -> Any:
        self._entered(code, PY_RESUME)  # DISABLE is not allowed for PY_THROW

    def _entered(self, code: CodeType, event: int) -> Any:
        if code.co_filename.startswith(_OWN_PREFIX):
            return self._disable
        if _thread.get_ident() in self._own:
            return None
        frame = sys._getframe(2)
        if self._finding and id(code) not in self._found:
            self._tell(self._listener.code_found, code, frame)
        if self._wants(code, event):
            if self._finding:
                self._remember(code)
            self._tell(self._listener.start, frame)
            return self._checkpoint(code, 3) if self._interrupting else None
        return self._checkpoint(code, 3) if self._interrupting else self._disable

    def _returned(self, code: CodeType, offset: int, value: Any) -> Any:
        return self._left(code, PY_RETURN, self._listener.py_return, value)

    def _yielded(self, code: CodeType, offset: int, value: Any) -> Any:
        return self._left(code, PY_YIELD, self._listener.py_yield, value)

    def _left(self, code: CodeType, event: int, report: Callable[..., None], value: Any) -> Any:
        if not self._wants(code, event):
            return self._checkpoint(code, 3) if self._interrupting else self._disable
        if _thread.get_ident() not in self._own:
            self._tell(report, sys._getframe(2), value)
        return self._checkpoint(code, 3) if self._interrupting else None

    def _unwound(self, code: CodeType, offset: int, exception: BaseException) -> Any:
        if not self._everywhere & PY_UNWIND and id(code) not in self._unwinding:
            return
        if not code.co_filename.startswith(_OWN_PREFIX) and _thread.get_ident() not in self._own:
            self._tell(self._listener.unwind, sys._getframe(1), exception)

    def _raised(self, code: CodeType, offset: int, exception: BaseException) -> Any:
        if not code.co_filename.startswith(_OWN_PREFIX) and _thread.get_ident() not in self._own:
            self._tell(self._listener.raised, sys._getframe(1), exception)

    def _wants(self, code: CodeType, event: int) -> int:
        watched = self._watched.get(id(code))
        return (self._everywhere | (watched[1] if watched is not None else NOTHING)) & event

    def _remember(self, code: CodeType) -> None:
        if len(self._found) >= _MANY:
            self._found.clear()
        self._found[id(code)] = code

    def _tell(self, report: Callable[..., None], *arguments: Any) -> None:
        try:
            report(*arguments)
        except BaseException as error:
            belongs = self._wall(error)
        else:
            return
        # Raised out here, so that it does not get `Injected` for its context.
        if belongs is not None:
            raise belongs

    def _wall(self, error: BaseException) -> Optional[BaseException]:
        """What of an error that left the listener belongs to the program; all else is reported as ours."""
        belongs = programs_exception(error)
        if belongs is None:
            self._on_error(error)
        return belongs


def _covers(before: Lines, lines: Lines) -> bool:
    """Whether all of `lines` were wanted before, so that none of them has been switched off."""
    return before is None or (lines is not None and lines <= before)


def _line_at(code: CodeType, offset: int) -> Optional[int]:
    for start, end, line in code.co_lines():
        if start <= offset < end:
            return line
    return None
