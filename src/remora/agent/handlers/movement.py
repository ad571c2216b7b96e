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
    """The line itself, if there is code.  Whether a thread can go there turns out when it is to."""
    line = arguments["line"]
    path = debugger.sources.resolve(arguments["source"].get("path") or "")
    stopped = [thread for thread in debugger.threads.all() if debugger.execution.is_stopped(thread)]
    file_code = debugger.sources.file_code(path)
    lines = file_code.lines if file_code is not None else _lines_of_running_code(debugger, stopped, path)
    if not stopped or line not in lines:
        return {"targets": []}
    number = debugger.goto_targets.offer(stopped[0], (path, line))
    return {"targets": [{"id": number, "label": "line %d" % line, "line": line}]}


@request("goto")
def goto(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """Have the thread go on at the target's line; it stays stopped there."""
    thread = stopped_thread(debugger, arguments["threadId"])
    path, line = debugger.goto_targets.chosen(arguments["targetId"])
    if not thread.parked:
        raise errors.cannot_go_to(line, "the thread is inside a call that has not returned.")
    frames = thread.stack()
    if not frames or debugger.sources.canonical(frames[0].f_code.co_filename) != path:
        raise errors.cannot_go_to(line, "the thread is in a function of another file.")
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


def _lines_of_running_code(debugger: Debugger, threads: list[DebuggeeThread], path: str) -> set[int]:
    """Where code from no file can be gone to: the lines of what the threads run."""
    codes = [thread.stack()[0].f_code for thread in threads if thread.stack()]
    here = [code for code in codes if debugger.sources.canonical(code.co_filename) == path]
    return {line for code in here for line in lines_of(code)}


def _jump(debugger: Debugger, thread: DebuggeeThread, line: int) -> None:
    frame = thread.stack()[0]
    try:
        jump(debugger.tracer, frame, line)
    except ValueError as error:
        raise errors.cannot_go_to(line, "%s." % error) from None
    debugger.moved(thread)
