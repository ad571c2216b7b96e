"""The frames that an exception has come through, and the exceptions that it came from.

Decides what of a traceback is shown as a stack; must not know why anybody
looks.  Runs on any thread: tracebacks do not change.
"""

from __future__ import annotations

from .exception_details import cause_of
from .frames import visible_stack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, List, Optional, Tuple

    Chain = List[Tuple[BaseException, str]]

#: Exceptions told of one chain; a program may chain them without end.
_LONGEST_CHAIN = 20


class Passage:
    """A frame, and where it stood when an exception passed it: None if the exception has not come to it."""

    def __init__(self, frame: FrameType, at: Optional[tuple[int, int]] = None) -> None:
        self.frame = frame
        self.at = at  # line, and offset in the byte code


def passages(exception: BaseException) -> list[Passage]:
    """The frames that the exception has come through, and the callers of the last, innermost first."""
    found: list[Passage] = []
    step = exception.__traceback__
    if step is not None:
        callers = visible_stack(step.tb_frame)
        found = [Passage(frame) for frame in callers if frame is not step.tb_frame]
    while step is not None:
        if visible_stack(step.tb_frame)[:1] == [step.tb_frame]:
            found.insert(0, Passage(step.tb_frame, (step.tb_lineno, step.tb_lasti)))
        step = step.tb_next
    return found


def chain_of(exception: BaseException) -> Chain:
    """The exception and those before it, each with what it is to the one that came after it.

    Source: PEP 3134.
    """
    found: Chain = [(exception, "itself")]
    while len(found) < _LONGEST_CHAIN:
        last = found[-1][0]
        before = cause_of(last)
        if before is None or any(before is each for each, _ in found):
            break
        found.append((before, "context" if _CAUSE.__get__(last) is None else "cause"))
    return found


_CAUSE: Any = BaseException.__dict__["__cause__"]
