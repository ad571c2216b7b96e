"""remora/signals, remora/handleSignal, remora/sendSignal."""

from __future__ import annotations

from ...dap import errors
from ..isolate import os
from ..signals import Policy, number_of
from .registry import Reply, request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..clients import Client
    from ..debugger import Debugger


@request("remora/signals", observable=True)
def signals(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    return {"signals": debugger.signals.all()}


@request("remora/handleSignal")
def handle_signal(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """What is not said stays as it is."""
    number = _number(arguments["signal"])
    before = debugger.signals.policy(number)
    policy = Policy(
        stop=arguments.get("stop", before.stop),
        tell=arguments.get("print", before.tell),
        deliver=arguments.get("deliver", before.deliver),
    )
    try:
        debugger.signals.handle(number, policy)
    except ValueError as error:
        raise errors.cannot_handle_signal(arguments["signal"], str(error)) from None
    return debugger.signals.describe(number)


@request("remora/sendSignal")
def send_signal(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """Answered before, since the program may not outlive it."""
    number = _number(arguments["signal"])
    return Reply(then=lambda: os.kill(os.getpid(), number))


def _number(text: str) -> int:
    number = number_of(text)
    if number is None:
        raise errors.no_such_signal(text)
    return number
