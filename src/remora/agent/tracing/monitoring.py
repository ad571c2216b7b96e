"""Interpreter events by `sys.monitoring` (PEP 669): Python 3.12 and later.

Nothing is reported while nothing is wanted.  A line that is not wanted reports
once and is then switched off by the interpreter itself (`DISABLE`), so that a
breakpoint in a hot function costs nothing until its line is reached.

The callbacks run on the threads of the program and are hot.
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
    TracerUnavailable,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any, Callable, Optional

    from .base import Lines, Listener

_TOOL_NAME = "remora"
_OWN_PREFIX = "<remora>/"

#: What `interrupt` asks for: something of this happens in every loop and call.
_CHECKPOINTS = ("LINE", "JUMP", "PY_START", "PY_RESUME", "PY_RETURN", "PY_YIELD", "PY_UNWIND")


class MonitoringTracer:
    """The `Tracer` of 3.12 and later.  See `base.Tracer`."""

    name = "sys.monitoring"

    def __init__(self) -> None:
        self._monitoring: Any = sys.monitoring
        self._disable = self._monitoring.DISABLE
        self._tool: Optional[int] = None
        self._own: set[int] = set()
        #: Per code object: the code (kept alive, so that its id stays its own), events, lines.
        self._watched: dict[int, tuple[CodeType, int, Lines]] = {}
        self._unwinds = False
        self._everywhere = NOTHING
        self._finding = False
        self._interrupting = False

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
        for code, _, _ in list(self._watched.values()):
            self._monitoring.set_local_events(tool, code, 0)
        self._watched.clear()
        self._monitoring.set_events(tool, 0)
        for name in self._callbacks():
            self._monitoring.register_callback(tool, getattr(self._monitoring.events, name), None)
        self._monitoring.free_tool_id(tool)

    def set_local_events(self, code: CodeType, events: int, lines: Lines = None) -> None:
        if self._tool is None:
            return
        key = id(code)
        if events:
            self._watched[key] = (code, events, lines)
        else:
            self._watched.pop(key, None)
        # Lines that were switched off come back only when their events are taken away and given again.
        self._monitoring.set_local_events(self._tool, code, 0)
        self._monitoring.set_local_events(self._tool, code, self._local_bits(events))
        # PY_UNWIND is not to be had per code object: it is asked for of all code, and sifted here.
        unwinds = any(each[1] & PY_UNWIND for each in self._watched.values())
        if unwinds != self._unwinds:
            self._unwinds = unwinds
            self._apply(again=False)

    def set_events(self, events: int) -> None:
        entries = (PY_START | PY_RESUME) & events & ~self._everywhere
        self._everywhere = events
        self._apply(again=bool(entries))

    def find_code(self, wanted: bool) -> None:
        self._finding = wanted
        self._apply(again=wanted)

    def interrupt(self, wanted: bool) -> None:
        self._interrupting = wanted
        self._apply(again=wanted)

    def own_threads(self) -> set[int]:
        return self._own

    def rescan(self) -> bool:
        return False  # all threads report by themselves

    # -- the interpreter's side ----------------------------------------------------------------

    def _take_tool(self) -> int:
        holders = []
        for tool in [self._monitoring.DEBUGGER_ID, *(each for each in range(5, -1, -1))]:
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

    def _local_bits(self, events: int) -> int:
        names: list[str] = []
        if events & LINE:
            names += ["LINE", "JUMP"]
        if events & PY_START:
            names.append("PY_START")
        if events & PY_RESUME:
            names.append("PY_RESUME")
        if events & PY_RETURN:
            names.append("PY_RETURN")
        if events & PY_YIELD:
            names.append("PY_YIELD")
        return self._bits(tuple(names))

    def _apply(self, again: bool) -> None:
        """Ask for what is wanted of all code; with `again`, also where it was switched off before."""
        if self._tool is None:
            return
        bits = 0
        if self._everywhere & PY_START or self._finding:
            bits |= self._bits(("PY_START",))
        if self._everywhere & PY_RESUME or self._finding:
            bits |= self._bits(("PY_RESUME", "PY_THROW"))
        if self._everywhere & PY_RETURN:
            bits |= self._bits(("PY_RETURN",))
        if self._everywhere & PY_UNWIND or self._unwinds:
            bits |= self._bits(("PY_UNWIND",))
        if self._everywhere & RAISE:
            bits |= self._bits(("RAISE",))
        if self._interrupting:
            bits |= self._bits(_CHECKPOINTS)
        self._monitoring.set_events(self._tool, bits)
        if again:
            self._monitoring.restart_events()

    def _callbacks(self) -> dict[str, Any]:
        return {
            "LINE": self._line,
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

    def _line(self, code: CodeType, line: int) -> Any:
        watched = self._watched.get(id(code))
        if watched is None:
            return self._pass(code)
        lines = watched[2]
        if not watched[1] & LINE or (lines is not None and line not in lines):
            return self._pass(code)
        if _thread.get_ident() in self._own:
            return None
        frame = sys._getframe(1)
        self._tell(self._listener.line, frame, line)
        if self._interrupting:
            self._tell(self._listener.checkpoint, frame)
        return None

    def _pass(self, code: CodeType) -> Any:
        """A line that nobody wants: off with it, unless threads are to be caught at lines now."""
        if not self._interrupting:
            return self._disable
        return self._checkpoint(code, 2)

    def _checkpoint(self, code: CodeType, depth: int = 1) -> Any:
        if code.co_filename.startswith(_OWN_PREFIX):
            return self._disable
        if self._interrupting and _thread.get_ident() not in self._own:
            self._tell(self._listener.checkpoint, sys._getframe(depth + 1))
        return None

    def _jump(self, code: CodeType, origin: int, target: int) -> Any:
        line = self._repeated_line(code, origin, target)
        if line is None:
            return self._pass(code)
        if _thread.get_ident() in self._own:
            return None
        self._tell(self._listener.line, sys._getframe(1), line)
        return self._checkpoint(code)

    def _repeated_line(self, code: CodeType, origin: int, target: int) -> Optional[int]:
        """The line that this jump begins anew, in one-line loops, if it is wanted: no LINE event tells of it."""
        watched = self._watched.get(id(code))
        if watched is None or not watched[1] & LINE or target > origin:
            return None
        # Not the frame's line: 3.12 reports that of the target here.
        line = _line_at(code, origin)
        if line is None or line != _line_at(code, target):
            return None
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
        if self._finding:
            self._tell(self._listener.code_found, code, frame)
        watched = self._watched.get(id(code))
        wanted = self._everywhere & event or (watched is not None and watched[1] & event)
        if wanted:
            self._tell(self._listener.start, frame)
        if self._interrupting:
            self._tell(self._listener.checkpoint, frame)
        elif not wanted:
            return self._disable
        return None

    def _returned(self, code: CodeType, offset: int, value: Any) -> Any:
        return self._left(code, PY_RETURN, self._listener.py_return, value)

    def _yielded(self, code: CodeType, offset: int, value: Any) -> Any:
        return self._left(code, PY_YIELD, self._listener.py_yield, value)

    def _left(self, code: CodeType, event: int, report: Callable[..., None], value: Any) -> Any:
        watched = self._watched.get(id(code))
        wanted = self._everywhere & event or (watched is not None and watched[1] & event)
        if wanted and _thread.get_ident() not in self._own:
            self._tell(report, sys._getframe(2), value)
        elif not self._interrupting and not wanted:
            return self._disable
        return self._checkpoint(code, 2)

    def _unwound(self, code: CodeType, offset: int, exception: BaseException) -> Any:
        if code.co_filename.startswith(_OWN_PREFIX) or _thread.get_ident() in self._own:
            return
        watched = self._watched.get(id(code))
        if self._everywhere & PY_UNWIND or (watched is not None and watched[1] & PY_UNWIND):
            self._tell(self._listener.unwind, sys._getframe(1), exception)

    def _raised(self, code: CodeType, offset: int, exception: BaseException) -> Any:
        if code.co_filename.startswith(_OWN_PREFIX) or _thread.get_ident() in self._own:
            return
        self._tell(self._listener.raised, sys._getframe(1), exception)

    def _tell(self, report: Callable[..., None], *arguments: Any) -> None:
        """The wall: what the listener raises is ours to bear, but for what belongs to the program."""
        try:
            report(*arguments)
        except Injected as injected:
            raise injected.exception from None
        except BaseException as error:
            self._on_error(error)


def _line_at(code: CodeType, offset: int) -> Optional[int]:
    for start, end, line in code.co_lines():
        if start <= offset < end:
            return line
    return None
