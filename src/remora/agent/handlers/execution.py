"""continue, next, stepIn, stepOut, pause."""

from __future__ import annotations

from ...dap import errors
from .. import stepping
from ..threads import Stop
from .registry import Reply, request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..clients import Client
    from ..debugger import Debugger
    from ..threads import DebuggeeThread


@request("continue", supportsSingleThreadExecutionRequests=True)
def continue_(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    thread = find_thread(debugger, arguments["threadId"])
    alone = bool(arguments.get("singleThread"))
    return Reply(
        {"allThreadsContinued": not alone},
        then=lambda: debugger.execution.resume(thread, alone=alone),
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
    name = debugger.step_in_targets.chosen(target) if target is not None else ""
    return _step(debugger, client, arguments, stepping.STEP_IN, target=name)


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
    alone = bool(arguments.get("singleThread"))
    frames = thread.stack()
    plan = stepping.Plan(kind, frames[0], hides=client.scope.hides, **details) if frames else None
    return Reply(then=lambda: debugger.execution.resume(thread, plan, alone=alone))
