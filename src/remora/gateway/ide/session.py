"""One client: what it may ask before there is a debuggee, while there is one, and after its end.

Every request gets one answer, whenever it comes.  Decides which requests are
ours and which are the agent's, and what happens to the program when the client
goes.  Runs in one event loop.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from remora.dap import errors, messages
from remora.dap.errors import RequestError

from . import opening, undebugged
from .channel import Channel, Message, RefusedRequest
from .forwarding import Forwarding
from .output import follow_output
from .options import settle, without_effect

if TYPE_CHECKING:
    from remora.transport.base import Stream

    from .debuggee import Debuggee

#: Seconds for a program that was asked to end, before it is asked harder.
GRACE = 5.0
#: Seconds for the end of a program that was killed to be seen.
_DYING = 5.0


class IdeSession:
    """A DAP client from the first byte to the last."""

    def __init__(self, stream: Stream, capabilities: Callable[[], Message], places: opening.Places) -> None:
        """`capabilities` gives those of the agent."""
        self._client = Channel(stream, self._report_broken)
        self._capabilities = capabilities
        self._places = places
        #: The arguments of `initialize`.
        self._supports: Message = {}
        self._options: Message = {}
        self._debuggee: Debuggee | None = None
        self._forwarding: Forwarding | None = None
        #: Requests that came while the program was being started.
        self._early: list[Message] = []
        #: The life of the debuggee, from the request that starts it on.
        self._life: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None
        self._over = False
        self._handlers: dict[str, Callable[[Message], Awaitable[None]]] = {
            "initialize": self._initialize,
            "launch": self._start,
            "attach": self._start,
            "disconnect": self._disconnect,
            "terminate": self._terminate,
            "cancel": self._cancel,
        }

    async def run(self) -> None:
        """Serve the client until it goes or has been let go; a program that was launched ends with it."""
        try:
            async for message in self._client.received():
                if message.get("type") == "request":
                    await self._receive(message)
                if self._over:
                    break
        finally:
            await self._leave(None)
            await self._client.aclose()

    async def _receive(self, request: Message) -> None:
        try:
            await self._handlers.get(str(request.get("command", "")), self._pass_on)(request)
        except RequestError as error:
            self._client.send(messages.error_response(request, error))
        except Exception as error:
            self._client.send(messages.error_response(request, errors.internal(error)))

    async def _initialize(self, request: Message) -> None:
        self._supports = _arguments(request)
        self._client.send(messages.response(request, self._capabilities()))

    async def _start(self, request: Message) -> None:
        if self._life is not None:
            raise errors.already_attached()
        self._life = asyncio.create_task(self._live(request))

    async def _pass_on(self, request: Message) -> None:
        if self._forwarding is not None:
            self._forwarding.pass_on(request)
        elif self._debuggee is not None:
            self._client.send(messages.response(request, undebugged.answer(request)))
        elif self._life is not None:
            self._early.append(request)
        else:
            raise errors.not_attached(str(request.get("command", "")))

    async def _cancel(self, request: Message) -> None:
        if self._forwarding is not None:
            self._forwarding.pass_on(request)
        else:
            self._client.send(messages.response(request))

    async def _terminate(self, request: Message) -> None:
        """Ask the program to end, and see to it unless that is only to be a Ctrl-C."""
        if self._life is None:
            raise errors.not_attached("terminate")
        if self._debuggee is None:
            await self._leave(None)
            self._client.send(messages.response(request))
            return
        if self._forwarding is not None:
            self._forwarding.pass_on(request)
        else:
            self._debuggee.signal(signal.SIGINT, group=False)
            self._client.send(messages.response(request))
        if self._debuggee.is_launched and self._options.get("onTerminate") != "KeyboardInterrupt":
            self._ending = self._ending or asyncio.create_task(self._end_harder(self._debuggee))

    async def _end_harder(self, debuggee: Debuggee) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            await asyncio.sleep(GRACE)
            debuggee.signal(number, group=self._takes_children())

    async def _disconnect(self, request: Message) -> None:
        await self._leave(_arguments(request).get("terminateDebuggee"))
        self._client.send(messages.response(request))
        self._over = True

    async def _live(self, request: Message) -> None:
        """The whole life of the debuggee; `request` is what the client wants started or attached to."""
        try:
            debuggee = await self._open(request)
        except (RequestError, asyncio.CancelledError) as error:
            failure = error if isinstance(error, RequestError) else errors.cancelled()
            self._client.send(messages.error_response(request, failure))
            self._end(None)
            return
        self._debuggee = debuggee
        try:
            status = await self._hold(debuggee, request)
        except asyncio.CancelledError:
            status = None  # the program goes on without us
        self._end(status)

    async def _open(self, request: Message) -> Debuggee:
        command = str(request["command"])
        self._options = settle(command, request.get("arguments"))
        for text in without_effect(command, self._options):
            self._tell(text)
        try:
            return await opening.open_debuggee(
                command, self._options, self._supports, self._client, self._places
            )
        except RequestError:
            raise
        except Exception as error:
            raise errors.internal(error) from error

    async def _hold(self, debuggee: Debuggee, request: Message) -> int | None:
        if debuggee.stream is None:
            return await self._hold_undebugged(debuggee, request)
        forwarding = self._forwarding = Forwarding(self._client, debuggee)
        greeting = asyncio.create_task(forwarding.request("initialize", self._supports))
        greeting.add_done_callback(self._compare_capabilities)
        # Our own request is on its way before the client's are.
        await asyncio.sleep(0)
        forwarding.pass_on({**request, "arguments": self._options})
        self._send_early()
        try:
            return await forwarding.follow()
        finally:
            await forwarding.aclose()

    async def _hold_undebugged(self, debuggee: Debuggee, request: Message) -> int | None:
        """Clients wait for the event or for the response, so they get both at once."""
        self._client.event("initialized")
        self._client.send(messages.response(request))
        self._client.event("process", undebugged.process(debuggee))
        early, self._early = self._early, []
        for each in early:
            await self._receive(each)
        return await follow_output(self._client, debuggee)

    def _send_early(self) -> None:
        early, self._early = self._early, []
        for request in early:
            assert self._forwarding is not None
            self._forwarding.pass_on(request)

    def _end(self, status: int | None) -> None:
        """Say that there is no debuggee any more; another one may be started."""
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None
            if self._debuggee is not None and self._takes_children():
                self._debuggee.signal(signal.SIGKILL, group=True)
        self._debuggee = self._forwarding = self._life = None
        for request in self._early:
            self._client.send(messages.error_response(request, errors.program_ended()))
        self._early.clear()
        if status is not None:
            self._client.event("exited", {"exitCode": status})
        self._client.event("terminated")

    async def _leave(self, terminate: bool | None) -> None:
        """End the program, or leave it to go on; if that is not said, end what was launched."""
        life, debuggee = self._life, self._debuggee
        if life is None:
            return
        if debuggee is not None and (debuggee.is_launched if terminate is None else terminate):
            if debuggee.is_launched:
                debuggee.signal(signal.SIGKILL, group=self._takes_children())
            elif self._forwarding is not None:
                await self._forwarding.leave(terminate=True)
            await asyncio.wait([life], timeout=_DYING)
        elif debuggee is not None:
            if self._forwarding is not None:
                await self._forwarding.leave(terminate=False)
            debuggee.release()
        life.cancel()
        await asyncio.wait([life])

    def _takes_children(self) -> bool:
        return bool(self._options.get("terminateChildProcesses", True))

    def _compare_capabilities(self, greeting: asyncio.Task[Message]) -> None:
        """Another adapter may be at the other end, and be able to do other things."""
        if greeting.cancelled() or isinstance(greeting.exception(), RefusedRequest):
            return
        theirs, ours = greeting.result(), self._capabilities()
        if any(theirs.get(name, False) != value for name, value in ours.items()):
            missing = {name: False for name, value in ours.items() if value is True and name not in theirs}
            self._client.event("capabilities", {"capabilities": {**missing, **theirs}})

    def _report_broken(self, text: str) -> None:
        self._tell(f"A message that cannot be read was dropped: {text}")

    def _tell(self, text: str) -> None:
        self._client.event("output", {"category": "console", "output": text + "\n"})


def _arguments(request: Message) -> dict[str, Any]:
    arguments = request.get("arguments")
    return arguments if isinstance(arguments, dict) else {}
