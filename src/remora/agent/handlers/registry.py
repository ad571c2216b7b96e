"""How a handler is declared, and what it may give back."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Optional, Protocol

    from ..clients import Client
    from ..debugger import Debugger
    from ..jobs import Job
    from ..prompts.entry import Entry

    Function = Callable[[Debugger, Client, Dict[str, Any]], Any]
else:
    Protocol = object


class Place(Protocol):
    """What runs jobs: a thread of the program, or what stands for one."""

    def occupied(self) -> Optional[str]:
        """What is still evaluated there although it was given up."""

    def submit(self, job: Job) -> None: ...


class Handler:
    """A request's name, its function, the capabilities that it brings, and who may use it."""

    def __init__(
        self,
        command: str,
        function: Function,
        capabilities: dict[str, Any],
        *,
        observable: bool,
        at_prompts: bool,
    ) -> None:
        self.command = command
        self.function = function
        self.capabilities = capabilities
        self.observable = observable
        self.at_prompts = at_prompts


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
        thread: Place,
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


class Pending:
    """What answers for itself, by what `job.start` is given."""

    def __init__(self, job: Entry) -> None:
        self.job = job


def request(
    command: str, *, observable: bool = False, at_prompts: bool = False, **capabilities: Any
) -> Callable[[Function], Handler]:
    """Declare the handler of a DAP request and the `initialize` capabilities that come with it.

    One that is `observable` neither changes the program nor runs code in it, but for `Later` work:
    a client that observes gets what is `otherwise` there.  One that is for use `at_prompts` is there
    for a client that has these alone, too, as is what is observable.
    """

    def declare(function: Function) -> Handler:
        return Handler(command, function, capabilities, observable=observable, at_prompts=at_prompts)

    return declare
