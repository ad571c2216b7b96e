"""evaluate, setVariable, setExpression, completions: code of the user, on the thread that it concerns."""

from __future__ import annotations

from ..expressions import evaluation
from ..expressions.completions import completions as complete
from ..isolate import _thread
from .inspection import EXCEPTION_NAME, VALUE_LIMIT, format_of, owner_of
from .prompts import complete_at, evaluate_at
from .registry import Later, request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable, Optional

    from ..clients import Client
    from ..debugger import Debugger
    from ..threads import DebuggeeThread

#: Seconds by context.  What a person typed may take long (Ctrl-C cancels it); the rest may not.
_LIMITS = {"repl": 3600.0, "clipboard": 60.0}


@request("evaluate", at_prompts=True)
def evaluate(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """Evaluate in a frame, or in `__main__` without one; or at a prompt."""
    if "remoraPrompt" in arguments:
        return evaluate_at(debugger, client, arguments)
    thread, frame = _place(debugger, arguments)
    text = arguments["expression"]
    context = arguments.get("context") or "repl"
    form = format_of(client, arguments)
    parked = thread.parked
    # The exception that the thread stopped at goes by a name of its own; see `exceptionInfo`.
    stop = thread.stop if EXCEPTION_NAME in text else None
    names = {EXCEPTION_NAME: stop.exception} if stop is not None and stop.exception is not None else None

    wants_output = arguments.get("remoraOutput", False)
    if wants_output:
        debugger.output.lend(client)

    def work() -> dict[str, Any]:
        with_output = _diverted if wants_output else _as_it_is
        outcome = with_output(debugger, client, lambda: evaluation.evaluate(frame, text, context, names))
        if not outcome.has_value or outcome.value is None and context == "repl":
            return {"result": "", "variablesReference": 0}
        body = debugger.values.describe(thread, outcome.value, frame=frame, evaluate_name=text, form=form)
        if frame is not None and not parked:
            body["remoraOnWorker"] = True
        return body

    limit = client.options.get("evaluationTimeout") or _LIMITS.get(context, VALUE_LIMIT)
    return Later(thread, work, limit=limit, what=text)


def _as_it_is(debugger: Debugger, client: Client, evaluate: Callable[[], Any]) -> Any:
    return evaluate()


def _diverted(debugger: Debugger, client: Client, evaluate: Callable[[], Any]) -> Any:
    """What is written meanwhile, on this thread, is for the client that asks."""
    diverted, ident = debugger.output.diverted, _thread.get_ident()
    forget = diverted.pop

    def tell(category: str, text: str) -> None:
        if text:
            client.event("output", {"category": category, "output": text})

    diverted[ident] = tell, client, None
    try:
        return evaluate()
    finally:
        forget(ident, None)


@request("setVariable", supportsSetVariable=True)
def set_variable(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    reference, name, text = arguments["variablesReference"], arguments["name"], arguments["value"]
    form = format_of(client, arguments)
    return Later(
        owner_of(debugger, reference),
        lambda: debugger.values.set_variable(reference, name, text, form),
        limit=VALUE_LIMIT,
        what=name,
    )


@request("setExpression", supportsSetExpression=True)
def set_expression(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    thread, frame = _place(debugger, arguments)
    target, text = arguments["expression"], arguments["value"]
    form = format_of(client, arguments)

    def work() -> dict[str, Any]:
        value = evaluation.set_expression(frame, target, text)
        body = debugger.values.describe(thread, value, frame=frame, evaluate_name=target, form=form)
        body["value"] = body.pop("result")
        return body

    return Later(thread, work, limit=VALUE_LIMIT, what=target)


@request(
    "completions", at_prompts=True, supportsCompletionsRequest=True, completionTriggerCharacters=[".", "["]
)
def completions(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """`column` counts from 1, or from 0 for clients that do so (`columnsStartAt1`).

    `start` in the answer counts from 0 always, as debugpy has it and editors for Python expect it.
    """
    first = 1 if client.supports.get("columnsStartAt1", True) else 0
    text, column = arguments["text"], arguments["column"] - first + 1
    line = arguments.get("line") or 1

    def targets(frame: Optional[FrameType]) -> dict[str, Any]:
        return {"targets": complete(frame, text, column, line)}

    if "remoraPrompt" in arguments:
        return complete_at(debugger, client, arguments, targets)
    thread, frame = _place(debugger, arguments)

    def work() -> dict[str, Any]:
        return targets(frame)

    return Later(thread, work, limit=VALUE_LIMIT, what="completions")


def _place(debugger: Debugger, arguments: dict[str, Any]) -> tuple[DebuggeeThread, Optional[FrameType]]:
    """Where to evaluate: the frame's thread and the frame, or the main thread and none."""
    frame_id = arguments.get("frameId")
    if frame_id is None:
        return debugger.threads.main(), None
    return debugger.stacks.frame(frame_id)
