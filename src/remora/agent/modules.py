"""Modules as DAP shows them, and which of them clients have been told of.

All that the program has imported are there to be asked for; `module` events
tell of those whose code a client was shown in a stack.  Reader thread.
"""

from __future__ import annotations

import sys

from .naming import namespace_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable

    from .scoping import Scoping


class Modules:
    """`tell` sends the body of a `module` event to the clients."""

    def __init__(self, scoping: Scoping, tell: Callable[[dict[str, Any]], None]) -> None:
        self._scoping = scoping
        self._tell = tell
        self._told: set[str] = set()

    def seen(self, frame: FrameType) -> None:
        """A client is shown this frame."""
        name = frame.f_globals.get("__name__")
        if isinstance(name, str) and name not in self._told and name in sys.modules:
            self._told.add(name)
            self._tell({"reason": "new", "module": self.body(name)})

    def all(self) -> list[dict[str, Any]]:
        """Every module that the program has imported, by name; the agent's own are not its."""
        names = [name for name in list(sys.modules) if name.partition(".")[0] != "_remora"]
        return [self.body(name) for name in sorted(names)]

    def body(self, name: str) -> dict[str, Any]:
        """The DAP Module."""
        namespace = namespace_of(sys.modules.get(name))
        body: dict[str, Any] = {"id": name, "name": name}
        path = namespace.get("__file__")
        if isinstance(path, str):
            body["path"] = path
            body["isUserCode"] = not self._scoping.is_library(path)
        version = namespace.get("__version__")
        if isinstance(version, str):
            body["version"] = version
        if namespace.get("__package__"):
            body["package"] = str(namespace["__package__"])
        return body
