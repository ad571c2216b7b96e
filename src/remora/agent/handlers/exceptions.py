"""exceptionInfo, remora/exceptionStack: the exception that a stopped thread is about."""

from __future__ import annotations

import sys

from ...dap import errors
from ..inspection.exception_details import ALL_FRAMES, exception_details, message_of
from ..inspection.presentation import class_name
from ..inspection.tracebacks import chain_of
from .execution import stopped_thread
from .inspection import EXCEPTION_NAME, VALUE_LIMIT
from .registry import Later, request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from ..clients import Client
    from ..debugger import Debugger
    from ..threads import DebuggeeThread


@request("exceptionInfo", supportsExceptionInfoRequest=True)
def exception_info(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    thread = stopped_thread(debugger, arguments["threadId"])
    stop = thread.stop
    if stop is None or stop.exception is None:
        raise errors.no_exception()
    exception, mode = stop.exception, stop.break_mode
    stack = thread.stack()
    shown = debugger.stacks.shown(thread, client.scope)
    frames = client.options.get("maxExceptionStackFrames") or ALL_FRAMES

    def work() -> dict[str, Any]:
        body = exception_details(exception, evaluate_name=EXCEPTION_NAME, frames=frames, stack=stack)
        body["breakMode"] = mode
        if shown:
            # As debugpy says it; DAP knows no such field.
            body["details"]["source"] = debugger.sources.canonical(shown[0].f_code.co_filename)
        return body

    return Later(thread, work, limit=VALUE_LIMIT, what="exceptionInfo")


@request("remora/exceptionStack")
def exception_stack(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """The exception of the stop, else the one that the thread is handling, else the last uncaught one."""
    thread = stopped_thread(debugger, arguments["threadId"])
    parked = thread.parked

    def work() -> dict[str, Any]:
        origin, exception = _exception(thread, parked)
        if exception is None:
            raise errors.no_exception_anywhere()
        return {
            "origin": origin,
            "exceptions": [
                {
                    "exceptionId": class_name(type(each), full=True),
                    "description": message_of(each),
                    "relation": relation,
                    "stackFrames": debugger.stacks.passed(thread, each, client.scope),
                }
                for each, relation in chain_of(exception)
            ],
        }

    return Later(thread, work, limit=VALUE_LIMIT, what="remora/exceptionStack")


def _exception(thread: DebuggeeThread, parked: bool) -> tuple[str, Optional[BaseException]]:
    """Where the exception comes from, and the exception.  Runs on the thread if it is parked."""
    stop = thread.stop
    if stop is not None and stop.exception is not None:
        return "stop", stop.exception
    handled = sys.exc_info()[1] if parked else _handled_elsewhere(thread)
    if handled is not None:
        return "handled", handled
    return "last", getattr(sys, "last_exc", None) or getattr(sys, "last_value", None)


def _handled_elsewhere(thread: DebuggeeThread) -> Optional[BaseException]:
    """What a thread that is inside a call handles, as far as the interpreter tells that of others."""
    tell: Any = getattr(sys, "_current_exceptions", dict)
    found = tell().get(thread.ident)
    exception: Optional[BaseException] = found[1] if type(found) is tuple else found
    return exception
