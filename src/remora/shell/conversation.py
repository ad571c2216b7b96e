"""The shell: reads what is typed, has it run in the program, and shows what comes of it.

Decides what Ctrl-C means, and when it is over.  Runs in the event loop of the
main thread.  What a terminal needs is imported only for one.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import Protocol, TextIO

from ..client import Disconnected, RequestFailed, RequestTimeout, Session
from ..printable import printable
from ..terminal.interrupts import catching_interrupts
from ..terminal.screen import Interrupted
from . import text as texts
from .announcer import Announcer
from .orders import Misuse, all_words, obey
from .prompt import EvaluationFailed, Prompt, Wanted
from .questions import Questions
from .screen import Screen
from .typed import Leave, Order, Python, Question, parse

SUCCEEDED, FAILED, INTERRUPTED = 0, 1, 130
#: Seconds for the program to answer that we go.
_PARTING = 1.0
#: Seconds after which is said how to give up what does not let itself be interrupted.
_STUBBORN = 2.0


class Reader(Protocol):
    """Where texts come from."""

    async def read(self) -> str:
        """A whole text; raises EOFError, `Interrupted`."""

    async def ask(self, message: str) -> str:
        """A line for what runs in the program; raises EOFError, `Interrupted`."""

    def write_above(self, text: str) -> bool:
        """Show text above what is being typed; False if nothing is."""


async def run_shell(
    session: Session,
    wanted: Wanted,
    *,
    interactive: bool,
    out: TextIO = sys.stdout,
    err: TextIO = sys.stderr,
    is_alive: Callable[[], bool] = lambda: True,
) -> int:
    """Open a prompt and serve it to its end; returns the exit status.

    `interactive`: standard input and `out` are a terminal; else statements are
    read from standard input, and the status tells whether all have succeeded.
    `is_alive` tells of the program when the connection with it is lost.
    Raises `RequestFailed` and `Disconnected` when there can be no prompt.
    """
    screen = Screen(out, err, interactive=interactive)
    shell = Shell(session, screen, interactive=interactive)
    try:
        await shell.open(wanted)
        with catching_interrupts(shell.interrupt):
            return await shell.run(is_alive)
    finally:
        await _leave(session)


async def _leave(session: Session) -> None:
    try:
        async with asyncio.timeout(_PARTING):
            await session.disconnect()
    except (TimeoutError, RequestFailed):
        await session.client.aclose()


class Shell:
    """One person's conversation with a program, or that of a pipe."""

    def __init__(self, session: Session, screen: Screen, *, interactive: bool) -> None:
        self._session = session
        self._screen = screen
        self._is_interactive = interactive
        self._status = SUCCEEDED
        self._prompt: Prompt
        self._reader: Reader
        self._questions: Questions
        self._announcer = Announcer(screen)
        #: What has been said about the program while somebody typed may not hold any more.
        self._forget: Callable[[], None] = lambda: None
        self._working: asyncio.Task[None] | None = None
        self._reading: asyncio.Task[str] | None = None
        self._is_leaving = False
        self._is_interrupted = False
        screen.on_broken = self._lose_reader

    async def open(self, wanted: Wanted) -> None:
        """Raises what `Client.request` raises."""
        self._prompt = await Prompt.open(self._session.client, self._announcer, wanted)
        self._reader = self._open_reader()
        self._questions = Questions(self._prompt, self._reader, self._screen)
        self._announcer.questions = self._questions

    def _open_reader(self) -> Reader:
        if not self._is_interactive:
            from .pipe import PipeReader

            return PipeReader(sys.stdin)
        from .assistance import Assistance
        from .reader import TerminalReader

        assistance = Assistance(self._prompt, all_words)
        self._forget = assistance.forget
        reader = TerminalReader(assistance)
        self._screen.write_above = reader.write_above
        return reader

    async def run(self, is_alive: Callable[[], bool]) -> int:
        """Serve what is typed until its end, or that of the program; the exit status."""
        self._greet()
        self._session.client.on("output", self._announcer.program_wrote)
        over = asyncio.create_task(self._session.wait_end())
        try:
            while not self._is_leaving and (text := await self._next(over)) is not None:
                await self._serve(text)
        finally:
            over.cancel()
        if self._screen.is_broken:
            raise BrokenPipeError
        if over.done() and not over.cancelled():
            return self._tell_end(over.result(), is_alive())
        if self._announcer.jobs:
            self._screen.note(f"{len(self._announcer.jobs)} in the background: cancelled")
        return self._status

    def interrupt(self) -> None:
        """What Ctrl-C does while something is at work: the second time, it is not waited for any more."""
        if self._is_interactive:
            self._screen.interrupted()
        else:
            self._status = INTERRUPTED
            self._leave()
        if self._working is None:
            return
        if self._is_interrupted or not self._prompt.interrupt():
            self._working.cancel()
        else:
            asyncio.get_running_loop().call_later(_STUBBORN, self._offer_to_give_up, self._working)
        self._is_interrupted = True

    def _leave(self) -> None:
        """Read no more, and end when what is at work has ended."""
        self._is_leaving = True
        if self._reading is not None:
            self._reading.cancel()

    def _lose_reader(self) -> None:
        """Nobody reads what is shown any more."""
        self._leave()
        self._prompt.interrupt()

    def _offer_to_give_up(self, interrupted: asyncio.Task[None]) -> None:
        if self._working is interrupted and not interrupted.done():
            self._screen.note("It does not let itself be interrupted; Ctrl-C again gives it up.")

    def _greet(self) -> None:
        if self._is_interactive:
            banner = texts.banner(self._prompt, self._session.process, self._screen.style)
            self._screen.show(banner)

    def _tell_end(self, reason: str | None, is_alive: bool) -> int:
        if reason is None and is_alive:
            lost = "the connection to the program was lost"
            self._fail(self._screen.style("error", lost))
            return FAILED
        self._screen.note(reason or "The program has ended.")
        return self._status if self._is_interactive else FAILED

    async def _next(self, over: asyncio.Task[str | None]) -> str | None:
        """What is typed; None at the end."""
        self._screen.end_line()
        self._reading = reading = asyncio.create_task(self._reader.read())
        await asyncio.wait({reading, over}, return_when=asyncio.FIRST_COMPLETED)
        self._reading = None
        if over.done():
            reading.cancel()
            await asyncio.wait({reading})
        if reading.cancelled():
            return None
        try:
            return reading.result()
        except EOFError:
            return None
        except Interrupted:
            return ""

    async def _serve(self, text: str) -> None:
        """Do what a text asks for; whatever makes that fail is told."""
        if not text.strip():
            return
        self._is_interrupted = False
        self._working = asyncio.create_task(self._do(text))
        try:
            await self._working
        except EvaluationFailed as failed:
            self._fail(texts.failure(failed, self._screen.style))
            self._screen.note(texts.advice(failed, self._prompt))
        except (RequestFailed, RequestTimeout, Misuse) as failure:
            self._fail(self._screen.style("error", printable(str(failure))))
        except Disconnected:
            return  # which ends everything, and is told then
        except asyncio.CancelledError:
            if not self._working.cancelled():
                self._working.cancel()
                raise
            self._fail(self._screen.style("error", "given up: it may still run in the program"))
        finally:
            self._working = None
            self._forget()

    def _fail(self, text: str) -> None:
        if not self._is_interactive:
            self._status = self._status or FAILED
        self._screen.complain(text)

    async def _do(self, text: str) -> None:
        match parse(text):
            case Leave():
                self._is_leaving = True
            case Python(text=code, in_background=True):
                self._announcer.begun(await self._prompt.begin(code, width=self._screen.width))
            case Python(text=code):
                await self._evaluate(code)
            case Question(expression=""):
                self._screen.show(await obey(self._prompt, "help", "", self._screen.width))
            case Question(expression=expression, source=source):
                body = await self._prompt.describe(expression, source=source)
                self._screen.show(texts.description(body, self._screen.style))
            case Order(name=name, arguments=arguments):
                self._screen.show(await obey(self._prompt, name, arguments, self._screen.width))

    async def _evaluate(self, code: str) -> None:
        try:
            answer = await self._prompt.evaluate(code, width=self._screen.width)
        finally:
            await self._questions.stop()
        if answer.result:
            self._screen.show(texts.result(answer.result, self._screen.style))
        if answer.job is not None:
            self._announcer.begun(answer.job)
