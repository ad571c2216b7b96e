"""What a "call" or "return" event of `sys.settrace` means, read from the byte code: CPython 3.8 to 3.11.

The interpreter reports the beginning and the resumption of a generator alike,
as "call", and returning, yielding and being unwound alike, as "return".
"""

from __future__ import annotations

from ..compat import CALL_COMES_AT_RESUME
from .base import PY_RESUME, PY_RETURN, PY_START, PY_UNWIND, PY_YIELD

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

#: Include/opcode.h, the same in 3.8 to 3.11; YIELD_FROM is gone in 3.11, and its number not used.
_RETURN_VALUE, _YIELD_VALUE, _YIELD_FROM = 83, 86, 72


def entry_event(frame: FrameType) -> int:
    """PY_START or PY_RESUME, at a "call" event."""
    if not CALL_COMES_AT_RESUME:
        return PY_START if frame.f_lasti < 0 else PY_RESUME
    # RESUME 0 stands at the beginning; after yields and awaits its operand is 1 to 3.
    operand = frame.f_code.co_code[frame.f_lasti + 1]
    return PY_RESUME if operand & 3 else PY_START


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
