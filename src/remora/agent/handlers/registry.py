"""How a handler is declared, and what it may give back."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Optional

    from ..clients import Client
    from ..debugger import Debugger
    from ..threads import DebuggeeThread

    Function = Callable[[Debugger, Client, Dict[str, Any]], Any]


class Handler:
    """A request's name, its function, the capabilities that it brings, and whether observers may use it."""

    def __init__(
        self, command: str, function: Function, capabilities: dict[str, Any], *, observable: bool
    ) -> None:
        self.command = command
        self.function = function
        self.capabilities = capabilities
        self.observable = observable


class Reply:
    """A response body, and what to do after it was sent (`then`).

    With `wait` the response itself is held back until `configurationDone`, as
    DAP asks of `attach` and `launch`.
    """

    def __init__(
        self,
        body: Optional[dict[str, Any]] = None,
        *,
        then: Optional[Callable[[], None]] = None,
        wait: bool = False,
    ) -> None:
        self.body = body
        self.then = then
        self.wait = wait


class Later:
    """Work for `thread`, whose result is the response body.

    `limit` is in seconds; `what` names the work in the error when it is over.
    `otherwise` is what to answer with when the work does not end in time, or the
    thread does not get to it: it runs no code of the program, and may run anywhere.
    """

    def __init__(
        self,
        thread: DebuggeeThread,
        function: Callable[[], Any],
        *,
        limit: Optional[float] = None,
        what: str = "",
        otherwise: Optional[Callable[[], Any]] = None,
    ) -> None:
        self.otherwise = otherwise
        self.thread = thread
        self.function = function
        self.limit = limit
        self.what = what


def request(command: str, *, observable: bool = False, **capabilities: Any) -> Callable[[Function], Handler]:
    """Declare the handler of a DAP request and the `initialize` capabilities that come with it.

    One that is `observable` neither changes the program nor runs code in it, but for `Later` work:
    a client that observes gets what is `otherwise` there.
    """

    def declare(function: Function) -> Handler:
        return Handler(command, function, capabilities, observable=observable)

    return declare
