"""One prompt: its names, its place, and what was typed and has not been answered."""

from __future__ import annotations

from ..isolate import _thread
from .background import Background
from .failures import failure
from .input import ClientInput
from .pretty import pretty
from .texts import Texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    from ..clients import Client
    from .entry import Entry
    from .namespace import Namespace
    from .place import Place


class Prompt:
    """Of one client.  What is typed runs in the order in which it comes."""

    def __init__(
        self,
        number: int,
        client: Client,
        namespace: Namespace,
        place: Place,
        own_threads: set[int],
        next_name: Callable[[], str],
        new_context: Callable[[int], Any],
    ) -> None:
        """`next_name` gives what the next text is called in tracebacks, `new_context` a context for tasks."""
        self.number = number
        self.client = client
        self.namespace = namespace
        self.place = place
        self.next_name = next_name
        #: Of `from __future__` in what was typed.
        self.flags = 0
        self.texts = Texts()
        #: What the client gives to those who read `sys.stdin`, if it does.
        self.input: Optional[ClientInput] = None
        self.background = Background(self.event, own_threads, self._outcome_of)
        self._new_context = new_context
        self._lock = _thread.allocate_lock()
        self._entries: list[Entry] = []
        self._current: Optional[Entry] = None

    def event(self, name: str, body: dict[str, Any]) -> None:
        """Tell the client, after what was written."""
        self.place.spool.flush()
        self.client.event(name, {"promptId": self.number, **body})

    def new_context(self) -> Any:
        """A context whose tasks write to the client."""
        return self._new_context(self.number)

    def enter(self, entry: Entry) -> None:
        """Let `entry` begin when those before it have been answered."""
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
        if self.input is not None:
            self.input.renew()
        self._next()

    def close(self) -> None:
        """End what runs, let the threads go, and leave nothing."""
        with self._lock:
            current, waiting = self._current, list(self._entries)
        if self.input is not None:
            self.input.close()
        for entry in (*waiting, *([current] if current is not None else []), *self.background.close()):
            entry.cancel()
        self.place.stop()
        self.texts.clear()

    def _next(self) -> None:
        with self._lock:
            if self._current is not None or not self._entries:
                return
            entry = self._current = self._entries.pop(0)
        entry.begin()

    def _outcome_of(self, future: Any) -> dict[str, Any]:
        """What is told of a future that is done.  Raises `errors.RequestError`."""
        try:
            value = future.result()
        except BaseException as error:
            failed = failure(error, self.texts.by_name)
        else:
            return {"result": "" if value is None else pretty(value, 0)}
        raise failed
