"""A Python prompt of a test, in the words of a person: type, see what it gives and what it writes.

with prompt_in(debuggee) as prompt:
    assert prompt.gives("1 + 1") == "2"
    assert "ZeroDivisionError" in prompt.fails("1 / 0")
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .dap import Failed, SyncClient
from .debuggee import Debuggee
from .session import Session, attached


class AtPrompt:
    """One prompt of a session."""

    def __init__(self, session: Session, **arguments: Any) -> None:
        self.session = session
        self.client: SyncClient = session.client
        self.opened = self.client.request("remora/openPrompt", arguments)
        self.number: int = self.opened["promptId"]

    def send(self, text: str, **wishes: Any) -> int:
        """Type without waiting; the number of the request."""
        arguments = {"expression": text, "context": "repl", "remoraPrompt": self.number, **wishes}
        return self.client.send("evaluate", arguments)

    def answer(self, text: str, **wishes: Any) -> dict[str, Any]:
        return self.client.response(self.send(text, **wishes))

    def gives(self, text: str, **wishes: Any) -> str:
        """The result, as it is shown."""
        return str(self.answer(text, **wishes)["result"])

    def fails(self, text: str, **wishes: Any) -> dict[str, str]:
        """The variables of the error: `exception`, `traceback`, `exitStatus`."""
        return self.failed(self.send(text, **wishes))

    def failed(self, number: int, id: int = 1401) -> dict[str, str]:
        """The variables of the error of a request that was sent."""
        try:
            body = self.client.response(number)
        except Failed as failed:
            assert failed.id == id, failed
            variables: dict[str, str] = failed.body["error"].get("variables", {})
            return variables
        raise AssertionError(f"it gave {body}")

    def written(self, until: str, category: str = "stdout") -> str:
        """What comes of this prompt on a stream, up to and with `until`."""
        got = ""
        while until not in got:
            got += self.client.wait_event("output", lambda body: self._is_mine(body, category))["output"]
        return got

    def _is_mine(self, body: dict[str, Any], category: str) -> bool:
        return body.get("remoraPrompt") == self.number and body["category"] == category

    def cancel(self, number: int) -> None:
        """Interrupt a request, as Ctrl-C does."""
        self.client.request("cancel", {"requestId": number})

    def close(self) -> None:
        self.client.request("remora/closePrompt", {"promptId": self.number})


@contextmanager
def prompt_in(debuggee: Debuggee, **arguments: Any) -> Iterator[AtPrompt]:
    """A prompt of a client that has nothing else."""
    with attached(debuggee, noDebug=True) as session:
        yield AtPrompt(session, **arguments)
