"""One thing that was typed at a prompt, from the request to its answer.

Decides what is told of a result, and when; where the text runs is the prompt's
to say.  `start`, `cancel` and `expire` are for the reader thread.
"""

from __future__ import annotations

from ...dap import errors
from ..expressions.awaiting import NeedsEventLoop, complete
from ..inspection.presentation import ELLIPSIS, type_name
from ..interruption import Interrupted
from ..isolate import _thread
from ..jobs import Cancelled, Job, TimedOut
from .failures import failure
from .plain import as_json
from .pretty import pretty
from .runs import Run
from .text import Text, source_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    from .own_thread import OwnThread
    from .prompt import Prompt

    End = Callable[[Any, Optional[BaseException]], None]


#: Characters of a text in messages.
_SHOWN = 80


class Entry:
    """`arguments` are those of the request `evaluate`."""

    def __init__(self, prompt: Prompt, arguments: dict[str, Any]) -> None:
        self.prompt = prompt
        #: What it is called in messages.
        self.what = _first_line(arguments["expression"])
        #: The number by which its result is told later, if it is.
        self.number = 0
        self._arguments = arguments
        self._file: Optional[str] = arguments.get("remoraFile")
        self.is_script = self._file is not None
        self._thread: OwnThread = prompt.place.thread
        self._end: Optional[End] = None
        self._over: Callable[[], None] = lambda: None
        self._job: Optional[Job] = None
        self._run: Optional[Run] = None
        self._is_cancelled = False
        self._lock = _thread.allocate_lock()

    def start(self, end: End, over: Callable[[], None]) -> None:
        """Begin, or wait for the one before.

        On any thread, `end(body, error)` is called once, and `over()` when nothing can be cancelled any more.
        """
        self._end = end
        self._over = over
        if self._arguments.get("remoraBackground"):
            self.number = self.prompt.background.begin(self)
            self._thread = self.prompt.place.another_thread()
            self.begin()
            end({"result": "", "variablesReference": 0, "remoraJob": self.number}, None)
        else:
            self.prompt.enter(self)

    def begin(self) -> None:
        """It is this one's turn."""
        with self._lock:
            job = self._job = Job(self._work, self._worked, None, self.what)
        self._thread.submit(job)

    def cancel(self) -> None:
        """Interrupt it; the answer comes when that has had its effect, or is seen to have none."""
        with self._lock:
            self._is_cancelled = True
            job, run = self._job, self._run
        if run is not None:
            run.cancel()
        elif job is not None:
            job.cancel()
        elif self.prompt.withdraw(self):
            self.finish(None, Cancelled())

    def expire(self, now: float) -> None:
        """See how an interruption goes on, and how a wait; called now and then with the time."""
        job, run = self._job, self._run
        if run is not None:
            run.expire(now)
        elif job is not None:
            job.expire(now)

    def finish(self, result: Any, error: Optional[BaseException]) -> None:
        """Answer, unless it has been answered."""
        with self._lock:
            end, self._end = self._end, None
        if end is None:
            return
        self.prompt.place.spool.flush()
        if isinstance(error, TimedOut):
            error = errors.evaluation_timeout(self.what, error.limit, error.still_running)
        if self.number:
            self._thread.stop()
            self.prompt.background.tell(self.number, self.what, result, error)
        else:
            end(result, error)
        self._over()
        self.prompt.leave(self)

    def result_of(self, text: Text) -> dict[str, Any]:
        """Run `text` here; what is told of that.  Raises `errors.RequestError`."""
        try:
            names = self.prompt.namespace.own
            value = complete(text.await_all(names)) if text.awaits else text.run(names)
            return self._body(value, text.has_value)
        except (Interrupted, errors.RequestError):
            raise
        except NeedsEventLoop as error:
            failed = errors.evaluation_failed(str(error))
        except BaseException as error:
            failed = failure(error, self.prompt.texts.by_name)
        raise failed

    def told(self, value: Any, error: Optional[BaseException], has_value: bool) -> dict[str, Any]:
        """The same of what has run."""
        if error is not None:
            raise failure(error, self.prompt.texts.by_name)
        return self._body(value, has_value)

    def waits_for(self, ident: int) -> None:
        """A thread of the program has not come to it."""
        self.prompt.event("remora/promptWaits", {"reason": self.prompt.place.why_waiting(ident)})

    def _work(self) -> Any:
        """Runs on the own thread: the text itself, or what has another thread run it."""
        prompt = self.prompt
        typed: str = self._arguments["expression"]
        source = typed if self._file else source_of(typed)
        name = self._file or prompt.next_name()
        prompt.texts.keep(name, source)
        try:
            text = Text(source, name, prompt.flags)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            failed = failure(error, prompt.texts.by_name)
        else:
            prompt.flags |= text.future_flags()
            if self._file:
                prompt.namespace.be_script(self._file)
            run = prompt.place.run_for(self, text)
            return self.result_of(text) if run is None else run
        raise failed

    def _worked(self, result: Any, error: Optional[BaseException]) -> None:
        if not isinstance(result, Run):
            self.finish(result, error)
            return
        with self._lock:
            self._run = None if self._is_cancelled else result
        if self._run is None:
            self.finish(None, Cancelled())
        else:
            result.start()

    def _body(self, value: Any, has_value: bool) -> dict[str, Any]:
        body: dict[str, Any] = {"result": "", "variablesReference": 0}
        if value is not None and has_value:
            self.prompt.namespace.own["_"] = value
            body["result"] = pretty(value, self._arguments.get("remoraWidth") or 0)
            body["type"] = type_name(value)
            job = self.prompt.background.watch(value)
            if job and not self.number:
                body["remoraJob"] = job
        if self._arguments.get("remoraJson"):
            body["remoraJson"] = as_json(value)
        return body


def _first_line(text: str) -> str:
    lines = text.strip().splitlines() or [""]
    more = len(lines) > 1 or len(lines[0]) > _SHOWN
    return lines[0][:_SHOWN] + (ELLIPSIS if more else "")
