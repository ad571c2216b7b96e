"""Sessions for the child processes of a debuggee.

Decides which of them the client is told of, with which configuration, and how
long they wait for it.  Runs in one event loop.

Source: DAP, the reverse request `startDebugging`; clients without it get
debugpy's event `debugpyAttach`, with the same configuration.
"""

from __future__ import annotations

import asyncio
import select
from collections.abc import Coroutine
from contextlib import suppress
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from remora.bundle.cache import Bundle
from remora.inject.children import Child, ChildrenDoor
from remora.inject.reasons import GONE, AttachError

from .channel import Channel, Message, RefusedRequest
from .debuggee import in_thread, wait_process, wait_readable
from .joining import Handover
from .option_kinds import ONLY_EXEC

if TYPE_CHECKING:
    from .opening import Places

#: Seconds for the client to begin a session with a child; then that goes on without one.
_PATIENCE = 10.0
#: Seconds that a child waits altogether: for us, and to be configured.
_LONGEST_WAIT = 60.0
#: Seconds for a program that was put in place of the parent to come to the door.
_STARTING = 5.0
#: Seconds for a child that its parent forked in its last moment.
_STRAGGLING = 0.25
#: Seconds for a child to load the agent.
_LOADING = 5.0
#: What a child's configuration does not take over from its parent's: how that was begun.
_NOT_INHERITED = (
    "request",
    "args",
    "processId",
    "target",
    "connect",
    "host",
    "port",
    "listen",
    "stopOnEntry",
    "preLaunchTask",
    "postDebugTask",
    "restart",
    "__restart",
)


class Children:
    """The children of one debuggee, from the request that begins its session to the end of that."""

    def __init__(
        self, client: Channel, supports: Message, request: Message, pid: int, places: Places
    ) -> None:
        """`request` is the parent's `launch` or `attach`.  Raises `AttachError`, `OSError`."""
        self._client = client
        self._supports = supports
        self._request = request
        self._address = places.address
        self._wanted: bool | str | list[str] = request["arguments"].get("subProcess", True)
        self._door = ChildrenDoor(pid, _LONGEST_WAIT)
        self._pid = pid
        self._tasks = asyncio.TaskGroup()
        #: One for each child that has come and is not in a session yet.
        self._receiving: set[asyncio.Task[None]] = set()
        #: The client has let a child wait for nothing, and need not be able to begin a session at all.
        self._is_unheard = False
        #: Set when the parent itself has come, in its first moment after `exec`.
        self._came_again = asyncio.Event()

    @property
    def way_in(self) -> Message:
        """What the parent's agent is told: `remoraChildren` of its `launch` or `attach`."""
        only_exec = self._wanted == ONLY_EXEC
        return {
            "directory": self._door.directory,
            "firstStage": self._door.first_stage,
            "onlyExec": only_exec,
        }

    def want(self, wanted: bool | str | list[str]) -> None:
        """Change which children get a session: as `subProcess` says it."""
        self._wanted = wanted

    async def follow(self) -> None:
        """Tell the client of those that come, until cancelled."""
        try:
            async with self._tasks:
                while True:
                    await wait_readable(self._door.fileno())
                    self._accept()
        except* OSError as failure:
            self._tell(f"Further child processes go on without a debugger: {failure.exceptions[0]}")

    async def see_off(self, *, unannounced: bool) -> None:
        """When the parent's agent has gone: see those that have come by then to their sessions.

        With `unannounced` the parent did not end in the usual way.  It may go on as another program,
        by `exec`, or have ended by `os._exit` when it had just forked: such children are waited for.
        """
        if unannounced:
            await _first_of(self._came_again.wait(), _end_of(self._pid), timeout=_STARTING)
            if not self._came_again.is_set():
                await asyncio.sleep(_STRAGGLING)
        self._accept()
        if self._receiving:
            await asyncio.wait(self._receiving)

    def close(self) -> None:
        """No more come; those that wait go on when `follow` is cancelled."""
        self._door.close()

    def _accept(self) -> None:
        """All that have come, if any have."""
        while select.select([self._door], [], [], 0)[0]:
            child = self._door.accept()
            if child is None:
                continue
            receiving = self._tasks.create_task(self._receive(child))
            self._receiving.add(receiving)
            receiving.add_done_callback(self._receiving.discard)
            if child.pid == self._pid:
                self._came_again.set()

    async def _receive(self, child: Child) -> None:
        """Have the client begin a session with `child`, or let that go on."""
        is_same = self._wanted == ONLY_EXEC and child.pid == self._pid
        if self._is_unheard or not (is_same or fits(child.command, self._wanted)):
            child.socket.close()
            return
        try:
            await in_thread(
                lambda: self._door.introduce(child, Bundle(), _LOADING), undo=lambda _: child.socket.close()
            )
            handover = Handover(child.pid, child.socket)
        except (AttachError, OSError) as error:
            child.socket.close()
            if not (isinstance(error, AttachError) and error.reason is GONE):
                self._tell(f"Child process {child.pid} goes on without a debugger: {error}")
            return
        try:
            await self._begin_session(child.pid, handover)
        except RefusedRequest as refusal:
            self._tell(f"The editor began no session for child process {child.pid}: {refusal}")
        finally:
            handover.close()
        if not handover.is_taken:
            self._is_unheard = not self._supports.get("supportsStartDebuggingRequest")
            self._tell(
                f"Child process {child.pid} goes on without a debugger: no session was begun for it."
                + " Further ones are not kept waiting." * self._is_unheard
            )

    async def _begin_session(self, pid: int, handover: Handover) -> None:
        """Come back when the client's session has the child, or if it did not begin one in time."""
        taking = asyncio.create_task(handover.taken())
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._announce(pid)
                await taking
        except TimeoutError:
            return
        finally:
            taking.cancel()

    async def _announce(self, pid: int) -> None:
        configuration = self._configuration(pid)
        if self._supports.get("supportsStartDebuggingRequest"):
            await self._client.request(
                "startDebugging", {"request": "attach", "configuration": configuration}
            )
        else:
            self._client.event("debugpyAttach", {**configuration, "request": "attach"})

    def _configuration(self, pid: int) -> Message:
        """That of the parent, but for how it is reached."""
        inherited = {
            name: value for name, value in self._request["arguments"].items() if name not in _NOT_INHERITED
        }
        if self._request["command"] == "launch":
            inherited.pop("redirectOutput", None)  # it writes into its parent's pipes, which are read
        own: Message = {"name": f"Subprocess {pid}", "subProcessId": pid}
        if "subProcess" in inherited:
            own["subProcess"] = self._wanted
        if self._address is not None:
            host, port = self._address
            own["connect"] = {"host": host, "port": port}
        return {**inherited, **own}

    def _tell(self, text: str) -> None:
        self._client.event("output", {"category": "console", "output": text + "\n"})


async def _first_of(*ways: Coroutine[Any, Any, Any], timeout: float) -> None:
    tasks = [asyncio.create_task(way) for way in ways]
    try:
        await asyncio.wait(tasks, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


async def _end_of(pid: int) -> None:
    with suppress(ProcessLookupError):
        await wait_process(pid)


def fits(command: list[str], wanted: bool | str | list[str]) -> bool:
    """Whether a process with this command line is one of those that `subProcess` asks for.

    A pattern is for the whole line, or for one word of it.
    """
    if isinstance(wanted, bool) or wanted == ONLY_EXEC:
        return wanted is True
    texts = [" ".join(command), *command]
    return any(fnmatchcase(text, pattern) for text in texts for pattern in wanted)
