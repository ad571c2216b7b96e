"""Child processes of the programs that a console holds: which of them get a session, and what follows then.

Decides between parent and child, as the user has set it or is asked.  How a
child comes to have an agent is the matter of whoever is at the other end of the
connection: it tells of the child by `startDebugging`, and a further connection
like the first one leads to it.  Runs on the event loop.

Source: DAP, the reverse request `startDebugging`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from ..client import Client, Disconnected, RequestFailed, RequestTimeout, Session
from ..printable import printable
from .breakpoints import BreakpointList
from .wire import Body, CommandError

if TYPE_CHECKING:
    from .sessions import Held, Sessions

#: One more connection like the one that a session came by, as a client of its own.
Connect = Callable[[], Awaitable[Client]]

MODES = ("parent", "child", "both", "ask")
#: What an adapter is told to follow.  A program that replaces itself by `exec` is followed in any case.
_SUBPROCESS = {"parent": "exec", "child": True, "both": True, "ask": True}
#: Seconds for a child to say what it is.
_NAMING = 1.0
_FAILURES = (RequestFailed, RequestTimeout, Disconnected, OSError)


@dataclass(frozen=True)
class Question:
    """Which of two programs is to be followed; both are held until that is answered."""

    parent: Held
    child: Held

    text = "Follow the parent, the child or both? (p, c or b) "

    @property
    def note(self) -> str:
        return f"[process {self.parent.pid} has started {self.child.name}]"


class Following:
    """Owner: the event loop."""

    def __init__(
        self, sessions: Sessions, connect: Connect | None, mode: str, client_arguments: dict[str, Any]
    ) -> None:
        """Without `connect` nothing is followed.  `client_arguments` are those of `initialize`."""
        self.mode = mode
        #: Waiting for an answer, which whoever reads lines asks for.
        self.questions: list[Question] = []
        self._sessions = sessions
        self._connect = connect
        self._client_arguments = client_arguments

    def watch(self, held: Held) -> None:
        """Follow the children of one more program."""
        if self._connect is not None:
            held.session.client.on_request("startDebugging", partial(self._start, held))

    async def change(self, mode: str) -> None:
        """Follow otherwise from here on.  Raises `CommandError`, and what `Client.request` does."""
        if mode not in MODES:
            raise CommandError(f"'{mode}' is not one of {', '.join(MODES)}")
        if self._connect is None:
            raise CommandError("children are not followed here; begin with --follow-fork")
        for held in self._sessions:
            if held.is_alive:
                wanted = {"subProcess": _SUBPROCESS[mode]}
                await held.session.client.request("remora/configure", wanted)
        self.mode = mode

    async def answer(self, question: Question, answer: str) -> Held:
        """Go on as the user has said; the program to look at now."""
        parent, child = question.parent, question.child
        if answer.startswith("c"):
            await self._sessions.end(parent, terminate=False)
            return child
        if answer.startswith("b"):
            await self._let_go(child)
            return parent
        await self._sessions.end(child, terminate=False)
        return parent

    async def _start(self, parent: Held, arguments: Body) -> Body:
        configuration = arguments["configuration"]
        is_same = configuration.get("subProcessId") == parent.pid
        # That the old session ends is of no interest when another one goes on with its process.
        parent.context.debuggee.is_succeeded = is_same
        self._sessions.watch(self._follow(parent, configuration, is_same))
        return {}

    async def _follow(self, parent: Held, configuration: Body, is_same: bool) -> None:
        mode = "same" if is_same else self.mode
        try:
            session, breakpoints = await self._begin(parent, configuration, stops=mode in ("child", "ask"))
        except _FAILURES as failure:
            self._sessions.tell(f"[a child process goes on without a debugger: {printable(str(failure))}]")
            if is_same:
                parent.context.debuggee.is_succeeded = False
                parent.context.debuggee.end("the program has become another one, which was not reached")
            return
        kind = parent.context.options.kind if is_same else "attach"
        child = self._sessions.add(
            session,
            options=replace(parent.context.options, kind=kind),
            breakpoints=breakpoints,
            after=parent,
            instead=is_same,
        )
        if is_same:
            await self._succeed(parent, child)
        else:
            await self._divide(mode, parent, child)
        debuggee = child.context.debuggee
        if debuggee.stop is not None and not debuggee.waiting and debuggee.observer is not None:
            debuggee.observer.stopped_elsewhere(debuggee.stop)  # it was quicker than we

    async def _begin(
        self, parent: Held, configuration: Body, *, stops: bool
    ) -> tuple[Session, BreakpointList]:
        """A session with a child, which has the breakpoints of its parent's."""
        assert self._connect is not None
        session = Session(await self._connect())
        breakpoints = BreakpointList(session.client)
        exceptions = parent.context.exceptions.arguments()

        async def configure() -> None:
            await breakpoints.adopt(parent.context.breakpoints)
            await session.client.request("setExceptionBreakpoints", exceptions)

        arguments = {**configuration, "stopOnEntry": stops}
        told = session.client.expect_event("process")
        try:
            await session.start("attach", arguments, configure, client_arguments=self._client_arguments)
        except _FAILURES:
            await session.client.aclose()
            raise
        await asyncio.wait({told}, timeout=_NAMING)
        return session, breakpoints

    async def _succeed(self, before: Held, after: Held) -> None:
        """The program has replaced itself by `exec`."""
        was_current = self._sessions.is_current(before.context)
        self._sessions.tell(f"[process {before.pid} has become another program]")
        if was_current and not self._sessions.give_way(after.context):
            self._sessions.select(after.number)
            after.context.write(after.label)
            self._sessions.changed.set()
        await before.session.client.aclose()

    async def _divide(self, mode: str, parent: Held, child: Held) -> None:
        sessions = self._sessions
        if mode == "ask":
            self.questions.append(Question(parent, child))
            if not sessions.give_way(parent.context):
                sessions.changed.set()
        elif mode == "child":
            was_current = sessions.is_current(parent.context)
            if was_current and not sessions.give_way(child.context):
                sessions.select(child.number)
                child.context.write(child.label)
                sessions.changed.set()
            sessions.tell(f"[{parent.name} goes on by itself]")
            await sessions.end(parent, terminate=False)
        else:
            sessions.tell(f"[session {child.number}: {child.name}; 'session {child.number}' looks at it]")

    async def _let_go(self, child: Held) -> None:
        debuggee = child.context.debuggee
        if debuggee.ended is None:
            await debuggee.wait_halt()
        if debuggee.ended is None:
            await debuggee.resume("continue")
            debuggee.waiting = False


def subprocess_option(mode: str) -> Any:
    """The option `subProcess` of the request that begins a session."""
    return _SUBPROCESS[mode]
