"""What an event of `sys.settrace` means, read from the byte code: CPython 3.8 to 3.11.

The interpreter reports the beginning and the resumption of a generator alike,
as "call"; returning, yielding and being unwound alike, as "return"; and the
end of an iteration like an error, as "exception".
"""

from __future__ import annotations

from ..compat import CALL_COMES_AT_RESUME
from .base import PY_RESUME, PY_RETURN, PY_START, PY_UNWIND, PY_YIELD

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

#: Include/opcode.h, the same in 3.8 to 3.11; YIELD_FROM is gone in 3.11, SEND and RESUME are new there.
_RETURN_VALUE, _YIELD_VALUE, _YIELD_FROM, _FOR_ITER, _SEND, _RESUME = 83, 86, 72, 93, 123, 151


def entry_event(frame: FrameType) -> int:
    """PY_START or PY_RESUME, at a "call" event."""
    at = frame.f_lasti
    if not CALL_COMES_AT_RESUME:
        return PY_START if at < 0 else PY_RESUME
    # RESUME 0 stands at the beginning; after yields and awaits its operand is 1 to 3.  At a `throw` the
    # frame still stands at its yield.
    code = frame.f_code.co_code
    return PY_START if code[at] == _RESUME and not code[at + 1] & 3 else PY_RESUME


def leaving_event(frame: FrameType, has_exception: bool) -> int:
    """PY_RETURN, PY_YIELD or PY_UNWIND, at a "return" event.

    `has_exception`: an exception was reported in this frame and no line since.
    """
    code, at = frame.f_code.co_code, frame.f_lasti
    if code[at] == _RETURN_VALUE:
        return PY_RETURN
    # A frame that yields from another stands before its YIELD_FROM, to go on with that.
    suspended = code[at] == _YIELD_VALUE or _YIELD_FROM in (code[at], *code[at + 2 : at + 3])
    return PY_YIELD if suspended and not has_exception else PY_UNWIND


def is_end_of_iteration(frame: FrameType, exception: object) -> bool:
    """Whether an "exception" event only tells that a `for` or `yield from` has come to its end.

    `sys.monitoring` reports these apart, as STOP_ITERATION.
    """
    if not isinstance(exception, StopIteration):
        return False
    code, at = frame.f_code.co_code, frame.f_lasti
    # Again, before its YIELD_FROM.
    return code[at] in (_FOR_ITER, _SEND, _YIELD_FROM) or _YIELD_FROM in code[at + 2 : at + 3]
