"""A debug session: the order of its first requests, and where the debuggee stands.

Decides when the debuggee counts as stopped.  Runs in the client's event loop.

Source: DAP specification, "Debug session lifecycle".
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from .client import Client, Disconnected

if TYPE_CHECKING:
    from ..dap import types

CLIENT_ARGUMENTS: types.InitializeRequestArguments = {
    "clientID": "remora",
    "clientName": "remora",
    "adapterID": "remora",
    "pathFormat": "path",
    "linesStartAt1": True,
    "columnsStartAt1": True,
    "supportsVariableType": True,
    "supportsVariablePaging": True,
    "supportsInvalidatedEvent": True,
}


class Ended(Exception):
    """The debuggee has ended, or the session with it."""


@dataclass
class Snapshot:
    """What a person wants to see at a stop, of one thread."""

    threads: list[types.Thread]
    frames: list[types.StackFrame]
    total_frames: int
    scopes: list[types.Scope] = field(default_factory=list)  # of the first frame
    variables: dict[int, list[types.Variable]] = field(default_factory=dict)  # by variablesReference


class Session:
    """One debuggee, as `client` sees it."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.capabilities: types.Capabilities = {}
        #: The latest stop, until the thread that stopped goes on.
        self.stopped: types.StoppedEventBody | None = None
        #: What the debuggee has said of its process.
        self.process: types.ProcessEventBody | None = None
        #: Of the debuggee, once it has exited.
        self.exit_code: int | None = None
        self._stop_or_end = asyncio.Event()
        self._ended: str | None = None
        client.on("stopped", self._on_stopped)
        client.on("continued", self._on_continued)
        client.on("capabilities", lambda body: self._learn(body["capabilities"]))
        client.on("process", self._on_process)
        client.on("exited", self._on_exited)
        client.on("terminated", lambda _: self._end("The debug session has ended."))

    async def start(
        self,
        request: Literal["attach", "launch"],
        arguments: dict[str, Any],
        configure: Callable[[], Awaitable[None]] | None = None,
        *,
        client_arguments: dict[str, Any] | None = None,
        at_once: bool = False,
    ) -> None:
        """Attach to, or launch, the debuggee; `configure` sets breakpoints before it runs.

        `client_arguments` are added to those of `initialize`.  With `at_once` nothing waits for an answer
        that is known beforehand, which remora's own adapters allow: they may be far away.  Raises what
        `Client.request` raises; a failed `attach` raises at once.
        """
        if at_once and configure is None:
            await self._start_at_once(request, arguments, {**CLIENT_ARGUMENTS, **(client_arguments or {})})
            return
        initialized = self.client.expect_event("initialized")
        try:
            self._learn(
                await self.client.request("initialize", {**CLIENT_ARGUMENTS, **(client_arguments or {})})
            )
            started = self.client.send(request, arguments)
            # Adapters may answer as late as after `configurationDone`, but fail before it.
            await asyncio.wait([started, initialized], return_when=asyncio.FIRST_COMPLETED)
            if started.done():
                started.result()
            await initialized
        finally:
            initialized.cancel()
        if configure is not None:
            await configure()
        if self.capabilities.get("supportsConfigurationDoneRequest"):
            await self.client.request("configurationDone")
        await started

    async def _start_at_once(
        self, request: str, arguments: dict[str, Any], client_arguments: dict[str, Any]
    ) -> None:
        greeting = self.client.send("initialize", client_arguments)
        started = self.client.send(request, arguments)
        configured = self.client.send("configurationDone")
        # If the other fails, this one does, and there is one to tell.
        configured.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._learn(await greeting)
        await started
        await configured

    async def learn_stops(self) -> None:
        """Wait until the adapter has told which threads stood still already when we came.

        It does so before it answers what is asked for then.
        """
        answered = self.client.send("threads")
        await asyncio.wait([answered])
        answered.exception()  # at the end of the session there is nothing to learn, and others tell of that

    async def resume(
        self, command: str, thread_id: int, arguments: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """`continue`, `next`, `stepIn`, `stepOut`, `goto`: the debuggee counts as running once it is sent."""
        before = self.stopped
        self._forget_stop()
        try:
            return await self.client.request(command, {"threadId": thread_id, **(arguments or {})})
        except Exception:
            if before is not None and self.stopped is None:
                self._on_stopped(dict(before))
            raise

    async def wait_stop(self, timeout: float | None = None) -> types.StoppedEventBody:
        """The stop at which the debuggee stands or next arrives.  `timeout` is in seconds.

        Raises `TimeoutError`, `Ended`, `Disconnected`.
        """
        gone = asyncio.create_task(self.client.wait_closed())
        told = asyncio.create_task(self._stop_or_end.wait())
        try:
            done, _ = await asyncio.wait({gone, told}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            told.cancel()
        if self.stopped is not None:
            return self.stopped
        if self._ended is not None:
            raise Ended(self._ended)
        if gone in done:
            raise Disconnected("The adapter closed the connection.")
        raise TimeoutError(f"The program did not stop within {timeout} s.")

    async def wait_end(self) -> str | None:
        """Wait until the debuggee has ended, a sentence then; None if only the connection with it has."""
        if self._ended is None:
            try:
                await self.client.expect_event("terminated")
            except Disconnected:
                return self._ended
        return self._ended

    async def snapshot(self, thread_id: int, *, levels: int = 20, variables: bool = True) -> Snapshot:
        """Threads, and of `thread_id` the stack, the scopes of its first frame and their variables.

        Expensive scopes are not looked into.  Nothing that can be asked for at once waits.
        """
        threads = self.client.send("threads")
        stack = await self.client.request(
            "stackTrace", {"threadId": thread_id, "startFrame": 0, "levels": levels}
        )
        frames = stack["stackFrames"]
        scopes = await self._scopes(frames)
        wanted = [scope["variablesReference"] for scope in scopes if variables and not scope.get("expensive")]
        values = await asyncio.gather(*(self._variables(reference) for reference in wanted))
        return Snapshot(
            threads=(await threads)["threads"],
            frames=frames,
            total_frames=stack.get("totalFrames", len(frames)),
            scopes=scopes,
            variables=dict(zip(wanted, values, strict=True)),
        )

    async def disconnect(self, *, terminate: bool = False) -> None:
        """Leave the debuggee running, or end it, and close the connection."""
        try:
            await self.client.request("disconnect", {"terminateDebuggee": terminate})
        except Disconnected:
            return  # which is what was wanted
        finally:
            await self.client.aclose()

    async def _scopes(self, frames: list[types.StackFrame]) -> list[types.Scope]:
        if not frames:
            return []
        body = await self.client.request("scopes", {"frameId": frames[0]["id"]})
        scopes: list[types.Scope] = body["scopes"]
        return scopes

    async def _variables(self, reference: int) -> list[types.Variable]:
        body = await self.client.request("variables", {"variablesReference": reference})
        variables: list[types.Variable] = body["variables"]
        return variables

    def _learn(self, capabilities: dict[str, Any]) -> None:
        self.capabilities.update(capabilities)  # type: ignore[typeddict-item]

    def _on_stopped(self, body: dict[str, Any]) -> None:
        self.stopped = body  # type: ignore[assignment]
        self._stop_or_end.set()

    def _on_continued(self, body: dict[str, Any]) -> None:
        stopped = self.stopped
        if stopped and (body.get("allThreadsContinued") or body.get("threadId") == stopped.get("threadId")):
            self._forget_stop()

    def _on_process(self, body: dict[str, Any]) -> None:
        self.process = body  # type: ignore[assignment]

    def _on_exited(self, body: dict[str, Any]) -> None:
        self.exit_code = body.get("exitCode")
        self._end(f"The program has exited with status {self.exit_code}.")

    def _end(self, reason: str) -> None:
        self.stopped = None
        self._ended = self._ended or reason
        self._stop_or_end.set()

    def _forget_stop(self) -> None:
        self.stopped = None
        if self._ended is None:
            self._stop_or_end.clear()
