"""One prompt: its names, its thread, and what was typed and has not been answered."""

from __future__ import annotations

import sys

from ..expressions.awaiting import complete
from ..isolate import _thread
from .failures import enter_source
from .namespace import Namespace
from .own_thread import OwnThread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    from ..clients import Client
    from ..output import Output
    from .entry import Entry
    from .text import Text

#: Texts that are kept for tracebacks of functions that were defined in them.
_KEPT = 1000


class Prompt:
    """Of one client.  What is typed runs in the order in which it comes."""

    def __init__(
        self,
        number: int,
        client: Client,
        namespace: Namespace,
        output: Output,
        own_threads: set[int],
        next_name: Callable[[], str],
    ) -> None:
        """`next_name` gives what the next text is called in tracebacks."""
        self.number = number
        self.client = client
        self.namespace = namespace
        self.next_name = next_name
        #: Of `from __future__` in what was typed.
        self.flags = 0
        #: What was typed, by the names that it has in tracebacks.
        self.sources: dict[str, str] = {}
        self._output = output
        self._lock = _thread.allocate_lock()
        self._entries: list[Entry] = []
        self._current: Optional[Entry] = None
        diverted, taker = output.diverted, (client, {"remoraPrompt": number})
        self.thread = OwnThread(
            own_threads,
            lambda ident: diverted.__setitem__(ident, taker),
            lambda ident: forget(diverted, ident),
        )

    def enter(self, entry: Entry) -> None:
        """Let `entry` begin when those before it have been answered."""
        self._output.lend(self.client)
        with self._lock:
            self._entries.append(entry)
        self._next()

    def withdraw(self, entry: Entry) -> bool:
        """Take back what has not begun; False if it has."""
        with self._lock:
            if entry not in self._entries:
                return False
            self._entries.remove(entry)
            return True

    def leave(self, entry: Entry) -> None:
        """`entry` has been answered."""
        with self._lock:
            if self._current is entry:
                self._current = None
        self._next()

    def run(self, text: Text, names: dict[str, Any]) -> Any:
        """Run `text` here, on the prompt's own thread."""
        return complete(text.await_all(names)) if text.awaits else text.run(names)

    def keep(self, name: str, source: str) -> None:
        """Keep a text for tracebacks."""
        self.sources[name] = source
        linecache: Any = sys.modules.get("linecache")
        if linecache is not None:
            enter_source(linecache, name, source)
        while len(self.sources) > _KEPT:
            self._forget(next(iter(self.sources)))

    def close(self) -> None:
        """End what runs, let the thread go, and leave nothing."""
        with self._lock:
            current, waiting = self._current, list(self._entries)
        for entry in (*waiting, *([current] if current is not None else [])):
            entry.cancel()
        self.thread.stop()
        for name in list(self.sources):
            self._forget(name)

    def _next(self) -> None:
        with self._lock:
            if self._current is not None or not self._entries:
                return
            entry = self._current = self._entries.pop(0)
        entry.begin()

    def _forget(self, name: str) -> None:
        self.sources.pop(name, None)
        linecache: Any = sys.modules.get("linecache")
        if linecache is not None:
            linecache.cache.pop(name, None)


def forget(diverted: dict[int, Any], ident: int) -> None:
    """What the thread writes from here on is the program's."""
    diverted.pop(ident, None)
