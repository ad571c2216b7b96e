"""Which program the console follows, as the user says when it is asked; the test types."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from remora.client import Client
from remora.dap.errors import RequestError
from remora.terminal.console import Console
from remora.terminal.options import Options
from remora.terminal.screen import StreamScreen
from remora.terminal.sessions import open_sessions
from tests.support.fake_adapter import FakeAdapter
from tests.terminal.stage import Body, Stage, open_stage
from tests.terminal.test_console import FedReader, Transcript
from tests.terminal.test_sessions import Desk

CHILD = {"request": "attach", "configuration": {"subProcessId": 42, "justMyCode": False}}


class Fork:
    """A console whose program stands, and that program's child, which stops at its first line."""

    def __init__(self, desk: Desk, parent: Stage) -> None:
        self.desk, self.parent = desk, parent
        self.children: list[Stage] = []

    async def connect(self) -> Client:
        adapter, stream = FakeAdapter.open()
        child = Stage(adapter)
        self.children.append(child)
        configured = adapter.replies["configurationDone"]

        def began(arguments: Body) -> Body | RequestError:
            assert callable(configured)
            body = configured(arguments)
            adapter.event("process", {"name": "child.py", "systemProcessId": 42})
            asyncio.get_running_loop().call_soon(child.stop, "entry")
            return body

        adapter.replies["configurationDone"] = began
        adapter.replies["setExceptionBreakpoints"] = {}
        return await Client.open(stream)

    async def divides(self) -> None:
        self.parent.adapter.reverse_request("startDebugging", CHILD)


def asked_test(play: Callable[[Fork], Awaitable[None]]) -> Callable[[], None]:
    async def run() -> None:
        reader, out = FedReader(), Transcript()
        stage, session = await open_stage()
        stage.stop()
        forks: list[Fork] = []
        options = Options(follow_fork="ask")
        screen = StreamScreen(out, reader=reader)
        async with open_sessions(screen, options, connect=lambda: forks[0].connect()) as sessions:
            sessions.add(session, name="41 app.py")
            desk = Desk(Console(sessions, reader, out), sessions, reader, out)
            forks.append(Fork(desk, stage))
            desk.running = asyncio.create_task(desk.console.run())
            await desk.shows("?!    6")
            try:
                await play(forks[0])
            finally:
                desk.running.cancel()
                await asyncio.gather(desk.running, return_exceptions=True)

    def test() -> None:
        asyncio.run(asyncio.wait_for(run(), 20))

    test.__name__, test.__doc__ = play.__name__, play.__doc__
    return test


async def is_asked(fork: Fork) -> None:
    async with asyncio.timeout(10):
        while "Follow the parent, the child or both?" not in await fork.desk.prompt():
            continue


@asked_test
async def test_the_child_has_the_breakpoints_of_its_parent(fork: Fork) -> None:
    await fork.desk.says("break 5", "breakpoint 1")
    await fork.divides()
    await is_asked(fork)
    (sent,) = fork.children[0].sent("setBreakpoints")
    assert [each["line"] for each in sent["breakpoints"]] == [5]
    (arguments,) = fork.children[0].sent("attach")
    assert arguments == {"subProcessId": 42, "justMyCode": False, "stopOnEntry": True}


@asked_test
async def test_the_child_is_followed_if_the_user_says_so(fork: Fork) -> None:
    await fork.divides()
    await is_asked(fork)
    await fork.desk.says("c", "[session 2:")
    assert fork.parent.sent("disconnect") == [{"terminateDebuggee": False}]
    await fork.desk.says("info program", "stopped: entry")


@asked_test
async def test_the_parent_is_followed_if_the_user_says_so(fork: Fork) -> None:
    await fork.divides()
    await is_asked(fork)
    fork.desk.type("p")
    await fork.desk.says("info program", "stopped: pause")
    assert fork.children[0].sent("disconnect") == [{"terminateDebuggee": False}]


@asked_test
async def test_with_both_the_child_goes_on(fork: Fork) -> None:
    await fork.divides()
    await is_asked(fork)
    fork.desk.type("b")
    await fork.desk.says("info sessions", "2    42 child.py  (running)")
    assert len(fork.children[0].sent("continue")) == 1
    assert fork.parent.sent("disconnect") == []


@asked_test
async def test_who_waits_for_the_parent_is_asked_and_waits_on(fork: Fork) -> None:
    fork.parent.adapter.replies["continue"] = fork.parent.go_on
    await fork.desk.says("continue", "going on")
    await fork.divides()
    await is_asked(fork)
    fork.desk.type("p")
    await fork.desk.shows("[session 1: 41 app.py]")
    fork.parent.stop("breakpoint")
    await fork.desk.shows("xx    6")
