"""The program as the console sees it: running, stopped or over; which thread and frame are looked at.

Fed by the client's events, on the event loop's thread.  It prints nothing:
`Observer` is told what happened outside of the user's own commands.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Protocol

from ..client import Client
from .callstack import Stack
from .wire import Body, CommandError, NotStopped

#: Frames fetched at once when a command goes further up than those known.
_FRAMES_AT_ONCE = 20


@dataclass(frozen=True)
class Stop:
    """A `stopped` event of one thread."""

    thread_id: int
    reason: str
    description: str = ""
    text: str = ""
    breakpoint_ids: tuple[int, ...] = ()
    #: What the step has come to, of one to the next of some events.
    event: str = ""

    @classmethod
    def from_body(cls, body: Body) -> Stop:
        return cls(
            thread_id=body.get("threadId", 0),
            reason=body["reason"],
            description=body.get("description", ""),
            text=body.get("text", ""),
            breakpoint_ids=tuple(body.get("hitBreakpointIds", ())),
            event=body.get("remoraEvent", ""),
        )


class Observer(Protocol):
    """Is told, on the event loop, what nobody was waiting for."""

    def stopped_elsewhere(self, stop: Stop) -> None:
        """Another thread stopped while one is looked at, or the program while nobody waited."""

    def continued_elsewhere(self, by: str) -> None:
        """Another client let the program go on; `by` is its name, if that is known."""


class Debuggee:
    """Owner: the event loop."""

    def __init__(self, client: Client, capabilities: Body, stopped: Body | None = None) -> None:
        """`stopped`: the body of a `stopped` event that came before this object did."""
        self.client = client
        self.capabilities = capabilities
        #: A picture of the program, taken from outside: nobody is in it.
        self.is_picture = bool(capabilities.get("supportsRemoraRefreshRequest"))
        self.observer: Observer | None = None
        self.stops: dict[int, Stop] = {}
        self.all_stopped = False
        self.thread_id: int | None = None
        self.frame_index = 0
        self.exit_code: int | None = None
        self.ended: str | None = None
        #: Another session goes on with the program: the end of this one is no end.
        self.is_succeeded = False
        #: Whether a stop is expected by somebody here.
        self.waiting = False
        self._known_threads: dict[int, str] | None = None
        #: Of a picture: what a thread waits for, and holds.
        self.thread_states: dict[int, str] = {}
        #: Names that came with stops.
        self._told_names: dict[int, str] = {}
        self._stacks: dict[int, Stack] = {}
        self._halted = asyncio.Event()
        #: Set when there is nothing to debug any more.
        self.over = asyncio.Event()
        for event in ("stopped", "continued", "thread", "exited"):
            client.on(event, getattr(self, f"_on_{event}"))
        client.on("terminated", lambda _: self.end("the program has ended"))
        client.on("invalidated", lambda _: self._stacks.clear())
        if stopped is not None:
            self._on_stopped(stopped)

    # What is looked at

    @property
    def stop(self) -> Stop | None:
        """Why the selected thread stands; None while it runs."""
        if self.thread_id is None:
            return None
        own = self.stops.get(self.thread_id)
        if own is None and self.all_stopped and self.stops:
            return Stop(self.thread_id, "pause")
        return own

    def select_thread(self, thread_id: int) -> None:
        """Look at the innermost frame of a thread; raises `NotStopped` when it runs."""
        if not self.all_stopped and thread_id not in self.stops:
            raise NotStopped(f"thread {thread_id} is running; 'pause {thread_id}' stops it")
        self.thread_id = thread_id
        self.frame_index = 0

    def stack(self, thread_id: int | None = None) -> Stack:
        """Return the stack of a stopped thread, the selected one unless told; raises `NotStopped`."""
        if thread_id is None:
            self.check_stopped()
            assert self.thread_id is not None
            thread_id = self.thread_id
        return self._stacks.setdefault(thread_id, Stack(self.client, thread_id))

    def look_at(self, exception_frames: list[Body] | None) -> None:
        """Look at frames that an exception has come through, until the thread goes on; None: where it is."""
        assert self.thread_id is not None
        self._stacks.pop(self.thread_id, None)
        if exception_frames is not None:
            stack = Stack.of_exception(self.client, self.thread_id, exception_frames)
            self._stacks[self.thread_id] = stack
        self.frame_index = 0

    async def frame(self, index: int | None = None) -> Body:
        """Return a frame of the selected thread (0 is the innermost), the selected one unless told.

        Raises `NotStopped`, or `CommandError` when the stack ends before it.
        """
        index = self.frame_index if index is None else index
        stack = self.stack()
        if index >= len(stack.frames):
            await stack.fetch(index + 1 if index == 0 else max(index + 1, _FRAMES_AT_ONCE))
        if index >= len(stack.frames):
            raise CommandError(f"there is no frame {index}: the oldest is {len(stack.frames) - 1}")
        return stack.frames[index]

    def check_stopped(self) -> None:
        """Raise `NotStopped` unless the selected thread stands."""
        if self.ended is not None:
            raise NotStopped(self.ended)
        if self.stop is None:
            raise NotStopped("the program is running; 'pause' stops it")

    async def threads(self, fresh: bool = False) -> dict[int, str]:
        """Return the names of the threads by their DAP ids."""
        if fresh or self._known_threads is None:
            body = await self.client.request("threads")
            self._known_threads = {thread["id"]: thread["name"] for thread in body["threads"]}
            self.thread_states = {thread["id"]: thread.get("remoraState", "") for thread in body["threads"]}
        return self._known_threads

    @property
    def known_threads(self) -> dict[int, str]:
        """Names, as far as they are known without asking."""
        return {**(self._known_threads or {}), **self._told_names}

    async def thread_name(self, thread_id: int) -> str:
        if thread_id in self._told_names:
            return self._told_names[thread_id]
        known = await self.threads()
        if thread_id not in known:
            known = await self.threads(fresh=True)
        return known.get(thread_id, str(thread_id))

    async def evaluate(self, expression: str, context: str) -> Body:
        """`evaluate` in the selected frame, or globally while the program runs.

        What somebody has typed writes to this console ("repl" and "clipboard").
        """
        arguments: Body = {"expression": expression, "context": context}
        if context != "watch":
            arguments["remoraOutput"] = True
        if self.stop is not None:
            arguments["frameId"] = (await self.frame())["id"]
        return await self.client.request("evaluate", arguments)

    # Going on and waiting

    async def resume(self, command: str, **arguments: Any) -> None:
        """Send a request that lets the selected thread, and with it the others, go on."""
        self.check_stopped()
        if self.stack().is_of_exception and command != "continue":
            raise CommandError("these are the frames of an exception; 'analyze' goes back to the program")
        before = (self.stops, self.all_stopped, self._stacks)
        self._forget_stops()
        self.waiting = True
        try:
            await self.client.request(command, {"threadId": self.thread_id, **arguments})
        except asyncio.CancelledError:
            raise  # it has been sent, and so the program goes on
        except BaseException:
            self.waiting = False
            if not self.stops:
                self.stops, self.all_stopped, self._stacks = before
                self._halted.set()
            raise

    async def wait_halt(self, timeout: float | None = None) -> Stop | None:
        """Wait until the program stops, and return why; None when it ended.

        A stop that arrives meanwhile, or since `resume` or `pause`, is not told to
        the observer.  Raises TimeoutError after `timeout` seconds.
        """
        self.waiting = True
        try:
            await asyncio.wait_for(self._halted.wait(), timeout)
        finally:
            self.waiting = False
        return self.stop if self.ended is None else None

    async def pause(self, thread_id: int | None = None) -> None:
        """Ask for a stop of a thread: the one last looked at, else the first."""
        thread_id = self.thread_id if thread_id is None else thread_id
        if thread_id is None:
            thread_id = next(iter(await self.threads(fresh=True)), 0)
        self.waiting = self.waiting or not self.stops
        await self.client.request("pause", {"threadId": thread_id})

    def end(self, sentence: str) -> None:
        """Note that there is nothing to debug any more.  Only the first reason counts."""
        if self.is_succeeded:
            return
        if self.ended is None:
            self.ended = sentence
        self._forget_stops()
        self._halted.set()
        self.over.set()

    def _forget_stops(self) -> None:
        self.stops, self._stacks = {}, {}
        self.all_stopped = False
        self.frame_index = 0
        self._halted.clear()

    # Events

    def _on_stopped(self, body: Body) -> None:
        stop = Stop.from_body(body)
        looking = bool(self.stops)
        self.stops[stop.thread_id] = stop
        self._stacks.pop(stop.thread_id, None)
        details = body.get("remoraDetails")
        if details is not None:  # what is always asked at a stop
            self._told_names[stop.thread_id] = details["thread"]["name"]
            self._stacks[stop.thread_id] = Stack.begun(
                self.client, stop.thread_id, details["stackFrames"], details["totalFrames"]
            )
        self.all_stopped = self.all_stopped or body.get("allThreadsStopped", False)
        if not looking or self.thread_id is None:
            self.thread_id = stop.thread_id
            self.frame_index = 0
        self._halted.set()
        if self.observer is not None and (looking or not self.waiting):
            self.observer.stopped_elsewhere(stop)

    def _on_continued(self, body: Body) -> None:
        if not self.stops:
            return
        if body.get("allThreadsContinued", True):
            self._forget_stops()
        else:
            self.stops.pop(body["threadId"], None)
            self._stacks.pop(body["threadId"], None)
            if not self.stops:
                self._forget_stops()
        if not self.stops and self.observer is not None:
            self.observer.continued_elsewhere(body.get("remoraClient", ""))

    def _on_thread(self, body: Body) -> None:
        self._known_threads = None
        self._told_names.clear()
        if body["reason"] == "exited":
            self.stops.pop(body["threadId"], None)
            if self.thread_id == body["threadId"] and not self.stops:
                self.thread_id = None

    def _on_exited(self, body: Body) -> None:
        self.exit_code = body["exitCode"]
        self.end(f"the program has ended with exit status {self.exit_code}")
