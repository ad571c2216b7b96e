"""One thing that was typed at a prompt, from the request to its answer.

Decides what is told of a result; where the text runs is the place's to know.
`start`, `cancel` and `expire` are for the reader thread.
"""

from __future__ import annotations

from ...dap import errors
from ..inspection.presentation import type_name
from ..interruption import Interrupted
from ..isolate import _thread
from ..jobs import Cancelled, Job
from .failures import failure
from .plain import as_json
from .pretty import pretty
from .text import Text, source_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    from .prompt import Prompt

    End = Callable[[Any, Optional[BaseException]], None]


class Entry:
    """`arguments` are those of the request `evaluate`."""

    def __init__(self, prompt: Prompt, arguments: dict[str, Any]) -> None:
        self._prompt = prompt
        self._arguments = arguments
        self._file: Optional[str] = arguments.get("remoraFile")
        self.source = arguments["expression"] if self._file else source_of(arguments["expression"])
        self.filename = ""
        self._end: Optional[End] = None
        self._job: Optional[Job] = None
        self._lock = _thread.allocate_lock()

    def start(self, end: End) -> None:
        """Begin, or wait for the one before; `end(body, error)` is called once, on any thread."""
        self._end = end
        self._prompt.enter(self)

    def begin(self) -> None:
        """It is this one's turn."""
        with self._lock:
            job = self._job = Job(self._work, self._ended, None, self._arguments["expression"])
        self._prompt.thread.submit(job)

    def cancel(self) -> None:
        """Interrupt it; the answer comes when that has had its effect, or is seen to have none."""
        with self._lock:
            job = self._job
        if job is not None:
            job.cancel()
        elif self._prompt.withdraw(self):
            self._answer(None, Cancelled())

    def expire(self, now: float) -> None:
        """See how an interruption goes on; called now and then with the time."""
        job = self._job
        if job is not None:
            job.expire(now)

    def _work(self) -> dict[str, Any]:
        prompt = self._prompt
        names = prompt.namespace.own
        self.filename = self._file or prompt.next_name()
        prompt.keep(self.filename, self.source)
        try:
            text = Text(self.source, self.filename, prompt.flags)
            prompt.flags |= text.future_flags()
            if self._file:
                prompt.namespace.be_script(self._file)
            return self._body(prompt.run(text, names), text.has_value)
        except (Interrupted, errors.RequestError):
            raise
        except BaseException as error:
            failed = failure(error, prompt.sources)
        raise failed

    def _body(self, value: Any, has_value: bool) -> dict[str, Any]:
        body: dict[str, Any] = {"result": "", "variablesReference": 0}
        if value is not None and has_value:
            self._prompt.namespace.own["_"] = value
            body["result"] = pretty(value, self._arguments.get("remoraWidth") or 0)
            body["type"] = type_name(value)
        if self._arguments.get("remoraJson"):
            body["remoraJson"] = as_json(value)
        return body

    def _ended(self, result: Any, error: Optional[BaseException]) -> None:
        self._answer(result, error)
        self._prompt.leave(self)

    def _answer(self, result: Any, error: Optional[BaseException]) -> None:
        with self._lock:
            end, self._end = self._end, None
        if end is not None:
            end(result, error)
