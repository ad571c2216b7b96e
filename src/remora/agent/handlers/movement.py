"""gotoTargets, goto, stepInTargets: going elsewhere than the next line."""

from __future__ import annotations

from ...dap import errors
from ..calls import calls_on_line
from ..code_lines import lines_of
from ..jumps import jump
from .execution import stopped_thread
from .registry import Later, request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..clients import Client
    from ..debugger import Debugger
    from ..threads import DebuggeeThread


@request("gotoTargets", supportsGotoTargetsRequest=True)
def goto_targets(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """The line itself, if a stopped thread's innermost frame has code there."""
    line = arguments["line"]
    path = debugger.sources.resolve(arguments["source"].get("path") or "")
    for thread in debugger.threads.all():
        frame = thread.stack()[0] if debugger.execution.is_stopped(thread) and thread.stack() else None
        if frame is None or debugger.sources.canonical(frame.f_code.co_filename) != path:
            continue
        if line in lines_of(frame.f_code):
            number = debugger.goto_targets.offer(thread, line)
            return {"targets": [{"id": number, "label": "line %d" % line, "line": line}]}
    return {"targets": []}


@request("goto")
def goto(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """Have the thread go on at the target's line; it stays stopped there."""
    thread = stopped_thread(debugger, arguments["threadId"])
    line = debugger.goto_targets.chosen(arguments["targetId"])
    if not thread.parked:
        raise errors.cannot_go_to(line, "the thread is inside a call that has not returned.")
    return Later(thread, lambda: _jump(debugger, thread, line), what="goto")


@request("stepInTargets", supportsStepInTargetsRequest=True)
def step_in_targets(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """The calls of the line at which the frame stands."""
    thread, frame = debugger.stacks.frame(arguments["frameId"])
    try:
        text = debugger.sources.text(debugger.sources.canonical(frame.f_code.co_filename))
    except errors.RequestError:
        return {"targets": []}
    calls = calls_on_line(text, frame.f_lineno)
    return {
        "targets": [
            {"id": debugger.step_in_targets.offer(thread, call), "label": call.text} for call in calls
        ]
    }


def _jump(debugger: Debugger, thread: DebuggeeThread, line: int) -> None:
    frame = thread.stack()[0]
    try:
        jump(debugger.tracer, frame, line)
    except ValueError as error:
        raise errors.cannot_go_to(line, "%s." % error) from None
    debugger.moved(thread)
