"""The debug sessions that one console holds: its program, children of that, programs that dial in.

Decides which of them is looked at, and when none is left.  Each has a `Context`
of its own; screen, settings, displays and history are the person's.  It reads
no lines and runs no commands.  Runs on the event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..client import Client, Disconnected, RequestFailed, Session
from .announcer import Announcer
from .breakpoints import BreakpointList
from .context import Context
from .debuggee import Debuggee, Stop
from .exception_stops import ExceptionStops
from .following import Connect, Following
from .options import Options
from .sources import Sources
from .wire import CommandError

if TYPE_CHECKING:
    from .screen import StreamScreen

_LOST = "the program has gone, or the connection to it was lost"


@dataclass
class Held:
    """One session, from when it is held to its end."""

    number: int
    #: What it was announced as, if it was.
    given_name: str
    session: Session
    context: Context

    @property
    def name(self) -> str:
        """Process id and command line, for people."""
        process = self.session.process
        if self.given_name or process is None:
            return self.given_name or "a program"
        return f"{process.get('systemProcessId', '')} {process['name']}".strip()

    @property
    def pid(self) -> int | None:
        """Of the program, where it is."""
        process = self.session.process
        return process.get("systemProcessId") if process is not None else None

    @property
    def is_alive(self) -> bool:
        return self.context.debuggee.ended is None

    @property
    def label(self) -> str:
        """How it is announced."""
        return self.context.style("faint", f"[session {self.number}: {self.name}]")


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A session that has been started with a program that came by itself."""

    session: Session
    #: For people; the program's own name without it.
    name: str = ""
    #: Those of the console unless given.
    options: Options | None = None


@asynccontextmanager
async def open_sessions(
    screen: StreamScreen,
    options: Options,
    arrivals: AsyncIterator[Arrival] | None = None,
    *,
    awaits: str = "",
    connect: Connect | None = None,
) -> AsyncIterator[Sessions]:
    """Sessions that learn of their ends, and those of `arrivals` and of children, as long as this is open.

    The connections are not closed with it.  As long as `arrivals` may give
    more, `awaits` says what is waited for.
    """
    sessions = Sessions(screen, options, awaits=awaits, connect=connect)
    if arrivals is not None:
        sessions.watch(sessions.receive(arrivals))
    try:
        yield sessions
    finally:
        await sessions.stop_watching()


