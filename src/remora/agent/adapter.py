"""Requests to answers: the one place that sends responses.

For each request it checks the arguments, calls the handler, and answers:
every request gets exactly one response, whatever the handler does.  What runs
code of the user is a job on the thread that it concerns and answers later.
"""

from __future__ import annotations

from ..dap import errors, messages
from ..dap.check import check_arguments
from .expressions.evaluation import EvaluationError
from .handlers.registry import Handler, Later, Pending, Reply
from .jobs import Cancelled, Job, TimedOut, start_worker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, Optional

    from .clients import Client
    from .debugger import Debugger

    Message = Dict[str, Any]

#: Requests that a client may send before `attach` or `launch`.
_BEFORE_ATTACH = frozenset(["initialize", "attach", "launch", "disconnect", "cancel"])

#: Requests that are for prompts with the argument `remoraPrompt`, and for frames without.
_ALSO_IN_FRAMES = frozenset(["evaluate", "completions", "remora/describe"])


class Adapter:
    """The request side of a debugger.  `dispatch` runs on the reader thread."""

    def __init__(self, debugger: Debugger, handlers: Iterable[Handler]) -> None:
        self._debugger = debugger
        self._handlers = {handler.command: handler for handler in handlers}

    def capabilities(self) -> dict[str, Any]:
        """What `initialize` answers: the sum of what the handlers say they can."""
        capabilities: dict[str, Any] = {}
        for handler in self._handlers.values():
            capabilities.update(handler.capabilities)
        return capabilities

    def dispatch(self, client: Client, message: Message) -> None:
        """Answer one message of `client`; answers to requests of ours are taken note of and no more."""
        if message.get("type") != "request":
            return
        try:
            outcome = self._handle(client, message)
            if isinstance(outcome, Later):
                self._start_job(client, message, outcome)
            elif isinstance(outcome, Pending):
                self._start_pending(client, message, outcome)
        except BaseException as error:
            self._answer_error(client, message, error)
            return
        if not isinstance(outcome, (Later, Pending)):
            self._answer(client, message, outcome)

    def cancel(self, client: Client, request: int) -> None:
        """End the job of an earlier request, if it is still under way."""
        job = client.jobs.get(request)
        if job is not None:
            job.cancel()

    def expire(self, client: Client, now: float) -> None:
        """End the jobs whose time is over."""
        for job in list(client.jobs.values()):
            job.expire(now)

    def _handle(self, client: Client, message: Message) -> Any:
        command = str(message.get("command", ""))
        handler = self._handlers.get(command)
        if handler is None:
            raise errors.unknown_command(command)
        if not client.attached and command not in _BEFORE_ATTACH:
            raise errors.not_attached(command)
        if client.observes and not handler.observable:
            raise errors.observes(command)
        arguments = check_arguments(command, message.get("arguments"))
        if client.has_prompts_alone and not (handler.observable or _is_at_prompt(handler, arguments)):
            raise errors.debugs_nothing(command)
        return handler.function(self._debugger, client, arguments)

    def _start_job(self, client: Client, message: Message, later: Later) -> None:
        number = message.get("seq", 0)

        def end(result: Any, error: Optional[BaseException]) -> None:
            client.jobs.pop(number, None)
            if error is None:
                self._answer(client, message, result)
            elif isinstance(error, TimedOut) and later.otherwise is not None:
                self._start_substitute(client, message, later)
            else:
                self._answer_error(client, message, _explain(error, later))

        if client.observes:
            if later.otherwise is None:
                raise errors.observes(str(message.get("command")))
            self._start_substitute(client, message, later)
            return
        occupied_by = later.thread.occupied()
        if occupied_by is None:
            job = client.jobs[number] = Job(later.function, end, later.limit, later.what)
            later.thread.submit(job)
        elif later.otherwise is not None:
            self._start_substitute(client, message, later)
        else:
            raise errors.still_running(occupied_by)

    def _start_pending(self, client: Client, message: Message, pending: Pending) -> None:
        number = message.get("seq", 0)

        def end(result: Any, error: Optional[BaseException]) -> None:
            if error is None:
                self._answer(client, message, result)
            else:
                self._answer_error(client, message, errors.cancelled() if type(error) is Cancelled else error)

        client.jobs[number] = pending.job
        pending.job.start(end, lambda: _forget(client.jobs, number))

    def _start_substitute(self, client: Client, message: Message, later: Later) -> None:
        """Have `later.otherwise` answer, on a worker: the thread itself may be occupied for ever."""
        substitute = Later(later.thread, later.otherwise or later.function, what=later.what)
        number = message.get("seq", 0)

        def end(result: Any, error: Optional[BaseException]) -> None:
            client.jobs.pop(number, None)
            if error is None:
                self._answer(client, message, result)
            else:
                self._answer_error(client, message, _explain(error, substitute))

        job = client.jobs[number] = Job(substitute.function, end, later.limit, later.what)
        start_worker(job, self._debugger.tracer.own_threads())

    def _answer(self, client: Client, message: Message, outcome: Any) -> None:
        if not isinstance(outcome, Reply):
            client.send(messages.response(message, outcome))
            return
        if outcome.wait:
            client.finish_attach = lambda: client.send(messages.response(message, outcome.body))
        else:
            client.send(messages.response(message, outcome.body))
        if outcome.then is not None:
            outcome.then()

    def _answer_error(self, client: Client, message: Message, error: BaseException) -> None:
        if not isinstance(error, errors.RequestError):
            self._debugger.announcer.fault(error)
            error = errors.internal(error)
        client.send(messages.error_response(message, error))


def _forget(jobs: dict[int, Any], number: int) -> None:
    jobs.pop(number, None)


def _is_at_prompt(handler: Handler, arguments: Message) -> bool:
    return handler.at_prompts and (handler.command not in _ALSO_IN_FRAMES or "remoraPrompt" in arguments)


def _explain(error: BaseException, later: Later) -> BaseException:
    """The request error for how a job ended."""
    if isinstance(error, Cancelled):
        return errors.cancelled()
    if isinstance(error, TimedOut):
        return errors.evaluation_timeout(later.what, error.limit, error.still_running)
    if isinstance(error, EvaluationError):
        return errors.evaluation_failed(error.message)
    return error
