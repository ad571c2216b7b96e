"""What the console makes of events that nobody asked for, and of Ctrl-C; the test types."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from remora.terminal.candidates import Candidate
from remora.terminal.completion import complete
from remora.terminal.console import Console, prompt
from remora.terminal.context import Context, Leave
from remora.terminal.options import Options
from remora.terminal.recalling import keep_breakpoints
from remora.terminal.screen import StreamScreen
from remora.terminal.sessions import Sessions, open_sessions
from tests.support.fake_adapter import HOLD
from tests.terminal.stage import PATH, Stage, frame, open_stage


class FedReader:
    """A reader whose lines the test puts in; `asked` counts the prompts."""

    answers = True

    def __init__(self) -> None:
        self.lines: asyncio.Queue[str] = asyncio.Queue()
        self.prompts: asyncio.Queue[str] = asyncio.Queue()
        self.complete: Callable[[str], Awaitable[list[Candidate]]] | None = None

    async def read(self, prompt: str) -> str:
        self.prompts.put_nowait(prompt)
        return await self.lines.get()

    def keep_history(self, keep: bool) -> None:
        return

    def write_above(self, text: str) -> bool:
        return False


class Transcript(io.StringIO):
    """What is shown; wakes who waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self.written = asyncio.Event()

    def write(self, text: str) -> int:
        self.written.set()
        return super().write(text)


class Seat:
    """Where the test sits: it types, presses Ctrl-C and looks."""

    def __init__(
        self, stage: Stage, console: Console, reader: FedReader, out: Transcript, sessions: Sessions
    ) -> None:
        self.stage, self.console, self.sessions = stage, console, sessions
        self._reader, self._out = reader, out

    @property
    def context(self) -> Context:
        return self.sessions.current

    async def prompted(self) -> str:
        """Wait for the next prompt; what was shown since the last look."""
        await asyncio.wait_for(self._reader.prompts.get(), 10)
        return self.seen()

    async def type(self, line: str) -> None:
        self._reader.lines.put_nowait(line)

    async def shows(self, text: str) -> None:
        """Wait until the text is shown."""
        async with asyncio.timeout(10):
            while text not in self._out.getvalue():
                self._out.written.clear()
                await self._out.written.wait()

    def seen(self) -> str:
        text = self._out.getvalue()
        self._out.seek(0)
        self._out.truncate()
        return text


Play = Callable[[Seat], Awaitable[None]]


def console_test(play: Play) -> Callable[[], None]:
    """Run a test at a console whose program stands at line 6 of `handle` and whose prompt is shown."""

    async def run() -> None:
        stage, session = await open_stage()
        reader, out = FedReader(), Transcript()
        screen = StreamScreen(out, reader=reader)
        stage.stop()
        async with open_sessions(screen, Options()) as sessions:
            sessions.add(session)
            console = Console(sessions, reader, out)
            running = asyncio.create_task(console.run())
            seat = Seat(stage, console, reader, out, sessions)
            assert "?!    6" in await seat.prompted()
            await play(seat)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    def test() -> None:
        asyncio.run(asyncio.wait_for(run(), 20))

    test.__name__, test.__doc__ = play.__name__, play.__doc__
    return test


@console_test
async def test_the_end_of_the_program_ends_the_console_at_its_prompt(seat: Seat) -> None:
    seat.stage.adapter.event("exited", {"exitCode": 0})
    await seat.shows("the program has ended with exit status 0\n")


@console_test
async def test_a_lost_connection_is_said(seat: Seat) -> None:
    await seat.stage.adapter.aclose()
    await seat.shows("the program has gone, or the connection to it was lost\n")


@console_test
async def test_a_stop_of_another_thread_does_not_change_what_is_looked_at(seat: Seat) -> None:
    seat.stage.stop("breakpoint", 2)
    await seat.shows("[thread 2 stopped: breakpoint; 'thread 2' looks at it]")
    assert seat.context.debuggee.thread_id == 1


