"""A console that holds several programs; the test types."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from remora.terminal.console import Console
from remora.terminal.context import Leave
from remora.terminal.options import Options
from remora.terminal.screen import StreamScreen
from remora.terminal.sessions import Arrival, Sessions, open_sessions
from tests.terminal.stage import Stage, frame, open_stage
from tests.terminal.test_console import FedReader, Transcript


class Desk:
    """Where the test sits, in front of programs that it lets come."""

    def __init__(self, console: Console, sessions: Sessions, reader: FedReader, out: Transcript) -> None:
        self.console, self.sessions = console, sessions
        self.arriving: asyncio.Queue[Arrival | None] = asyncio.Queue()
        self.running: asyncio.Task[None]
        self._reader, self._out = reader, out

    async def arrives(self, name: str, *, stopped: bool = True) -> Stage:
        """Let a program come."""
        stage, session = await open_stage()
        if stopped:
            stage.stop()
            await session.wait_stop(10)
        self.arriving.put_nowait(Arrival(session=session, name=name))
        return stage

    async def arrivals(self) -> AsyncIterator[Arrival]:
        while arrival := await self.arriving.get():
            yield arrival

    def no_more_arrive(self) -> None:
        self.arriving.put_nowait(None)

    async def prompt(self) -> str:
        """The next prompt, or question, that is shown."""
        return await self._reader.prompts.get()

    def type(self, line: str) -> None:
        self._reader.lines.put_nowait(line)

    async def shows(self, text: str) -> None:
        """Wait until the text is shown, and forget what was shown up to then."""
        try:
            async with asyncio.timeout(10):
                while text not in self._out.getvalue():
                    self._out.written.clear()
                    await self._out.written.wait()
        except TimeoutError:
            raise AssertionError(f"{text!r} is not in {self._out.getvalue()!r}") from None
        self._out.seek(0)
        self._out.truncate()

    async def says(self, line: str, answer: str) -> None:
        self.type(line)
        await self.shows(answer)


def desk_test(play: Callable[[Desk], Awaitable[None]]) -> Callable[[], None]:
    """Run a test at a console that waits for programs to come."""

    async def run() -> None:
        reader, out = FedReader(), Transcript()
        screen = StreamScreen(out, reader=reader)
        async with open_sessions(screen, Options(), awaits="nobody is here yet") as sessions:
            desk = Desk(Console(sessions, reader, out), sessions, reader, out)
            sessions.watch(sessions.receive(desk.arrivals()))
            desk.running = asyncio.create_task(desk.console.run())
            try:
                await play(desk)
            finally:
                desk.running.cancel()
                await asyncio.gather(desk.running, return_exceptions=True)

    def test() -> None:
        asyncio.run(asyncio.wait_for(run(), 20))

    test.__name__, test.__doc__ = play.__name__, play.__doc__
    return test


@desk_test
async def test_a_console_waits_for_its_first_program(desk: Desk) -> None:
    await desk.shows("nobody is here yet")
    await desk.says("info sessions", "nobody is here yet")
    await desk.says("next", "nobody is here yet")
    await desk.arrives("41 one.py")
    await desk.shows("?!    6")
    await desk.says("info sessions", "-> 1    41 one.py  (stopped: pause)")


@desk_test
async def test_each_program_has_its_own_breakpoints_and_state(desk: Desk) -> None:
    one = await desk.arrives("41 one.py")
    await desk.shows("?!    6")
    two = await desk.arrives("42 two.py", stopped=False)
    await desk.shows("[session 2: 42 two.py; 'session 2' looks at it]")
    await desk.says("break 5", "breakpoint 1 at /srv/app.py:5")
    await desk.says("session 2", "[session 2: 42 two.py]")
    await desk.says("info breakpoints", "no breakpoints")
    await desk.says("where", "the program is running")
    await desk.says("session 7", "there is no session 7")
    await desk.says("session 1", "?!    6")
    assert len(one.sent("setBreakpoints")) == 1
    assert two.sent("setBreakpoints") == []


@desk_test
async def test_settings_are_the_persons(desk: Desk) -> None:
    await desk.arrives("41 one.py")
    await desk.shows("?!    6")
    await desk.arrives("42 two.py")
    await desk.shows("session 2")
    await desk.says("set listsize 3 ;; session 2 ;; show listsize", "listsize is 3")


@desk_test
async def test_a_stop_elsewhere_is_told_at_the_prompt(desk: Desk) -> None:
    await desk.arrives("41 one.py")
    await desk.shows("?!    6")
    two = await desk.arrives("42 two.py", stopped=False)
    await desk.shows("session 2")
    two.stop("breakpoint")
    await desk.shows("[session 2 stopped: breakpoint; 'session 2' looks at it]")
    await desk.says("info program", "stopped: pause")
    await desk.says("info sessions", "42 two.py  (stopped: breakpoint)")


@desk_test
async def test_a_wait_ends_with_the_stop_of_any_program(desk: Desk) -> None:
    await desk.arrives("41 one.py")
    await desk.shows("?!    6")
    two = await desk.arrives("42 two.py", stopped=False)
    await desk.shows("session 2")
    one = next(iter(desk.sessions)).context.debuggee
    desk.type("continue")
    async with asyncio.timeout(10):
        while not one.waiting:
            await asyncio.sleep(0)
    two.stop("breakpoint")
    await desk.shows("[session 2: 42 two.py]\n(app.py:6 MainThread): handle")
    await desk.says("session 1 ;; where", "the program is running")


@desk_test
async def test_when_a_program_ends_another_is_looked_at(desk: Desk) -> None:
    one = await desk.arrives("41 one.py")
    await desk.shows("?!    6")
    two = await desk.arrives("42 two.py")
    await desk.shows("session 2")
    desk.no_more_arrive()
    one.adapter.event("exited", {"exitCode": 3})
    await desk.shows("the program has ended with exit status 3\n[session 2: 42 two.py]\n")
    two.adapter.event("exited", {"exitCode": 0})
    await desk.shows("the program has ended with exit status 0\n")
    await asyncio.wait_for(desk.running, 10)


@desk_test
async def test_the_end_of_one_that_is_not_looked_at_is_a_note(desk: Desk) -> None:
    await desk.arrives("41 one.py")
    await desk.shows("?!    6")
    two = await desk.arrives("42 two.py")
    await desk.shows("session 2")
    two.adapter.event("exited", {"exitCode": 0})
    await desk.shows("[session 2 (42 two.py): the program has ended with exit status 0]")
    await desk.says("info sessions", "-> 1    41 one.py")


@desk_test
async def test_it_waits_on_when_all_have_ended(desk: Desk) -> None:
    one = await desk.arrives("41 one.py")
    await desk.shows("?!    6")
    one.adapter.event("exited", {"exitCode": 0})
    await desk.shows("nobody is here yet")
    two = await desk.arrives("42 two.py")
    await desk.shows("[session 2: 42 two.py]\n(app.py:6")
    desk.no_more_arrive()
    await two.adapter.aclose()
    await asyncio.wait_for(desk.running, 10)


@desk_test
async def test_detach_leaves_one_and_quit_all(desk: Desk) -> None:
    one = await desk.arrives("41 one.py")
    await desk.shows("?!    6")
    two = await desk.arrives("42 two.py")
    await desk.shows("session 2")
    await desk.says("detach", "the program goes on by itself\n[session 2: 42 two.py]")
    assert one.sent("disconnect") == [{"terminateDebuggee": False}]
    desk.type("quit")
    outcome = (await asyncio.gather(desk.running, return_exceptions=True))[0]
    assert isinstance(outcome, Leave)
    await desk.sessions.end_all(terminate=outcome.terminate)
    assert two.sent("disconnect") == [{"terminateDebuggee": False}]


@desk_test
async def test_stepping_is_of_the_program_that_is_looked_at(desk: Desk) -> None:
    await desk.arrives("41 one.py")
    await desk.shows("?!    6")
    two = await desk.arrives("42 two.py")
    await desk.shows("session 2")
    two.will_stop("step", [frame(3, "handle", 7)])
    await desk.says("session 2 ;; next", "<-    7     return total")
    assert len(two.sent("next")) == 1
