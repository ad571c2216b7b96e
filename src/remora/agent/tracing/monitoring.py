"""Interpreter events by `sys.monitoring` (PEP 669): Python 3.12 and later.

Nothing is reported while nothing is wanted.  A line that is not wanted reports
once and is then switched off by the interpreter itself (`DISABLE`), so that a
breakpoint in a hot function costs nothing until its line is reached.

This decides what the interpreter is asked for; `callbacks` what is told of it.
"""

from __future__ import annotations

import sys

from .base import (
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
    TracerUnavailable,
)
from .callbacks import Callbacks
from .wall import Wall
from .wanted import Wanted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any, Callable, Optional

    from .base import Lines, Listener
    from .wanted import Watched

_TOOL_NAME = "remora"

#: What each event is called there.
_OF_CODE = {
    LINE: ("LINE", "JUMP"),
    PY_START: ("PY_START",),
    PY_RESUME: ("PY_RESUME",),
    PY_RETURN: ("PY_RETURN",),
    PY_YIELD: ("PY_YIELD",),
    CALL: ("CALL",),
    INSTRUCTION: ("INSTRUCTION",),
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
        self._monitoring: Any = vars(sys)["monitoring"]
        self._tool: Optional[int] = None
        self._own: set[int] = set()
        self._wanted = Wanted()
        #: The code objects of which PY_UNWIND is wanted.
        self._unwinding: set[int] = set()
        #: What the interpreter was last asked for, of all code.
        self._asked = 0

    def start(self, listener: Listener, on_error: Callable[[BaseException], None]) -> None:
        self._tool = self._take_tool()
        self._callbacks = Callbacks(
            self._wanted, self._own, listener, Wall(on_error), self._monitoring.DISABLE
        )
        self._register(self._tool, self._callbacks.by_event())

    def stop(self) -> None:
        tool, self._tool = self._tool, None
        if tool is None:
            return
        watched = list(self._wanted.watched.values())
        self._wanted.clear()
        self._unwinding.clear()
        for each in watched:
            self._monitoring.set_local_events(tool, each.code, 0)
        self._monitoring.set_events(tool, 0)
        self._register(tool, dict.fromkeys(self._callbacks.by_event()))
        self._monitoring.free_tool_id(tool)

    def set_local_events(self, code: CodeType, events: int, lines: Lines = None) -> None:
        if self._tool is None:
            return
        before = self._wanted.replace(code, events, lines)
        if not events:
            self._callbacks.forget(code)
        had_lines = before is not None and before.events & LINE
        self._ask_of_code(code, events, again=bool(had_lines) and not _covers(before, lines))
        # PY_UNWIND is not to be had per code object: it is asked for of all code, and sifted here.
        if (events ^ (before.events if before is not None else NOTHING)) & PY_UNWIND:
            self._unwinding ^= {id(code)}
            self._ask_of_all_code()

    def set_events(self, events: int) -> None:
        # What is new may be asked for already, to find code, and be switched off where that was found.
        fresh = events & ~self._wanted.everywhere & (PY_START | PY_RESUME)
        self._wanted.everywhere = events
        self._ask_of_all_code(again=bool(fresh))

    def find_code(self, wanted: bool) -> None:
        self._wanted.finding = wanted
        if self._tool is not None:
            self._callbacks.find_again()
        self._ask_of_all_code(again=wanted)

    def interrupt(self, wanted: bool) -> None:
        self._wanted.interrupting = wanted
        self._ask_of_all_code(again=wanted)

    def own_threads(self) -> set[int]:
        return self._own

    def move(self, frame: FrameType, line: int) -> None:
        setattr(frame, "f_lineno", line)  # noqa: B010  (typeshed calls it read-only)

    def rescan(self) -> bool:
        """All threads report by themselves.  What is repeated is the call to interrupt them: a thread that
        was about to switch an event off, when it was called, has done so since.
        """
        if self._wanted.interrupting:
            self._ask_of_all_code(again=True)
        return self._wanted.interrupting

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
        wanted = self._wanted.everywhere | (PY_START | PY_RESUME if self._wanted.finding else NOTHING)
        wanted |= PY_UNWIND if self._unwinding else NOTHING
        bits = self._named(wanted, _OF_ALL_CODE)
        if self._wanted.interrupting:
            bits |= self._bits(_CHECKPOINTS)
        added = bits & ~self._asked
        if bits != self._asked:
            self._asked = bits
            self._monitoring.set_events(self._tool, bits)
        if again or added & ~self._bits(_NEVER_DISABLED):
            self._monitoring.restart_events()

    def _register(self, tool: int, callbacks: dict[str, Any]) -> None:
        for name, callback in callbacks.items():
            self._monitoring.register_callback(tool, getattr(self._monitoring.events, name), callback)


def _covers(before: Optional[Watched], lines: Lines) -> bool:
    """Whether all of `lines` were wanted before, so that none of them has been switched off."""
    if before is None or before.lines is None:
        return before is not None
    return lines is not None and lines <= before.lines
