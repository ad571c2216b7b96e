"""What happens in the program, as DAP events to the clients.

Any thread calls; sending never blocks.
"""

from __future__ import annotations

from .isolate import library

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterable, Optional

    from .clients import Client
    from .threads import DebuggeeThread, Stop

#: Reasons of stops that do not change what a client looks at, as debugpy has it.
_KEEPS_FOCUS = ("pause", "function breakpoint")


class Announcer:
    """Tells every client that takes part in the session."""

    def __init__(
        self,
        clients: Callable[[], Iterable[Client]],
        stop_details: Callable[[Client, DebuggeeThread], dict[str, Any]],
    ) -> None:
        """`stop_details` gives what a client would ask at a stop, if it says that it makes use of that."""
        self._clients = clients
        self._stop_details = stop_details

    def broadcast(self, name: str, body: dict[str, Any], *, needs: str = "") -> None:
        """Send an event to every attached client, or to those that declared the capability `needs`."""
        for client in self._clients():
            if client.attached and (not needs or client.supports.get(needs)):
                client.event(name, body)

    def stopped(self, thread: DebuggeeThread, stop: Stop, first: bool, everyone: bool = True) -> None:
        """`thread` stands still, and with it `everyone` or nobody else.

        `first` is False when the program was stopped already by another one.
        """
        clients = [client for client in self._clients() if client.attached]
        # All is looked at before anything is sent: who has heard of it may ask at once.
        bodies = [self._stopped_body(client, thread, stop, first, everyone) for client in clients]
        for client, body in zip(clients, bodies):
            client.event("stopped", body)

    def stopped_before(self, client: Client, thread: DebuggeeThread, stop: Stop, everyone: bool) -> None:
        """A client has joined while `thread` stands still."""
        client.event("stopped", self._stopped_body(client, thread, stop, True, everyone))

    def _stopped_body(
        self, client: Client, thread: DebuggeeThread, stop: Stop, first: bool, everyone: bool
    ) -> dict[str, Any]:
        body: dict[str, Any] = {
            "reason": stop.reason,
            "threadId": thread.id,
            "allThreadsStopped": everyone,
            "preserveFocusHint": not first or stop.reason in _KEEPS_FOCUS,
        }
        if stop.description:
            body["description"] = stop.description
        if stop.text:
            body["text"] = stop.text
        if stop.hit_ids:
            body["hitBreakpointIds"] = list(stop.hit_ids)
        if stop.event:
            body["remoraEvent"] = stop.event
        if stop.finished:
            body["remoraFinished"] = True
        if client.supports.get("supportsRemoraStopDetails"):
            body["remoraDetails"] = self._stop_details(client, thread)
        return body

    def continued(self, thread: DebuggeeThread, everyone: bool, by: Optional[Client] = None) -> None:
        """`thread` goes on, and with it `everyone` or nobody else, since `by` wants it."""
        body: dict[str, Any] = {"threadId": thread.id, "allThreadsContinued": everyone}
        if by is not None:
            body["remoraClient"] = by.name
        self.broadcast("continued", body)

    def parked_late(self, thread: DebuggeeThread) -> None:
        """A thread that was told stopped inside a call has come back from it and parked."""
        body = {"areas": ["threads", "stacks"], "threadId": thread.id}
        self.broadcast("invalidated", body, needs="supportsInvalidatedEvent")

    def breakpoint_changed(self, body: dict[str, Any]) -> None:
        """A breakpoint has been verified."""
        self.broadcast("breakpoint", {"reason": "changed", "breakpoint": body})

    def tells_sources(self) -> bool:
        """Whether a client has asked for the sources, and so keeps a list of them."""
        return any(client.lists_sources for client in self._clients())

    def source_loaded(self, source: dict[str, Any]) -> None:
        """The program has imported this file.  Who asks for the list later finds it there."""
        for client in self._clients():
            if client.lists_sources:
                client.event("loadedSource", {"reason": "new", "source": source})

    def thread_changed(self, reason: str, number: int) -> None:
        """A thread has been seen for the first time, or is there no more."""
        self.broadcast("thread", {"reason": reason, "threadId": number})

    def watch_exit(self) -> None:
        """Have the clients told when the interpreter exits."""
        library("atexit").register(self.program_ends)

    def ignore_exit(self) -> None:
        """Take that out again."""
        library("atexit").unregister(self.program_ends)

    def program_ends(self, exit_code: Optional[int] = None) -> None:
        """The interpreter is about to exit: say so while the streams still stand."""
        if exit_code is not None:
            self.broadcast("exited", {"exitCode": exit_code})
        self.broadcast("terminated", {})

    def fault(self, error: BaseException) -> None:
        """An error of ours."""
        text = "A fault of remora: %s\n" % _where(error)
        self.broadcast("output", {"category": "important", "output": text})


def _where(error: BaseException) -> str:
    """The exception and the agent's own frames that it came through."""
    lines = ["%s: %s" % (type(error).__name__, error)]
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        lines.append("  %s:%d in %s" % (code.co_filename, trace.tb_lineno, code.co_name))
        trace = trace.tb_next
    return "\n".join(lines)