class Sessions:
    """Owner: the event loop."""

    def __init__(
        self,
        screen: StreamScreen,
        options: Options,
        *,
        awaits: str = "",
        connect: Connect | None = None,
    ) -> None:
        """`awaits` says what is waited for while there is no program; without it the last end is the end."""
        self.awaits = awaits
        #: Set when the prompt has to give way: the current session has ended, or the first has come.
        self.changed = asyncio.Event()
        #: Ends the wait for the current program, for a stop of another one; False if nobody waits.
        self.give_way: Callable[[Context], bool] = lambda context: False
        self.screen = screen
        #: What becomes of child processes; by `connect` their sessions are reached.
        self.following = Following(self, connect, options.follow_fork, dict(options.client_arguments))
        self._options = options
        self._held: dict[int, Held] = {}
        self._last_number = 0
        self._watching: set[asyncio.Task[None]] = set()
        self._current: Context | None = None

    def __iter__(self) -> Iterator[Held]:
        return iter(list(self._held.values()))

    def __len__(self) -> int:
        return len(self._held)

    def __getitem__(self, number: int) -> Held:
        """Raises `CommandError` when there is no such session."""
        try:
            return self._held[number]
        except KeyError:
            raise CommandError(f"there is no session {number}; 'info sessions' lists them") from None

    @property
    def current(self) -> Context:
        """The session that is looked at; one without a program while there is none."""
        if self._current is None:
            self._current = _vacancy(self, self._options, self._current)
        return self._current

    def add(
        self,
        session: Session,
        *,
        name: str = "",
        options: Options | None = None,
        breakpoints: BreakpointList | None = None,
        after: Held | None = None,
        instead: bool = False,
    ) -> Held:
        """Hold a session that has been started; the first one, and one after an ended one, is current.

        `options` are those of the console unless given.  Without a `name` it is the program's own.  One
        that comes `after` another has the `breakpoints` of that, and its number if it is held `instead`.
        """
        context = _context(self, session, options or self._options, self._current)
        if after is not None:
            context.exceptions = deepcopy(after.context.exceptions)
        if breakpoints is not None:
            context.breakpoints = breakpoints
        self._last_number += not instead
        number = after.number if after and instead else self._last_number
        held = self._held[number] = Held(number, name, session, context)
        context.debuggee.observer = Announcer(context, self.screen)
        self.following.watch(held)
        self.watch(self._await_end(held))
        if self._current is None:
            self._current = context
        elif self._current.debuggee.ended is not None:
            self.changed.set()
        return held

    def held(self, context: Context) -> Held | None:
        """The session that a context is of; None for that without a program."""
        return next((each for each in self if each.context is context), None)

    def select(self, number: int) -> Held:
        """Look at another session.  Raises `CommandError`."""
        held = self[number]
        self._current = held.context
        return held

    def select_alive(self) -> Held | None:
        """Look at the youngest session that has not ended, if there is one."""
        alive = [each for each in self if each.is_alive]
        return self.select(alive[-1].number) if alive else None

    def select_none(self) -> Context:
        """Look at no program, until the next one comes."""
        if self.held(self.current):
            self._current = _vacancy(self, self._options, self._current)
        return self.current

    @property
    def ends_program(self) -> bool:
        """Whether a program is held that ends with its session."""
        return any(each.is_alive and each.context.options.ends_program for each in self)

    def is_current(self, context: Context) -> bool:
        return context is self._current

    def tell_stop(self, context: Context, stop: Stop) -> None:
        """A session that is not looked at has stopped: it is looked at if somebody waits for a stop."""
        held = self.held(context)
        if held is None or self.give_way(context):
            return
        self.tell(f"[session {held.number} stopped: {stop.reason}; 'session {held.number}' looks at it]")

    def tell(self, note: str) -> None:
        self.screen.write(self.screen.style("faint", note))

    async def end(self, held: Held, *, terminate: bool) -> None:
        """End a session, unless it has ended by itself: its program goes on, or is ended with it."""
        del self._held[held.number]
        if not held.is_alive:
            await held.session.client.aclose()
            return
        held.context.debuggee.end("the program was ended" if terminate else "the program goes on by itself")
        try:
            await held.session.disconnect(terminate=terminate)
        except RequestFailed as failure:
            self.tell(str(failure))

    async def end_all(self, *, terminate: bool) -> None:
        """End every session; with `terminate`, the programs that end with their session, or the only one."""
        only = len(self) == 1
        for held in self:
            ends = only or held.context.options.ends_program
            await self.end(held, terminate=terminate and ends)

    async def receive(self, arrivals: AsyncIterator[Arrival]) -> None:
        """Hold each session that comes; without further ones to come, the last session's end is the end."""
        try:
            async for arrival in arrivals:
                held = self.add(arrival.session, name=arrival.name, options=arrival.options)
                if not self.is_current(held.context):
                    self.tell(f"[session {held.number}: {held.name}; 'session {held.number}' looks at it]")
        finally:
            self.awaits = ""
            self.changed.set()

    def watch(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside the conversation, up to the end of the console."""
        watching = asyncio.create_task(work)
        self._watching.add(watching)
        watching.add_done_callback(self._watching.discard)

    async def stop_watching(self) -> None:
        watching = list(self._watching)
        for each in watching:
            each.cancel()
        await asyncio.gather(*watching, return_exceptions=True)

    async def _await_end(self, held: Held) -> None:
        """Note the end of a session, however it comes."""
        closed = asyncio.ensure_future(held.session.client.wait_closed())
        over = asyncio.ensure_future(held.context.debuggee.over.wait())
        try:
            await asyncio.wait({closed, over}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            closed.cancel()
            over.cancel()
        held.context.debuggee.end(_LOST)
        if self.is_current(held.context):
            self.changed.set()
        elif self._held.get(held.number) is held:
            del self._held[held.number]
            self.tell(f"[session {held.number} ({held.name}): {held.context.debuggee.ended}]")


def _context(sessions: Sessions, session: Session, options: Options, before: Context | None) -> Context:
    """The context of a session; what is the person's is that of `before`."""
    stopped = None if session.stopped is None else dict(session.stopped)
    capabilities: dict[str, Any] = dict(session.capabilities)
    own: dict[str, Any] = {
        "debuggee": Debuggee(session.client, capabilities, stopped),
        "breakpoints": BreakpointList(session.client),
        "sources": Sources(session.client, local=options.local_sources),
        "options": options,
        "exceptions": ExceptionStops(),
    }
    if before is None:
        return Context(screen=sessions.screen, sessions=sessions, **own)
    return replace(before, listed=None, **own)


def _vacancy(sessions: Sessions, options: Options, before: Context | None) -> Context:
    """The context of no program."""
    context = _context(sessions, Session(Client(_Nowhere())), options, before)
    context.debuggee.end(sessions.awaits or "there is no program")
    return context


class _Nowhere:
    """The stream of no program."""

    async def read(self, limit: int) -> bytes:
        return b""

    def write(self, content: bytes) -> None:
        raise Disconnected("There is no program.")

    async def drain(self) -> None:
        return

    async def aclose(self) -> None:
        return
