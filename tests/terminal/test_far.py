"""How many round trips a stop takes to be on the screen, of a real program; no clock is looked at.

Time is counted in round trips: what is asked for now is here in the next one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from remora.bundle.cache import Bundle
from remora.client import Client, Session
from remora.dap.framing import Decoder
from remora.inject.attach import attach
from remora.terminal.console import Console
from remora.terminal.options import Options
from remora.terminal.screen import StreamScreen
from remora.terminal.sessions import open_sessions
from remora.transport.base import SocketStream
from remora.transport.from_socket import open_socket
from tests.conftest import StartDebuggee
from tests.support.debuggee import Debuggee
from tests.support.pythons import each_python_here
from tests.terminal.test_console import FedReader, Transcript

pytestmark = each_python_here

COMES_WITH_STOPS = {"supportsRemoraStopDetails": True}

#: Turns of the event loop in which whoever is there asks for all that they want to know.
_TURNS = 20


class Link:
    """A stream that knows the time, and what has gone over it."""

    def __init__(self, stream: SocketStream) -> None:
        self._stream = stream
        self._sending, self._receiving = Decoder(), Decoder()
        self.begin()

    def begin(self) -> None:
        """Count from here."""
        self.now = 0
        self.requests: list[str] = []
        self.received = b""
        #: By the number of each request.
        self._sent_at: dict[int, int] = {}

    async def read(self, limit: int) -> bytes:
        content = await self._stream.read(limit)
        for _ in range(_TURNS):  # an answer never overtakes what is about to be asked for
            await asyncio.sleep(0)
        self.received += content
        for message in self._receiving.feed(content):
            # What comes without having been asked for comes with the answer before it.
            self.now = max(self.now, self._sent_at.get(message.get("request_seq", 0), -1) + 1)
        return content

    def write(self, content: bytes) -> None:
        for message in self._sending.feed(content):
            self._sent_at[message["seq"]] = self.now
            self.requests.append(message["command"])
        self._stream.write(content)

    async def drain(self) -> None:
        await self._stream.drain()

    async def aclose(self) -> None:
        await self._stream.aclose()


class Timed(Transcript):
    """What is shown, and when."""

    def __init__(self, link: Link) -> None:
        super().__init__()
        self.link = link
        self.times: list[tuple[int, str]] = []

    def write(self, text: str) -> int:
        self.times.append((self.link.now, text))
        return super().write(text)

    def when(self, text: str) -> int:
        """The round trips after which it was shown."""
        return next(time for time, shown in self.times if text in shown)


class Far:
    """A person at a console whose program is far away."""

    def __init__(self, link: Link, reader: FedReader, screen: Timed) -> None:
        self.link, self.screen = link, screen
        self._reader = reader

    async def prompted(self) -> int:
        """Wait for the next prompt; the round trips until then."""
        await asyncio.wait_for(self._reader.prompts.get(), 20)
        return self.link.now

    async def types(self, line: str) -> int:
        """Type a line; the round trips until all is shown."""
        self.link.begin()
        self.screen.times.clear()
        self._reader.lines.put_nowait(line)
        return await self.prompted()


def from_far(debuggee: Debuggee, play: Callable[[Far], Awaitable[None]]) -> None:
    async def run() -> None:
        attached = attach(debuggee.pid, Bundle())
        link = Link(await open_socket(attached.socket))
        session = Session(await Client.open(link))
        await session.start("attach", {"stopOnEntry": True}, client_arguments=COMES_WITH_STOPS, at_once=True)
        assert link.now == 1
        reader, out = FedReader(), Timed(link)
        async with open_sessions(StreamScreen(out, reader=reader), Options()) as sessions:
            sessions.add(session)
            console = asyncio.create_task(Console(sessions, reader, out).run())
            far = Far(link, reader, out)
            await far.prompted()
            try:
                await play(far)
            finally:
                console.cancel()
                await asyncio.gather(console, return_exceptions=True)
                await sessions.end_all(terminate=False)

    asyncio.run(asyncio.wait_for(run(), 40))


def test_a_stop_comes_with_its_location(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    line = debuggee.line_of("double")

    async def play(far: Far) -> None:
        await far.types(f"break {line}")
        far.link.begin()
        debuggee.send("count 3\n")
        assert await far.types("continue") <= 2  # the source has to come once
        assert far.screen.when(f"on_request.py:{line} MainThread): count") == 1
        assert await far.types("next") == 1
        assert far.link.requests == ["next"]
        assert await far.types("next") == 1
        assert far.screen.when(f"on_request.py:{line} MainThread): count") == 1

    from_far(debuggee, play)


def test_nothing_comes_that_is_not_shown(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")

    async def play(far: Far) -> None:
        await far.types(f"tbreak {debuggee.line_of('double')}")
        debuggee.send("count 3\n")
        await far.types("continue")
        await far.types("next")
        assert len(far.link.received) < 1200, far.link.received

    from_far(debuggee, play)


def test_a_full_screen_takes_three_round_trips_at_most(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    line = debuggee.line_of("double")

    async def play(far: Far) -> None:
        await far.types(f"tbreak {line}")
        await far.types("display i")
        await far.types("display n")
        debuggee.send("count 3\n")
        await far.types("continue")
        assert far.screen.when(f"on_request.py:{line} MainThread): count") == 1
        assert far.screen.when("i = 0") <= 2
        assert far.link.now <= 3
        assert await far.types("next") == 2
        assert far.link.requests == ["next", "evaluate", "evaluate"]

    from_far(debuggee, play)


def test_what_is_asked_for_is_asked_for_at_once(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")

    async def play(far: Far) -> None:
        await far.types(f"tbreak {debuggee.line_of('double')}")
        debuggee.send("count 3\n")
        await far.types("continue")
        assert await far.types("backtrace") == 1
        assert await far.types("info locals") <= 2
        assert await far.types("info threads") <= 2
        assert await far.types("p i") == 1

    from_far(debuggee, play)