@console_test
async def test_another_client_continues_and_stops_the_program(seat: Seat) -> None:
    seat.stage.adapter.event("continued", {"threadId": 1, "allThreadsContinued": True})
    await seat.shows("[another client let the program go on]")
    await seat.type("backtrace")
    assert "the program is running; 'pause' stops it" in await seat.prompted()
    seat.stage.stop("breakpoint")
    await seat.shows("xx    6         total += i")


@console_test
async def test_the_first_ctrl_c_pauses(seat: Seat) -> None:
    seat.stage.adapter.replies["continue"] = seat.stage.go_on
    await seat.type("continue")
    await seat.shows("going on")
    seat.console.interrupt()
    assert "?!    6" in await seat.prompted()


@console_test
async def test_the_second_ctrl_c_gives_the_prompt_back(seat: Seat) -> None:
    seat.stage.adapter.replies.update({"continue": seat.stage.go_on, "pause": {}})
    await seat.type("continue")
    await seat.shows("going on")
    seat.console.interrupt()
    await seat.stage.adapter.wait_request("pause")
    seat.console.interrupt()
    assert "the program runs on; 'pause' stops it" in await seat.prompted()
    seat.stage.stop("pause")
    await seat.shows("?!    6")


@console_test
async def test_a_failed_command_is_one_line_and_the_prompt_comes_back(seat: Seat) -> None:
    await seat.type("nonsense")
    assert await seat.prompted() == "NameError: name 'nonsense' is not defined\n"


@console_test
async def test_deleting_all_breakpoints_is_asked_for(seat: Seat) -> None:
    await seat.type("b 5")
    await seat.prompted()
    await seat.type("delete")
    await seat.prompted()
    await seat.type("n")
    await seat.prompted()
    assert len(seat.context.breakpoints) == 1


@console_test
async def test_a_breakpoint_that_is_found_later_is_said(seat: Seat) -> None:
    await seat.type("b 5")
    await seat.prompted()
    seat.stage.adapter.event(
        "breakpoint", {"reason": "changed", "breakpoint": {"id": 100, "verified": True, "line": 7}}
    )
    await seat.shows("breakpoint 1 at /srv/app.py:7")


@console_test
async def test_a_refused_step_leaves_the_program_stopped(seat: Seat) -> None:
    seat.stage.adapter.replies.pop("next")
    await seat.type("next")
    await seat.prompted()
    await seat.type("frame")
    assert "(app.py:6 MainThread): handle" in await seat.prompted()


@console_test
async def test_a_python_prompt(seat: Seat) -> None:
    seat.stage.values |= {"quit + 1": {"result": "8"}, "for i in x:\n    f(i)\n": {"result": "looped"}}
    await seat.type("python")
    assert "Ctrl-D or 'exit' goes back" in await seat.prompted()
    await seat.type("quit + 1")
    assert await seat.prompted() == "8\n"
    await seat.type("for i in x:")
    await seat.prompted()
    await seat.type("    f(i)")
    await seat.prompted()
    await seat.type("")
    assert await seat.prompted() == "looped\n"
    await seat.type("step")
    assert await seat.prompted() == "NameError: name 'step' is not defined\n"
    await seat.type("exit")
    await seat.prompted()
    assert seat.stage.sent("stepIn") == []


@console_test
async def test_ctrl_c_at_a_python_prompt_ends_what_runs_and_not_the_prompt(seat: Seat) -> None:
    await seat.type("python")
    await seat.prompted()
    seat.stage.adapter.replies["evaluate"] = HOLD
    await seat.type("spin()")
    await seat.stage.adapter.wait_request("evaluate")
    seat.console.interrupt()
    assert "interrupted" in await seat.prompted()
    await seat.type("exit()")
    await seat.prompted()
    await seat.type("frame")
    assert "(app.py:6 MainThread): handle" in await seat.prompted()


@console_test
async def test_the_end_of_the_program_ends_a_python_prompt(seat: Seat) -> None:
    await seat.type("python")
    await seat.prompted()
    seat.stage.adapter.event("exited", {"exitCode": 0})
    await seat.shows("the program has ended with exit status 0\n")


