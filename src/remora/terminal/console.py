"""The interactive console: reads lines, runs them, and decides what Ctrl-C means.

It holds one session or several (see `sessions`); lines are for the current one.

While the program runs and is waited for there is no prompt: Ctrl-C asks for a
pause, the second one gives the prompt back.  prompt_toolkit and pygments are
imported only for a terminal.  Runs in the event loop of the main thread.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Coroutine
from typing import TextIO

from ..client import Disconnected, Session
from ..printable import printable
from .completion import complete
from .context import Context, Leave
from .following import Connect
from .interpreter import FAILURES, Interpreter, sentence
from .interrupts import catching_interrupts
from .options import Options
from .recalling import keep_breakpoints, recall_breakpoints
from .screen import Interrupted, Reader, StreamScreen
from .script import needs_more, read_script, split_pasted
from .sessions import Arrival, Held, Sessions, open_sessions
from .style import is_coloured
from .wire import CommandError

CONTINUATION = "     ... "


async def run_console(
    session: Session | None,
    options: Options,
    *,
    interactive: bool,
    out: TextIO = sys.stdout,
    err: TextIO = sys.stderr,
    arrivals: AsyncIterator[Arrival] | None = None,
    awaits: str = "",
    connect: Connect | None = None,
) -> int:
    """Show the program's stop, run what `options` say, then what is typed; returns the exit status.

    `interactive`: standard input and `out` are a terminal; else lines are read
    from standard input and nothing is asked.  `arrivals` gives further sessions
    when their programs come, and may be there without a first `session`; the
    console goes on until it ends, and `awaits` says meanwhile what it waits for.
    By `connect` come the sessions of child processes.
    """
    reader = _open_reader(interactive, options)
    screen = StreamScreen(out, coloured=interactive and is_coloured(out), reader=reader)
    async with open_sessions(screen, options, arrivals, awaits=awaits, connect=connect) as sessions:
        if session is not None:
            sessions.add(session)
        console = Console(sessions, reader, err if not interactive else out)
        reader.complete = lambda text: complete(sessions.current, text)
        terminate = False
        try:
            with catching_interrupts(console.interrupt):
                await console.run()
        except Leave as leaving:
            terminate = leaving.terminate
        finally:
            await keep_breakpoints(sessions)
            await sessions.end_all(terminate=terminate)
    return 0


def _open_reader(interactive: bool, options: Options) -> Reader:
    if not interactive:
        from .lines import LineReader

        return LineReader(sys.stdin)
    from .prompt import PromptReader

    return PromptReader(remembers=not options.observe)


def prompt(context: Context) -> str:
    """`(remora) `; with the thread's name when it is not the main one, and `analyze` when that is on.

    Of a picture from outside it says so.
    """
    debuggee = context.debuggee
    words = ["remora", *(["outside"] if debuggee.is_picture else [])]
    names = debuggee.known_threads if debuggee.stop is not None else {}
    name = names.get(debuggee.thread_id or 0, "")
    if name not in ("", "MainThread"):
        words.append(printable(name))
    if debuggee.stop is not None and debuggee.stack().is_of_exception:
        words.append("analyze")
    return f"({':'.join(words)}) "


class Console:
    """One person's conversation with debuggees.  Owner: the event loop."""

    def __init__(self, sessions: Sessions, reader: Reader, err: TextIO) -> None:
        self._sessions = sessions
        self._reader = reader
        self._err = err
        self._interpreter = Interpreter(sessions)
        self._working: asyncio.Task[None] | None = None
        self._pausing: asyncio.Task[None] | None = None
        #: The session for whose stop the wait for another one is given up.
        self._turning_to: Context | None = None
        sessions.give_way = self._turn_to

    async def run(self) -> None:
        """Go on until the last session is over; raises `Leave` when the user wants to go before that."""
        options = self._context.options
        is_shown = bool(self._sessions) and (options.stopped or self._context.debuggee.stop is not None)
        if is_shown:
            await self._attempt(self._wait_halt())
        await self._run_profile(options.profile)
        if is_shown:
            await self._attempt(self._context.show_stop())
        if self._sessions:
            await self._attempt(recall_breakpoints(self._context))
        for text in [*(f"source {file}" for file in options.files), *options.commands]:
            await self._execute(text)
        while await self._attend():
            for text in split_pasted(await self._next_text()):
                await self._execute(text)

    async def _run_profile(self, path: str | None) -> None:
        """Run the user's own beginning, each command for itself."""
        if path is None or not os.path.exists(path):
            return
        try:
            texts = read_script(path)
        except CommandError as failure:
            self._complain(failure)
            return
        for text in texts:
            try:
                await self._interpreter.run_line(text)
            except FAILURES as failure:
                self._complain(CommandError(f"{path}: {text}: {sentence(failure)}"))

    def interrupt(self) -> None:
        """What Ctrl-C does while a command is at work."""
        if self._working is None or self._working.done():
            return
        self._context.write("")  # after the ^C that the terminal shows
        if self._context.debuggee.waiting and self._pausing is None:
            self._pausing = asyncio.create_task(self._pause())
        else:
            self._working.cancel()

    async def _pause(self) -> None:
        try:
            await self._context.debuggee.pause()
        except (*FAILURES, Disconnected) as failure:
            self._complain(failure)

    @property
    def _context(self) -> Context:
        return self._sessions.current

    async def _attend(self) -> bool:
        """Turn to another session when the current one has ended; False when there is nothing to wait for."""
        sessions = self._sessions
        sessions.changed.clear()
        before = self._context
        chosen = await self._ask_questions()
        if chosen is not None and chosen.context is not before:
            await self._attempt(self._show_session(chosen))
        if self._context.debuggee.ended is not None:
            self._context.tell_end()
            held = sessions.select_alive()
            if held is not None:
                await self._attempt(self._show_session(held))
            elif sessions.awaits:
                sessions.select_none().tell_end()
            else:
                return False
        return True

    async def _wait_halt(self) -> None:
        await self._context.wait_halt()

    async def _show_halt(self) -> None:
        await self._wait_halt()
        await self._context.show_stop()

    async def _show_session(self, held: Held, *, waits: bool = False) -> None:
        self._context.write(held.label)
        if waits or held.context.debuggee.stop is not None:
            await self._show_halt()

    def _turn_to(self, context: Context) -> bool:
        """Give up the wait for the current program's stop, if somebody waits, for that of another session."""
        working = self._working
        if working is None or working.done() or not self._context.debuggee.waiting:
            return False
        self._turning_to = context
        working.cancel()
        return True

    async def _execute(self, text: str) -> None:
        try:
            await self._attempt(self._interpreter.run_line(text))
        except Leave as leaving:
            await self._leave_one(leaving)
        while self._turning_to is not None:
            held = await self._ask_questions() or self._sessions.held(self._turning_to)
            self._turning_to = None
            if held is not None:
                self._sessions.select(held.number)
                await self._attempt(self._show_session(held, waits=True))

    async def _ask_questions(self) -> Held | None:
        """Have the user decide between programs; the one that is to be looked at then."""
        held = None
        following = self._sessions.following
        while following.questions:
            question = following.questions.pop(0)
            self._sessions.tell(question.note)
            answer = await self._ask(question.text)
            held = await following.answer(question, answer)
            self._sessions.select(held.number)
        return held

    async def _ask(self, text: str) -> str:
        """A word; that of the first choice where nobody can answer."""
        if not self._reader.answers:
            return ""
        try:
            return (await self._reader.read(text)).strip().lower()
        except (EOFError, Interrupted):
            return ""

    async def _leave_one(self, leaving: Leave) -> None:
        """Leave the current session only, if that is meant and there are others."""
        held = self._sessions.held(self._context)
        if leaving.everything or held is None or len(self._sessions) == 1:
            raise leaving
        await self._sessions.end(held, terminate=leaving.terminate)

    async def _attempt(self, work: Coroutine[None, None, None]) -> None:
        """Do the work of one command; what makes it fail is one line."""
        self._working = asyncio.create_task(work)
        try:
            await self._working
        except FAILURES as failure:
            self._complain(failure)
        except Disconnected as failure:
            self._context.debuggee.end(str(failure))
        except asyncio.CancelledError:
            if not self._working.cancelled():
                self._working.cancel()
                raise
            if self._turning_to is not None:
                return
            running = self._context.debuggee.stop is None
            self._context.write("the program runs on; 'pause' stops it" if running else "interrupted")
        finally:
            self._working = self._pausing = None
            self._context.debuggee.waiting = False

    def _complain(self, failure: Exception) -> None:
        text = self._context.style("error", sentence(failure))
        if self._err is sys.stderr:
            print(text, file=self._err, flush=True)
        else:
            self._context.write(text)

    async def _next_text(self) -> str:
        """Return what is typed next; `quit` at the end of input, nothing when the session is over."""
        try:
            text = (await self._read(prompt(self._context))).strip()
            text += "\n" if "\n" in text else ""  # a pasted block is as complete as it looks
            while needs_more(text):
                more = await self._read(CONTINUATION)
                text = f"{text}\n{more}"
        except EOFError:
            return "quit"
        except Interrupted:
            return "pause" if self._context.debuggee.stop is None else "# nothing"
        if text:
            self._context.history.append(text)
        return text

    async def _read(self, prompt: str) -> str:
        """Read a line; an empty comment when the prompt has to give way meanwhile."""
        reading = asyncio.ensure_future(self._reader.read(prompt))
        changed = asyncio.ensure_future(self._sessions.changed.wait())
        try:
            await asyncio.wait({reading, changed}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            changed.cancel()
        if not reading.done():
            reading.cancel()
            await asyncio.wait({reading})
            return "#"
        return reading.result()
