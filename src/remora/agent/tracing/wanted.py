"""What is wanted of which code.  A tracer changes it; what it hangs into the interpreter reads it."""

from __future__ import annotations

from .base import CALL, LINE, NOTHING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Optional

    from .base import Lines

#: File names of the agent's own code begin so.
_OWN_PREFIX = "<remora>/"
#: A constant of the text by which a thread of the next client begins (`inject.first_stage_text`).
_FIRST_STAGE = "<remora>/first_stage.py"

_NO_LINES: Lines = frozenset()
#: Code objects remembered, at most: programs may make new ones without end.
_MANY = 10_000


def is_own(code: CodeType) -> bool:
    """Code of ours, which never reports: the agent's, and what brings a further client to it."""
    return code.co_filename.startswith(_OWN_PREFIX) or (
        code.co_name == "<module>" and _FIRST_STAGE in code.co_consts
    )


class Watched:
    """What is wanted of one code object, which is kept alive so that its id stays its own."""

    __slots__ = ("code", "events", "lines", "shares_variables")

    def __init__(self, code: CodeType, events: int, lines: Lines) -> None:
        self.code = code
        self.events = events
        #: The lines that report; None is all, and none if LINE is not wanted.
        self.lines = lines if events & LINE else _NO_LINES
        self.shares_variables = shares_variables(code)


class Wanted:
    """What is wanted of each code object, and of all code."""

    def __init__(self) -> None:
        self.watched: dict[int, Watched] = {}
        #: The ids of those of them of which CALL is wanted.
        self.calling: set[int] = set()
        self.everywhere = NOTHING
        self.finding = False
        self.interrupting = False

    def __bool__(self) -> bool:
        return bool(self.watched or self.everywhere or self.finding or self.interrupting)

    def replace(self, code: CodeType, events: int, lines: Lines) -> Optional[Watched]:
        """Want `events` of `code`; what was wanted of it before."""
        before = self.watched.get(id(code))
        if events:
            self.watched[id(code)] = Watched(code, events, lines)
        else:
            self.watched.pop(id(code), None)
        if events & CALL:
            self.calling.add(id(code))
        else:
            self.calling.discard(id(code))
        return before

    def of(self, code: CodeType) -> int:
        """The events that are wanted of `code`, for its own sake or as of all code."""
        watched = self.watched.get(id(code))
        return self.everywhere if watched is None else self.everywhere | watched.events

    def clear(self) -> None:
        self.watched.clear()
        self.calling.clear()
        self.everywhere, self.finding, self.interrupting = NOTHING, False, False


def remember(code: CodeType, table: dict[int, CodeType]) -> None:
    """Enter `code` by its id, which stays its own while it is there."""
    if len(table) >= _MANY:
        table.clear()
    table[id(code)] = code


def shares_variables(code: CodeType) -> bool:
    """Whether other functions, on other threads perhaps, use variables of this one, or it theirs."""
    return bool(code.co_freevars or code.co_cellvars)
