"""One client: what it may ask before there is a debuggee, while there is one, and after its end.

Every request gets one answer, whenever it comes.  Decides which requests are
about the session itself, and tells its end.  Runs in one event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from remora.dap import errors, messages
from remora.dap.errors import RequestError

from .channel import Channel, Message
from .configuration import Configuration
from .life import OURS, Life
from .opening import Places

if TYPE_CHECKING:
    from remora.transport.base import Stream

#: Seconds for the end of a program that was killed, or let go, to be seen.
_DYING = 5.0


class IdeSession:
    """A DAP client from the first byte to the last."""

    def __init__(self, stream: Stream, capabilities: Callable[[], Message], places: Places) -> None:
        """`capabilities` gives those of the agent."""
        self._client = Channel(stream, self._report_broken)
        self._agent_capabilities = capabilities
        #: What the client was told last that can be done.
        self._capabilities: Message = {}
        self._places = places
        #: The arguments of `initialize`.
        self._supports: Message = {}
        self._configuration = Configuration()
        self._life: Life | None = None
        self._living: asyncio.Task[None] | None = None
        #: The latest `launch` or `attach`, to do it again.
        self._start_request: Message | None = None
        self._over = False
        self._handlers: dict[str, Callable[[Message], Awaitable[None]]] = {
            "initialize": self._initialize,
            "launch": self._start,
            "attach": self._start,
            "restart": self._restart,
            "disconnect": self._disconnect,
            "terminate": self._terminate,
            "cancel": self._cancel,
        }

    async def run(self) -> None:
        """Serve the client until it goes or has been let go; a program that was launched ends with it."""
        try:
            async for request in self._client.requests():
                await self._receive(request)
                if self._over:
                    break
        finally:
            await self._leave(None)
            await self._client.aclose()

    async def _receive(self, request: Message) -> None:
        request["command"] = str(request.get("command", ""))
        if not isinstance(request.get("seq"), int):
            request["seq"] = 0  # it cannot be referred to
        with self._client.answering(request):
            await self._handlers.get(request["command"], self._pass_on)(request)

    async def _initialize(self, request: Message) -> None:
        self._supports = _arguments(request)
        self._capabilities = {**self._agent_capabilities(), **OURS}
        self._client.send(messages.response(request, self._capabilities))

    async def _start(self, request: Message) -> None:
        if self._living is not None:
            raise errors.already_attached()
        self._configuration = Configuration()
        self._start_request = request
        try:
            self._begin(request)
        except RequestError as error:
            self._client.refuse(request, error)
            self._client.event("terminated")

    async def _restart(self, request: Message) -> None:
        """End the program, or let it go, and begin again; the client may send new options."""
        if self._start_request is None:
            raise errors.not_attached("restart")
        options = _arguments(request).get("arguments")
        if isinstance(options, dict):
            self._start_request = {**self._start_request, "arguments": options}
        await self._leave(None, silently=True)
        self._begin(self._start_request, request)

    def _begin(self, request: Message, restart: Message | None = None) -> None:
        self._life = Life(
            self._client,
            self._places.completed(request),
            self._supports,
            self._places,
            self._configuration,
            self._capabilities,
        )
        self._living = asyncio.create_task(self._live(self._life, restart or request, restart))

    async def _live(self, life: Life, asked: Message, restart: Message | None) -> None:
        """Hold the program, and say what has become of it; `asked` is answered if there is none."""
        status = None
        try:
            status = await life.run(restart)
        except asyncio.CancelledError:
            if not life.is_under_way:
                self._client.refuse(asked, errors.cancelled())
        except RequestError as error:
            self._client.refuse(asked, error)
        except Exception as error:
            failure = errors.internal(error)
            if life.is_under_way:
                self._tell(failure.text)
            else:
                self._client.refuse(asked, failure)
        life.refuse_early(errors.program_ended())
        if self._life is life:
            self._life = self._living = None
            if status is not None:
                self._client.event("exited", {"exitCode": status})
            self._client.event("terminated")

    async def _pass_on(self, request: Message) -> None:
        self._current(request).pass_on(request)

    async def _cancel(self, request: Message) -> None:
        if self._life is not None and self._life.is_under_way:
            self._life.pass_on(request)
            return
        started = self._start_request
        if self._living and started and _arguments(request).get("requestId") == started.get("seq"):
            self._living.cancel()
        self._client.send(messages.response(request))

    async def _terminate(self, request: Message) -> None:
        life = self._current(request)
        if life.is_under_way:
            life.terminate(request)
        else:
            await self._leave(None)
            self._client.send(messages.response(request))

    async def _disconnect(self, request: Message) -> None:
        arguments = _arguments(request)
        await self._leave(arguments.get("terminateDebuggee"), suspend=arguments.get("suspendDebuggee"))
        self._client.send(messages.response(request))
        self._over = True

    def _current(self, request: Message) -> Life:
        if self._life is not None:
            return self._life
        if self._start_request is not None:
            raise errors.program_ended()
        raise errors.not_attached(request["command"])

    async def _leave(
        self, terminate: bool | None, *, suspend: bool | None = None, silently: bool = False
    ) -> None:
        """End the program or let it go; see `Life.leave`."""
        life, living = self._life, self._living
        if life is None or living is None:
            return
        if silently:
            self._life = self._living = None
        if await life.leave(terminate, suspend):
            await asyncio.wait([living], timeout=_DYING)
        living.cancel()
        await asyncio.wait([living])

    def _report_broken(self, text: str) -> None:
        self._tell(f"A message that cannot be read was dropped: {text}")

    def _tell(self, text: str) -> None:
        self._client.event("output", {"category": "console", "output": text + "\n"})


def _arguments(request: Message) -> dict[str, Any]:
    arguments = request.get("arguments")
    return arguments if isinstance(arguments, dict) else {}
