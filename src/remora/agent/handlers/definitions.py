"""remora/describe: what something is."""

from __future__ import annotations

from ...dap import errors
from ..expressions import evaluation
from ..inspection.definition import class_line, definition_of
from ..inspection.static import is_a, qualified_name
from .inspection import VALUE_LIMIT
from .prompts import describe_at
from .registry import Later, request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..clients import Client
    from ..debugger import Debugger
    from ..inspection.definition import Definition


@request("remora/describe", at_prompts=True)
def describe(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """Of what an expression gives, in a frame or in `__main__`; at a prompt, of what is there so."""

    def told(value: Any, found: Definition) -> dict[str, Any]:
        return _body(debugger, value, found)

    if "remoraPrompt" in arguments:
        return describe_at(debugger, client, arguments, told)
    number, expression = arguments.get("frameId"), arguments["expression"]
    thread, frame = (debugger.threads.main(), None) if number is None else debugger.stacks.frame(number)

    def work() -> dict[str, Any]:
        value = evaluation.evaluate(frame, expression, "watch").value
        return told(value, definition_of(value))

    return Later(thread, work, limit=VALUE_LIMIT, what=expression)


def _body(debugger: Debugger, value: Any, found: Definition) -> dict[str, Any]:
    body: dict[str, Any] = {"type": found.type_name, "kind": found.kind}
    for field in ("name", "signature", "doc"):
        if getattr(found, field):
            body[field] = getattr(found, field)
    if found.filename:
        body["source"] = debugger.sources.body(found.filename)
        cls = value if is_a(value, type) else type(value)
        body["line"] = found.line or _class_line(debugger, found.filename, qualified_name(cls))
    return body


def _class_line(debugger: Debugger, filename: str, name: str) -> int:
    try:
        return class_line(debugger.sources.text(debugger.sources.canonical(filename)), name)
    except errors.RequestError:
        return 0
