"""disassemble, remora/code: the byte code of functions."""

from __future__ import annotations

from ...dap import errors
from ..expressions import evaluation
from ..inspection.code import code_body
from ..inspection.frames import function_name
from ..inspection.presentation import type_name
from ..instructions import at_or_before, code_of, disassemble
from .inspection import VALUE_LIMIT
from .registry import Later, request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

    from ..clients import Client
    from ..debugger import Debugger

#: Instructions told at most in one answer.
_MOST = 10_000


@request("disassemble", observable=True, supportsDisassembleRequest=True)
def disassemble_(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """Exactly as many instructions as are asked for, as DAP wants it."""
    code, offset = _place(debugger, arguments["memoryReference"], arguments.get("offset") or 0)
    found = disassemble(
        code,
        lambda each: debugger.addresses.of(code, each),
        offset,
        arguments.get("instructionOffset") or 0,
        max(0, min(arguments["instructionCount"], _MOST)),
    )
    if found:
        found[0]["location"] = debugger.sources.body(code.co_filename)
    return {"instructions": found}


@request("remora/code")
def code(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """Of a frame, or of what an expression gives there (or in `__main__`)."""
    number, expression = arguments.get("frameId"), arguments.get("expression")
    if number is None and expression is None:
        raise errors.invalid_arguments("remora/code", "frameId or expression is missing")
    thread, frame = (debugger.threads.main(), None) if number is None else debugger.stacks.frame(number)

    def work() -> dict[str, Any]:
        if expression is None:
            assert frame is not None
            body = _body(debugger, frame.f_code)
            body.update(name=function_name(frame), offset=at_or_before(frame.f_code, frame.f_lasti))
            return body
        value = evaluation.evaluate(frame, expression, "watch").value
        found = code_of(value)
        if found is None:
            raise errors.no_code(expression, type_name(value))
        return _body(debugger, found)

    return Later(thread, work, limit=VALUE_LIMIT, what="remora/code")


def _body(debugger: Debugger, code: CodeType) -> dict[str, Any]:
    body = code_body(code)
    body["source"] = debugger.sources.body(code.co_filename)
    body["instructionPointerReference"] = debugger.addresses.of(code)
    return body


def _place(debugger: Debugger, address: str, distance: int) -> tuple[CodeType, int]:
    try:
        return debugger.addresses.find(address, distance)
    except LookupError:
        raise errors.no_such_instruction(address) from None
