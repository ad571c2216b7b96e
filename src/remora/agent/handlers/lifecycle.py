"""Beginning and end: initialize, attach, launch, configurationDone, disconnect, terminate, cancel."""

from __future__ import annotations

import sys

from ...dap import errors
from ...dap.check import check_arguments
from ..exception_filter import exit_test
from ..isolate import library, os
from ..options import effective
from ..scoping import Scope
from ..threads import Stop
from .registry import Reply, request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..clients import Client
    from ..debugger import Debugger

_SIGINT, _SIGKILL, _SIGTERM = 2, 9, 15


@request(
    "initialize",
    observable=True,
    supportsValueFormattingOptions=True,
    supportsEvaluateForHovers=True,
    supportsClipboardContext=True,
    supportsDelayedStackTraceLoading=True,
    supportsANSIStyling=True,
)
def initialize(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    client.supports = arguments
    client.name = str(arguments.get("clientName") or arguments.get("clientID") or "a client")
    return debugger.adapter.capabilities()


@request("attach", observable=True)
def attach(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """Join the session.  `stopOnEntry`: pause the program when the client is configured."""
    if client.attached:
        raise errors.already_attached()
    client.options = effective(arguments)
    client.scope = Scope(debugger.scoping)
    client.scope.configure(client.options)
    client.breaks_on_exit = exit_test(client.options)
    client.observes = bool(client.options.get("observe"))
    client.has_prompts_alone = bool(client.options.get("noDebug")) and not client.observes
    client.leaves_stopped = client.options.get("onDisconnect", debugger.on_disconnect) == "stay"
    _follow_children(debugger, client, arguments)
    debugger.join(client)
    return Reply(then=lambda: _joined(debugger, client), wait=True)


@request("launch")
def launch(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """Join the session of a program that has not begun.  `stopOnEntry`: stop it at its first line."""
    if debugger.entry is None:
        raise errors.not_supported("launch", "the program runs already; use 'attach'.")
    reply = attach.function(debugger, client, {"terminateDebuggee": True, **arguments})
    client.start_method = "launch"
    return reply


@request("remora/configure", observable=True)
def configure(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """Change options while the program runs; stacks look different from then on with other rules."""
    if "onDisconnect" in arguments:
        client.leaves_stopped = arguments["onDisconnect"] == "stay"
    if "redirectOutput" in arguments:
        debugger.output.drop(client)
        if arguments["redirectOutput"]:
            debugger.output.add(client)
    _follow_children(debugger, client, arguments)
    if "justMyCode" not in arguments and "rules" not in arguments:
        return None
    client.scope.configure(arguments)
    if client.supports.get("supportsInvalidatedEvent"):
        return Reply(then=lambda: client.event("invalidated", {"areas": ["stacks"]}))
    return None


@request("setDebuggerProperty", observable=True, supportsDebuggerProperties=True)
def set_debugger_property(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """debugpy's way to change options later: those of `remora/configure`; the rest is its own."""
    client.scope.configure(check_arguments("remora/configure", arguments))


@request("configurationDone", observable=True, supportsConfigurationDoneRequest=True)
def configuration_done(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    return Reply(then=lambda: _begin(debugger, client))


@request("disconnect", observable=True, supportTerminateDebuggee=True, supportSuspendDebuggee=True)
def disconnect(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """Leave; the program goes on, stays stopped (`suspendDebuggee`), or is killed (`terminateDebuggee`).

    Without these, it is as `onDisconnect` of `attach` says.
    """
    kill = arguments.get("terminateDebuggee", client.options.get("terminateDebuggee", False))
    if kill and client.observes:
        raise errors.observes("disconnect")
    if "suspendDebuggee" in arguments:
        client.leaves_stopped = arguments["suspendDebuggee"]

    def leave() -> None:
        client.connection.open = False
        if kill:
            os.kill(os.getpid(), _SIGKILL)

    return Reply(then=leave)


@request("terminate", supportsTerminateRequest=True)
def terminate(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """Ask the program to end, as Ctrl-C would; by SIGTERM if it ignores that, or was asked before."""
    signal = library("signal")
    asked_before = client.options.get("terminateAsked", False)
    client.options = {**client.options, "terminateAsked": True}
    listens = signal.getsignal(_SIGINT) not in (signal.SIG_IGN, signal.SIG_DFL, None)
    signal_number = _SIGINT if listens and not asked_before else _SIGTERM

    def end() -> None:
        os.kill(os.getpid(), signal_number)
        debugger.execution.resume(by=client)

    return Reply(then=end)


@request("cancel", observable=True, supportsCancelRequest=True)
def cancel(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """End the job of an earlier request; a request that has been answered is no error."""
    debugger.adapter.cancel(client, arguments.get("requestId", 0))


@request("remora/clients", observable=True)
def clients(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """Who is connected to the program, in the order in which they came."""
    there = [each for each in debugger.reader.clients() if each.attached]
    return {
        "clients": [
            {
                "id": each.number,
                "name": each.name,
                "observes": each.observes,
                "isYou": each is client,
                "breakpoints": debugger.breakpoints.count(each),
            }
            for each in sorted(there, key=lambda each: each.number)
        ]
    }


def _follow_children(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> None:
    children = arguments.get("remoraChildren")
    if children is not None and client.debugs:
        only_exec = children.get("onlyExec", False)
        debugger.children.follow(client, children["directory"], children["firstStage"], only_exec)


def _joined(debugger: Debugger, client: Client) -> None:
    client.event("initialized")
    # The output of a program that was launched is the launcher's to tell: it has the pipes.
    if client.options.get("redirectOutput") and client.start_method == "attach":
        debugger.output.add(client)


def _begin(debugger: Debugger, client: Client) -> None:
    """The client is configured: tell it of the process, and stop where it asked for."""
    if client.configured:
        return
    client.configured = True
    finish, client.finish_attach = client.finish_attach, None
    if finish is not None:
        finish()
    client.event("process", _process_body(client))
    if not client.debugs:
        debugger.execution.tell_stops(client)
        return
    wants_stop = client.options.get("stopOnEntry", False)
    stops_by_itself = _stops_by_itself()
    if debugger.entry is not None:
        if wants_stop:
            debugger.execution.plans.stop_at_entry(debugger.threads.main().ident)
        debugger.open_entry()
    elif debugger.execution.tell_stops(client) or stops_by_itself:
        return
    elif wants_stop and not debugger.execution.stopped:
        thread = debugger.threads.main()
        debugger.execution.present(thread, Stop("entry"), debugger.execution.halt(thread))


def _stops_by_itself() -> bool:
    """Tell what waits in the program for a client; True if it goes on to a stop (`remora.debug`)."""
    # While the program imports the module, it is there without what it defines, and nobody waits yet.
    came = getattr(sys.modules.get("remora.prepared.presence"), "client_came", None)
    return came is not None and bool(came())


def _process_body(client: Client) -> dict[str, Any]:
    name = getattr(sys, "orig_argv", None) or getattr(sys, "argv", None) or [sys.executable]
    return {
        "name": " ".join(name),
        "systemProcessId": os.getpid(),
        "isLocalProcess": True,
        "startMethod": client.start_method,
        "pointerSize": 64 if sys.maxsize > 2**32 else 32,
    }
