"""threads, stackTrace, scopes, variables, and asyncio's tasks."""

from __future__ import annotations

from ...dap import errors
from ..inspection.child import Grouping
from ..inspection.format import Format
from ..inspection.tasks import tasks
from .execution import stopped_thread
from .registry import Later, Reply, request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Optional, Tuple

    from ..clients import Client
    from ..debugger import Debugger
    from ..threads import DebuggeeThread

    _Page = Tuple[Optional[int], Optional[int], Optional[str]]

#: Seconds that rendering values may take: it may run `__repr__` of the program.
VALUE_LIMIT = 5.0

#: Seconds after which a list of values is told without what `__repr__` of the program would say of them.
LIST_LIMIT = 2.0
#: What an expression calls the exception that its thread stopped at.
EXCEPTION_NAME = "__exception__"


@request("threads", observable=True)
def threads(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    return {"threads": [{"id": each.id, "name": each.name} for each in debugger.threads.all()]}


@request("stackTrace", observable=True)
def stack_trace(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    thread = stopped_thread(debugger, arguments["threadId"])
    start, levels = arguments.get("startFrame") or 0, arguments.get("levels")
    addresses = bool(client.supports.get("supportsMemoryReferences"))
    body = debugger.stacks.page(thread, start, levels, client.scope, arguments.get("format"), addresses)
    return Reply(body, then=lambda: _tell_sources(debugger))


def _tell_sources(debugger: Debugger) -> None:
    if debugger.announcer.tells_sources():
        for path in debugger.sources.news():
            debugger.announcer.source_loaded(debugger.sources.body(path))


@request("scopes", observable=True)
def scopes(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    thread, frame = debugger.stacks.frame(arguments["frameId"])
    form = format_of(client, arguments)

    def work() -> dict[str, Any]:
        return {"scopes": _scopes(debugger, client, thread, frame, form)}

    return Later(thread, work, limit=LIST_LIMIT, what="scopes", otherwise=work)


def _scopes(
    debugger: Debugger, client: Client, thread: DebuggeeThread, frame: FrameType, form: Format
) -> list[dict[str, Any]]:
    stop = thread.stop
    with_arguments = bool(client.options.get("showArguments"))
    with_result = stop is not None and client.options.get("showReturnValue", True)
    returned = stop.returned if stop is not None and with_result and thread.stack()[:1] == [frame] else None
    more: dict[str, Any] = {"arguments": with_arguments, "form": form}
    if with_result:
        more["calls"] = lambda: thread.stepped.returned(frame)
    found = debugger.values.scopes(thread, frame, returned, **more)
    for each in found:
        thread.stepped.has_scope(frame, each["variablesReference"], each["name"])
    return found


@request("variables", observable=True)
def variables(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    reference = arguments["variablesReference"]
    page: _Page = arguments.get("start"), arguments.get("count"), arguments.get("filter")
    try:
        owner = debugger.values.owner(reference)
    except KeyError:
        return _of_earlier_scope(debugger, client, arguments, page)

    def work(static: bool = False) -> dict[str, Any]:
        form = format_of(client, arguments, static=static)
        return {"variables": debugger.values.variables(reference, *page, form)}

    is_lazy = debugger.values.is_lazy(reference)
    return Later(
        owner,
        work,
        limit=VALUE_LIMIT if is_lazy else LIST_LIMIT,
        what="variables",
        otherwise=None if is_lazy else lambda: work(static=True),
    )


def _of_earlier_scope(debugger: Debugger, client: Client, arguments: dict[str, Any], page: _Page) -> Later:
    """The variables of a scope that was told before a step, of a frame that is still there."""
    reference = arguments["variablesReference"]
    form = format_of(client, arguments)
    for thread in debugger.threads.all():
        frames = thread.stack() if debugger.execution.is_stopped(thread) else []
        place = thread.stepped.scope(reference, frames)
        if place is not None:
            break
    else:
        raise errors.no_such_reference(reference)
    frame, name = place

    def work() -> dict[str, Any]:
        scopes = _scopes(debugger, client, thread, frame, form)
        now = next(each["variablesReference"] for each in scopes if each["name"] == name)
        return {"variables": debugger.values.variables(now, *page, form)}

    return Later(thread, work, limit=LIST_LIMIT, what="variables")


def format_of(client: Client, arguments: dict[str, Any], *, static: bool = False) -> Format:
    """How the client wants the values that a request gives."""
    return Format(
        hexadecimal=bool((arguments.get("format") or {}).get("hex")),
        grouping=Grouping(client.options.get("variablePresentation")),
        whole=arguments.get("context") == "clipboard",
        static=static,
    )


def owner_of(debugger: Debugger, reference: int) -> DebuggeeThread:
    """The thread that a variables reference belongs to.  Raises `errors.RequestError`."""
    try:
        thread: DebuggeeThread = debugger.values.owner(reference)
    except KeyError:
        raise errors.no_such_reference(reference) from None
    return thread


@request("remora/tasks", observable=True)
def asyncio_tasks(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """The asyncio tasks of all loops; the program may be running."""
    found, total = tasks(arguments.get("start") or 0, arguments.get("count"))
    sources: dict[str, Any] = {}
    for task in found:
        for each in task["awaits"]:
            path = each.pop("path")
            if path not in sources:
                sources[path] = debugger.sources.body(path)
            each["source"] = sources[path]
        task["awaits"].reverse()  # innermost first
        if task["awaits"]:
            task["location"] = task["awaits"][0]
    return {"tasks": found, "total": total}