@console_test
async def test_the_prompt_tells_of_another_thread(seat: Seat) -> None:
    assert prompt(seat.context) == "(remora) "
    await seat.type("thread worker")
    await seat.prompted()
    assert prompt(seat.context) == "(remora:worker) "


@console_test
async def test_what_a_word_may_become(seat: Seat) -> None:
    seat.stage.adapter.replies["completions"] = {"targets": [{"label": "total"}]}
    seat.stage.adapter.replies["stackTrace"] = {"stackFrames": [frame(1, "handle", 6)]}
    await seat.type("b 5")
    await seat.prompted()

    async def offers(text: str) -> list[str]:
        return [each.text for each in await complete(seat.context, text)]

    assert await offers("backt") == ["backtrace", "total"]
    assert await offers("b ap") == ["app.py:", "total"]
    assert await offers("b 5 if to") == ["total"]
    assert await offers("n ;; delete ") == ["1"]
    assert await offers("info th") == ["threads"]
    assert await offers("help run") == ["running"]
    assert await offers("thread w") == ["worker"]
    assert await offers("p to") == ["total"]
    assert await offers("set highl") == ["highlight", "total"]
    assert await offers("set highlight ") == ["dark", "light", "off"]
    assert "monokai" in await offers("set style mono")
    assert await offers("show subst") == ["substitute"]
    assert await offers("help set patsu") == ["patsub"]
    assert await offers("info threads w") == ["worker"]
    seat.context.aliases.define("backtick", "p 1")
    assert await offers("backti") == ["backtick", "total"]
    assert await offers("unalias ") == ["backtick"]
    seat.stage.adapter.replies.pop("completions")
    assert await offers("p to") == []


def begin(options: Options) -> str:
    """What a console shows that is begun with these options, up to its first prompt."""

    async def run() -> str:
        stage, session = await open_stage()
        reader, out = FedReader(), Transcript()
        stage.adapter.replies["evaluate"] = {"result": repr(PATH)}
        stage.stop()
        async with open_sessions(StreamScreen(out, reader=reader), options) as sessions:
            sessions.add(session)
            running = asyncio.create_task(Console(sessions, reader, out).run())
            await asyncio.wait_for(reader.prompts.get(), 10)
            await keep_breakpoints(sessions)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        return out.getvalue()

    return asyncio.run(asyncio.wait_for(run(), 20))


def test_a_profile_comes_first_and_its_failures_are_told(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    profile.write_text("set context 0\nset nothing\nset basename\n")
    shown = begin(Options(profile=str(profile)))
    assert shown.startswith(f"{profile}: set nothing: there is no setting 'nothing'; 'show' lists them\n")
    assert shown.count("(app.py:6 MainThread): handle\n?!    6         total += i\n") == 1
    assert "?!    6" in begin(Options(profile=str(tmp_path / "absent")))


def test_breakpoints_are_kept_from_one_console_to_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    profile = tmp_path / "profile"
    profile.write_text("set autosave\n")
    begin(Options(profile=str(profile), commands=["break 5 if i"]))
    assert "[breakpoints are saved for this program; 'load' sets them]" in begin(Options())
    assert "breakpoint 1 at /srv/app.py:5" in begin(Options(profile=str(profile)))
    begin(Options(profile=str(profile), commands=["delete!"]))
    assert "saved" not in begin(Options())


def test_quit_leaves() -> None:
    async def run() -> None:
        stage, session = await open_stage()
        stage.stop()
        reader, out = FedReader(), Transcript()
        screen = StreamScreen(out, reader=reader)
        options = Options(commands=["quit!"], kind="launch")
        async with open_sessions(screen, options) as sessions:
            sessions.add(session)
            with pytest.raises(Leave) as leaving:
                await Console(sessions, reader, out).run()
            assert leaving.value.terminate

    asyncio.run(asyncio.wait_for(run(), 20))
