"""A script in a program: it runs there, its streams and its end are those of a command here.

Decides the exit status, and what Ctrl-C and a time limit do: they interrupt what runs, and never the
program.  Runs in the client's event loop.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..printable import printable
from ..terminal.interrupts import catching_interrupts
from .prompt import Answer, EvaluationFailed, Finished, Prompt, Wanted
from .streams import Inlet, Outlet

if TYPE_CHECKING:
    from remora.client import Client

    from .recipes import Question

DONE, FAILED = 0, 1
#: As timeout(1) has it, and shells say of Ctrl-C.
TIME_OVER, INTERRUPTED = 124, 130
#: Seconds that what was interrupted has to end.
_PARTING = 3.0


@dataclass(frozen=True, kw_only=True)
class Script:
    """What is to be run."""

    text: str
    #: What it is called in tracebacks; None for text that comes from nowhere in particular.
    file: str | None = None
    #: Its last value is shown.
    shows_value: bool = False
    #: Its last value goes to standard output as JSON, in a line of its own at the end.
    as_json: bool = False
    #: The recipe that `text` is, whose data are shown in words.
    question: Question | None = None
    #: Seconds; None is for ever.
    time_limit: float | None = None


async def run_script(client: Client, wanted: Wanted, script: Script) -> int:
    """Run it at a prompt of its own, and return the exit status.

    Raises `BrokenPipeError` if nobody reads our output, and what `Client.request` raises.
    """
    return await _Errand(client, script).run(wanted)


class _Errand:
    """One script.  A `prompt.Listener`."""

    def __init__(self, client: Client, script: Script) -> None:
        self._client = client
        self._script = script
        self._out, self._err = (
            Outlet(descriptor, broken=self._stop_writing, crowded=self._hold_back) for descriptor in (1, 2)
        )
        self._input = Inlet(0)
        self._prompt: Prompt
        self._feeding: asyncio.Task[None] | None = None
        #: The exit status if what runs is interrupted; None as long as nobody has asked for that.
        self._interrupted: int | None = None
        self._given_up = asyncio.Event()

    async def run(self, wanted: Wanted) -> int:
        """The exit status."""
        try:
            self._prompt = await Prompt.open(self._client, self, wanted)
            with self._limits():
                status = await self._run()
        finally:
            if self._feeding is not None:
                self._feeding.cancel()
            lost = await self._flush()
        return FAILED if lost else status

    async def _flush(self) -> bool:
        """Bring everything out; whether some of it could not be.  Raises `BrokenPipeError`."""
        await self._out.flush()
        error = self._out.error
        if error is not None and not isinstance(error, BrokenPipeError):
            self._say(f"standard output: {error.strerror}")
        await self._err.flush()
        if isinstance(error, BrokenPipeError):
            raise error
        return error is not None

    async def _run(self) -> int:
        evaluation = asyncio.create_task(self._evaluate())
        leaving = asyncio.create_task(self._given_up.wait())
        try:
            await asyncio.wait({evaluation, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            leaving.cancel()
        if evaluation.done():
            return evaluation.result()
        evaluation.cancel()
        self._say("it has not come to an end yet; the program goes on, and it with that")
        return self._interrupted or FAILED

    async def _evaluate(self) -> int:
        script = self._script
        try:
            answer = await self._prompt.evaluate(
                script.text,
                width=_columns(),
                as_json=script.as_json or script.question is not None,
                file=script.file,
            )
        except EvaluationFailed as failure:
            return self._tell_failure(failure)
        return self._tell(answer)

    def _tell(self, answer: Answer) -> int:
        script, data = self._script, answer.json or "null"
        if script.question is not None:
            return self._tell_data(script.question, data)
        if script.as_json:
            self._out.write(data + "\n")
        elif script.shows_value and answer.result:
            self._out.write((answer.result if _columns() is None else printable(answer.result)) + "\n")
        return DONE

    def _tell_data(self, question: Question, data: str) -> int:
        collected = json.loads(data)
        if "refusal" in collected:
            self._say(collected["refusal"])
            return FAILED
        text = data if self._script.as_json else question.render(collected, _columns() or 0)
        self._out.write(text + "\n")
        return DONE

    def _tell_failure(self, failure: EvaluationFailed) -> int:
        if self._interrupted is not None and failure.exit_status is None:
            return self._interrupted
        if failure.exit_status is not None:
            return failure.exit_status & 0xFF
        if failure.traceback and self._script.question is None:
            self._err.write(failure.traceback)
        else:
            self._say(failure.text)
        return FAILED

    def wrote(self, category: str, text: str) -> None:
        (self._err if category == "stderr" else self._out).write(text)

    def finished(self, job: Finished) -> None:
        """What goes on when the script is over is not waited for."""

    def waits(self, reason: str) -> None:
        self._say(reason)

    def wants_input(self) -> None:
        if self._feeding is None or self._feeding.done():
            self._feeding = asyncio.create_task(self._feed())

    async def _feed(self) -> None:
        text, is_end = await self._input.read()
        self._prompt.give_input(text, end=is_end)

    @contextmanager
    def _limits(self) -> Iterator[None]:
        """Let Ctrl-C and the time limit interrupt what runs in the program, instead of ending us."""
        limit = self._script.time_limit
        later = asyncio.get_running_loop().call_later
        timer = None if limit is None else later(limit, self._time_is_over, limit)
        try:
            with catching_interrupts(lambda: self._interrupt(INTERRUPTED)):
                yield
        finally:
            if timer is not None:
                timer.cancel()

    def _time_is_over(self, limit: float) -> None:
        self._say(f"interrupted, after {limit:g} s; the program goes on")
        self._interrupt(TIME_OVER)

    def _interrupt(self, status: int) -> None:
        """The second time, or when it has no effect, what runs is not waited for any more."""
        if self._interrupted is not None:
            self._given_up.set()
            return
        self._interrupted = status
        self._prompt.interrupt()
        asyncio.get_running_loop().call_later(_PARTING, self._given_up.set)

    def _hold_back(self, is_crowded: bool) -> None:
        """A script whose output nobody takes waits, as it would here."""
        if is_crowded:
            self._client.may_read.clear()
        else:
            self._client.may_read.set()

    def _stop_writing(self) -> None:
        self._interrupt(FAILED)

    def _say(self, text: str) -> None:
        self._err.write(f"remora: {printable(text)}\n")


def _columns() -> int | None:
    """Of the terminal that shows our output, if one does."""
    try:
        return os.get_terminal_size(1).columns or None
    except OSError:
        return None
