"""What the program itself asks of the agent, by `import remora`: is somebody there, and stops.

Decides which of its calls are met.  They come as attributes of the package
`_remora`, which is all that the two know of each other.  Runs on the threads
of the program.
"""

from __future__ import annotations

from .isolate import _thread
from .threads import Stop

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    from .clients import Client
    from .debugger import Debugger


class ProgramCalls:
    """The calls that the program may make while there is an agent.

    One may be on its way when the session ends, and find its parts empty.
    """

    def __init__(self, debugger: Debugger) -> None:
        self._debugger = debugger

    def offer(self, package: Any) -> None:
        """Have them found in `package`."""
        for name in _CALLS:
            setattr(package, name, getattr(self, name))

    def withdraw(self, package: Any) -> None:
        for name in _CALLS:
            delattr(package, name)

    def client_names(self) -> list[str]:
        """Who takes part in the session."""
        return [client.name for client in self._clients() if client.attached]

    def is_watched(self) -> bool:
        """Whether any client is ready for a stop."""
        return any(client.takes_part and client.configured for client in self._clients())

    def post_mortem(self, exception: BaseException) -> None:
        """Stop the calling thread, and show where the exception came from."""
        if self._clients():
            self._debugger.execution.stop_here(self._debugger.exceptions.over(exception))

    def stop_at_call(self, frame: FrameType) -> None:
        """Stop the calling thread in `frame`, if a client is there.

        What a client evaluates, in a program that is stopped or on a worker, asks in vain.
        """
        if not any(client.takes_part for client in self._clients()):
            return
        if _thread.get_ident() not in self._debugger.tracer.own_threads():
            self._debugger.execution.stop_here(Stop("breakpoint", frame=frame))

    def _clients(self) -> list[Client]:
        return self._debugger.reader.clients() if self._debugger.__dict__ else []


_CALLS = ("client_names", "is_watched", "post_mortem", "stop_at_call")
