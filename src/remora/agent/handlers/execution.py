"""continue, next, stepIn, stepOut, pause, restartFrame, terminateThreads."""

from __future__ import annotations

from ...dap import errors
from .. import stepping
from ..code_lines import lines_of
from ..inspection.locals import is_function
from ..interruption import raise_in
from ..jumps import jump
from ..threads import Stop
from .registry import Later, Reply, request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    from ..clients import Client
    from ..debugger import Debugger
    from ..threads import DebuggeeThread


@request("continue", supportsSingleThreadExecutionRequests=True)
def continue_(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """Let the program go on.  Thread 0 means all threads."""
    number = arguments["threadId"]
    thread = find_thread(debugger, number) if number else debugger.threads.main()
    alone = bool(number and arguments.get("singleThread"))
    return Reply(
        {"allThreadsContinued": not alone},
        then=lambda: debugger.execution.resume(thread, alone=alone, by=client),
    )


@request("next", supportsSteppingGranularity=True)
def next_(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """Step over; with `remoraUntil`, to a line of the frame beyond that one."""
    until = arguments.get("remoraUntil")
    if until is None:
        return _step(debugger, client, arguments, stepping.NEXT)
    return _step(debugger, client, arguments, stepping.UNTIL, line=until)


@request("stepIn")
def step_in(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    target = arguments.get("targetId")
    call = debugger.step_in_targets.chosen(target) if target is not None else None
    events = arguments.get("remoraEvents")
    details = {"events": frozenset(events)} if events else {}
    return _step(debugger, client, arguments, stepping.STEP_IN, target=call, **details)


@request("stepOut")
def step_out(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    return _step(debugger, client, arguments, stepping.STEP_OUT)


@request("pause")
def pause(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """Stop the program.  Thread 0 means the main thread."""
    number = arguments["threadId"]
    thread = find_thread(debugger, number) if number else debugger.threads.main()
    first = debugger.execution.halt(thread)
    return Reply(then=lambda: debugger.execution.present(thread, Stop("pause"), first))


@request("restartFrame", supportsRestartFrame=True)
def restart_frame(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """Have the innermost frame go on at its first line; its variables stay as they are."""
    thread, frame = debugger.stacks.frame(arguments["frameId"])
    if thread.stack()[:1] != [frame]:
        raise errors.cannot_restart("the functions that it called have not returned")
    if not thread.parked:
        raise errors.cannot_restart("the thread is inside a call that has not returned")
    if not is_function(frame):
        raise errors.cannot_restart("it runs a module or class, not a function")
    return Later(thread, lambda: _restart(debugger, thread, frame), what="restartFrame")


@request("terminateThreads", supportsTerminateThreadsRequest=True)
def terminate_threads(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """Raise `SystemExit` in the threads; one that is blocked in C has it when it comes back from there."""
    threads = [find_thread(debugger, number) for number in arguments.get("threadIds") or ()]
    parked = [thread for thread in threads if thread.throw(SystemExit())]
    for thread in threads:
        if thread not in parked and not raise_in(thread.ident, SystemExit):
            raise errors.not_supported("terminateThreads", "this Python lacks the module ctypes.")

    def let_go() -> None:
        for thread in parked:
            debugger.execution.resume(thread, alone=True, by=client)

    return Reply(then=let_go)


def find_thread(debugger: Debugger, number: int) -> DebuggeeThread:
    """The thread with this id.  Raises `errors.RequestError`."""
    thread = debugger.threads.by_id(number)
    if thread is None:
        raise errors.no_such_thread(number)
    return thread


def stopped_thread(debugger: Debugger, number: int) -> DebuggeeThread:
    """The thread with this id, if it is stopped.  Raises `errors.RequestError`."""
    thread = find_thread(debugger, number)
    if not debugger.execution.is_stopped(thread):
        raise errors.not_stopped()
    return thread


def _step(debugger: Debugger, client: Client, arguments: dict[str, Any], kind: str, **details: Any) -> Any:
    thread = stopped_thread(debugger, arguments["threadId"])
    if thread.stop is not None and thread.stop.finished:
        raise errors.no_step_after_the_end()
    alone = bool(arguments.get("singleThread")) or not client.options.get("steppingResumesAllThreads", True)
    # Out of a library leads to what the client sees; the other steps begin there.
    leaves = kind == stepping.STEP_OUT
    frames = thread.stack(alive=True) if leaves else debugger.stacks.shown(thread, client.scope, alive=True)
    if thread.stop is not None and thread.stop.event == stepping.ON_RETURN:
        # Nothing more happens in the frame that returns: what would be its next is its caller's.
        frames = frames[1:]
        details["returned"] = thread.stop.returned
        kind = stepping.NEXT if leaves else kind
    details.update(_grain(debugger, thread, frames, arguments))
    if client.options.get("showReturnValue", True):
        details["calls"] = thread.stepped
    plan = stepping.Plan(kind, frames[0], hides=client.scope.hides, **details) if frames else None
    return Reply(then=lambda: debugger.execution.resume(thread, plan, alone=alone, by=client))


def _grain(
    debugger: Debugger, thread: DebuggeeThread, frames: list[FrameType], arguments: dict[str, Any]
) -> dict[str, Any]:
    """What counts as the place where a step begins."""
    granularity = arguments.get("granularity")
    different = arguments.get("remoraDifferent")
    if thread.stop is not None and thread.stop.event == stepping.ON_CALL:
        different = False  # the first line may be that of the `def`, and has not run
    grain = {"different": different, "by_instruction": granularity == "instruction"}
    if frames and granularity == "statement":
        grain["statement"] = _statement(debugger, frames[0])
    return grain


def _statement(debugger: Debugger, frame: FrameType) -> range:
    """The lines of the statement at which `frame` stands, as far as there is source."""
    try:
        text = debugger.sources.text(debugger.sources.canonical(frame.f_code.co_filename))
    except errors.RequestError:
        return range(0)
    return debugger.statements.around(text, frame.f_lineno)


def _restart(debugger: Debugger, thread: DebuggeeThread, frame: FrameType) -> None:
    try:
        jump(debugger.tracer, frame, min(lines_of(frame.f_code)))
    except ValueError as error:
        raise errors.cannot_restart(str(error)) from None
    debugger.moved(thread, "restart")
