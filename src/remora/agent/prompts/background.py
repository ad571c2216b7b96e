"""What goes on beside what is being typed, and is told when it has ended.

Those are texts that were to run so, and tasks and futures that a prompt has
shown.  Futures are looked at now and then rather than given a callback, so that
nothing of the agent hangs in an object of the program.
"""

from __future__ import annotations

from ..inspection.static import is_a, loaded_class
from ..isolate import _thread
from ..jobs import Job, start_worker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Optional

    from .entry import Entry

    Told = Callable[[Any], Dict[str, Any]]

#: Of asyncio and of concurrent.futures.
_UNFINISHED = ("PENDING", "RUNNING")
_CLASSES = (("asyncio", "Future"), ("concurrent.futures", "Future"))
#: Seconds for the text of a result.
_LIMIT = 5.0


class Background:
    """Of one prompt.  `watch` and `tell` may be called by any thread, the rest by the reader."""

    def __init__(
        self, event: Callable[[str, dict[str, Any]], None], own_threads: set[int], told: Told
    ) -> None:
        """`event` tells the client; `told` gives what is said of a future that is done."""
        self._event = event
        self._own_threads = own_threads
        self._told = told
        self._last = 0
        self._entries: dict[int, Entry] = {}
        self._watched: dict[int, Any] = {}
        self._jobs: list[Job] = []
        self._lock = _thread.allocate_lock()

    def begin(self, entry: Entry) -> int:
        """A text runs in the background; the number by which its end is told."""
        number = self._next()
        self._entries[number] = entry
        return number

    def watch(self, value: Any) -> int:
        """Have the end of `value` told if it is a task or future that has not ended; its number, or 0."""
        if not any(is_a(value, cls) for cls in _future_classes()) or value._state not in _UNFINISHED:
            return 0
        for number, known in list(self._watched.items()):
            if known is value:
                return number
        number = self._next()
        self._watched[number] = value
        return number

    def tell(self, number: int, what: str, result: Any, error: Optional[BaseException]) -> None:
        """What has this number has ended."""
        self._entries.pop(number, None)
        body = {"job": number, "what": what}
        if error is not None:
            known: dict[str, str] = getattr(error, "variables", {})
            body["error"] = known.get("exception") or str(error) or type(error).__name__
            body["traceback"] = known.get("traceback", body["error"])
        elif result["result"]:
            body["result"] = result["result"]
        self._event("remora/promptResult", body)

    def look(self, now: float) -> bool:
        """See what has ended; False if there is nothing to look at."""
        for number, future in list(self._watched.items()):
            if future._state not in _UNFINISHED:
                del self._watched[number]
                self._render(number, future)
        for job in list(self._jobs):
            job.expire(now)
        return bool(self._watched or self._jobs)

    def close(self) -> list[Entry]:
        """Look at nothing any more; the texts that still run."""
        self._watched.clear()
        return list(self._entries.values())

    def _render(self, number: int, future: Any) -> None:
        def ended(result: Any, error: Optional[BaseException]) -> None:
            self._jobs.remove(job)
            self.tell(number, _name(future), result, error)

        job = Job(lambda: self._told(future), ended, _LIMIT, _name(future))
        self._jobs.append(job)
        start_worker(job, self._own_threads)

    def _next(self) -> int:
        with self._lock:
            self._last += 1
            return self._last


def _future_classes() -> list[type]:
    found = (loaded_class(module, name) for module, name in _CLASSES)
    return [cls for cls in found if cls is not None]


def _name(future: Any) -> str:
    name = getattr(future, "get_name", None)
    return str(name()) if name is not None else type(future).__name__
