"""One client of the agent: its stream, what it can do, and how far its session has come.

Owned by the reader thread; `send` and `event` may be called by any thread.
"""

from __future__ import annotations

from ..dap import messages
from .isolate import _thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    from .connection import Connection
    from .jobs import Job


class Client:
    """A DAP client from `initialize` to `disconnect`."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.supports: dict[str, Any] = {}
        self.options: dict[str, Any] = {}
        self.name = ""
        self.attached = False
        self.configured = False
        #: The answer to `attach` or `launch` waits for `configurationDone`.
        self.finish_attach: Optional[Callable[[], None]] = None
        #: What is under way for this client, by the request's number.
        self.jobs: dict[int, Job] = {}
        self._sequence = messages.Sequence()
        self._lock = _thread.allocate_lock()

    def send(self, message: dict[str, Any]) -> None:
        """Number a message and send it."""
        with self._lock:
            self.connection.send(self._sequence.number(message))

    def event(self, name: str, body: Optional[dict[str, Any]] = None) -> None:
        """Send an event."""
        self.send(messages.event(name, body))
