"""One client of the agent: its stream, what it can do, and how far its session has come.

Owned by the reader thread; `send` and `event` may be called by any thread.
"""

from __future__ import annotations

from ..dap import messages
from .isolate import _thread, os
from .jobs import undisturbed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional, Union

    from .connection import Connection
    from .jobs import Job
    from .prompts.entry import Entry
    from .scoping import Scope


class Client:
    """A DAP client from `initialize` to `disconnect`."""

    def __init__(self, connection: Connection, left_behind: Callable[[], None], number: int = 1) -> None:
        """`left_behind` is called when a forked child finds that it has a copy of this client.

        `number` is 1 for the client that the agent has come with, and grows from client to client.
        """
        self.connection = connection
        self.number = number
        self._left_behind = left_behind
        self._pid = os.getpid()
        self.supports: dict[str, Any] = {}
        #: Those of `attach` or `launch`; see `options`.
        self.options: dict[str, Any] = {}
        #: Whose code is whose to this client; there from `attach` on.
        self.scope: Scope
        #: Which exits of the program are exceptions to this client; there from `attach` on.
        self.breaks_on_exit: Callable[[SystemExit], bool]
        self.name = ""
        self.attached = False
        #: It only looks: it changes nothing, runs nothing, and nothing waits for it.
        self.observes = False
        #: It has prompts, and debugs nothing: the program neither stops nor waits for it.
        self.has_prompts_alone = False
        #: A program that it leaves stopped stays so, until the next client.
        self.leaves_stopped = False
        #: How it has come: "launch" or "attach".
        self.start_method = "attach"
        self.configured = False
        #: It has asked for the loaded sources, and is told of further ones.
        self.lists_sources = False
        #: The program stood still when the client joined, which it has then to be told.
        self.joined_at_stop = False
        #: The answer to `attach` or `launch` waits for `configurationDone`.
        self.finish_attach: Optional[Callable[[], None]] = None
        #: What is under way for this client, by the request's number.
        self.jobs: dict[int, Union[Job, Entry]] = {}
        self._sequence = messages.Sequence()
        self._lock = _thread.allocate_lock()
        #: The threads that are sending, and what came up on one of them meanwhile.
        self._senders: set[int] = set()
        self._deferred: list[dict[str, Any]] = []

    @property
    def debugs(self) -> bool:
        """Whether it is one to take part, once it has attached."""
        return not self.observes and not self.has_prompts_alone

    @property
    def takes_part(self) -> bool:
        """Whether the program is stopped for this client, too."""
        return self.attached and self.debugs

    def send(self, message: dict[str, Any]) -> None:
        """Number a message and send it; not from a forked child, whose parent's session this is."""
        if os.getpid() != self._pid:
            self._left_behind()
            return
        undisturbed(lambda: self._send(message))

    def _send(self, message: dict[str, Any]) -> None:
        ident = _thread.get_ident()
        if ident in self._senders:
            # A signal handler of the program runs, and has something told, on a thread that is in here.
            self._deferred.append(message)
            return
        self._senders.add(ident)
        try:
            with self._lock:
                self.connection.send(self._sequence.number(message))
        finally:
            self._senders.discard(ident)
        while self._deferred:
            self._send(self._deferred.pop(0))

    def event(self, name: str, body: Optional[dict[str, Any]] = None) -> None:
        """Send an event."""
        self.send(messages.event(name, body))
