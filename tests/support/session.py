"""A debug session of a test, in the words of a person: attach, break at a marker, go, stop, show.

with attached(debuggee) as dbg:
    dbg.break_at("body", condition="i == 3")
    dbg.stops_at("body")
    assert dbg.value("i") == "3"
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from remora.bundle.cache import Bundle
from remora.inject.attach import attach

from .dap import SyncClient
from .debuggee import Debuggee, markers

BUNDLE = Bundle()

#: What the console asks for, too: the filter "raised" stops once for an exception.
ONCE = {"raisedInEachFrame": False}


class Session:
    """One client of one debuggee; positions are markers of its program."""

    def __init__(
        self,
        client: SyncClient,
        debuggee: Debuggee,
        *,
        stop: bool,
        configured: bool = True,
        supports: dict[str, Any] | None = None,
        **options: Any,
    ) -> None:
        self.client = client
        self.debuggee = debuggee
        self.lines = markers(debuggee.program)
        self.path = debuggee.path_inside
        self.thread = 0
        can = {"adapterID": "test", "supportsInvalidatedEvent": True, **(supports or {})}
        client.request("initialize", can)
        self._attaching = client.send("attach", {**ONCE, "stopOnEntry": stop, **options})
        client.wait_event("initialized")
        if configured:
            self.configure()
        if stop:
            self.stopped()

    def configure(self) -> None:
        """End the configuration, with which the answer to `attach` comes."""
        self.client.request("configurationDone")
        self.client.response(self._attaching)

    def tell(self, text: str) -> None:
        """Write a line to the program's standard input: those of `tests/debuggees/*_on_request.py` do it."""
        self.debuggee.send(text + "\n")

    def break_at(self, *names: str, **details: Any) -> list[dict[str, Any]]:
        """Replace the breakpoints by those at these markers; none of them: no breakpoints."""
        wanted = [{"line": self.lines[name], **details} for name in names]
        body = self.client.request("setBreakpoints", {"source": {"path": self.path}, "breakpoints": wanted})
        breakpoints: list[dict[str, Any]] = body["breakpoints"]
        return breakpoints

    def go(self, command: str = "continue", **arguments: Any) -> None:
        """Resume the thread that stopped last."""
        self.client.request(command, {"threadId": self.thread, **arguments})

    def stopped(self, reason: str | None = None) -> dict[str, Any]:
        """The next stop."""
        body = self.client.wait_event("stopped")
        assert reason in (None, body["reason"]), body
        self.thread = body["threadId"]
        return body

    def stops_at(self, name: str, reason: str = "breakpoint") -> dict[str, Any]:
        """The next stop, which is at this marker."""
        body = self.stopped(reason)
        assert self.stack()[0]["line"] == self.lines[name], self.stack()[0]
        return body

    def step(self, command: str) -> tuple[str, int]:
        """Function and line after a step."""
        self.go(command)
        self.stopped("step")
        top = self.stack()[0]
        return top["name"].rpartition(".")[2], top["line"]

    def stack(self, thread: int | None = None) -> list[dict[str, Any]]:
        body = self.client.request("stackTrace", {"threadId": thread or self.thread})
        frames: list[dict[str, Any]] = body["stackFrames"]
        return frames

    def value(self, expression: str, context: str = "watch") -> str:
        """What an expression is worth in the innermost frame."""
        frame = self.stack()[0]["id"]
        body = self.client.request(
            "evaluate", {"expression": expression, "frameId": frame, "context": context}
        )
        return str(body["result"])

    def scope(self, name: str = "Locals", frame: int = 0) -> int:
        """The reference of a scope of a frame, counted from the innermost."""
        scopes = self.client.request("scopes", {"frameId": self.stack()[frame]["id"]})["scopes"]
        return next(int(each["variablesReference"]) for each in scopes if each["name"] == name)

    def children(self, reference: int, **arguments: Any) -> list[dict[str, Any]]:
        """What is behind a reference: DAP Variables."""
        body = self.client.request("variables", {"variablesReference": reference, **arguments})
        found: list[dict[str, Any]] = body["variables"]
        return found

    def variables(self) -> dict[str, str]:
        """The locals of the innermost frame."""
        return {each["name"]: each["value"] for each in self.children(self.scope())}

    def shows(self, expression: str, value: str) -> None:
        """The expression is worth this in the innermost frame."""
        assert self.value(expression) == value

    def refuses(self, id: int, command: str, **arguments: Any) -> None:
        """The request fails with this error number."""
        with self.client.fails(id):
            self.client.request(command, arguments)

    def threads(self) -> dict[str, int]:
        """Ids of threads by name."""
        return {each["name"]: each["id"] for each in self.client.request("threads")["threads"]}

    def pause(self, name: str = "MainThread") -> dict[str, Any]:
        self.client.request("pause", {"threadId": self.threads()[name]})
        return self.stopped("pause")

    def detach(self) -> None:
        self.client.request("disconnect")
        self.client.wait_closed()


@contextmanager
def attached(debuggee: Debuggee, *, stop: bool = False, **options: Any) -> Iterator[Session]:
    """Attach to a running program; at the end detach, if the test has not.

    `options` are those of the request `attach`; `supports` are added to those of `initialize`.
    """
    entered = attach(debuggee.pid, BUNDLE)
    client = SyncClient(entered.socket)
    try:
        yield Session(client, debuggee, stop=stop, **options)
    finally:
        client.close()
