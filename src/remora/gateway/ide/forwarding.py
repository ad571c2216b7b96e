"""DAP between one client and one debuggee: what each side says goes to the other.

Decides what becomes of messages: those to the agent keep their numbers, those
to the client get ours.  The end of the program is told by us, who see it, and
not by the agent.  Runs in one event loop.
"""

from __future__ import annotations

import asyncio
from typing import Any

from remora.dap import errors, messages

from .channel import Channel, Message, RefusedRequest
from .configuration import Configuration
from .debuggee import Debuggee
from .output import OutputPipe
from .path_mapping import PathMapping

#: Numbers of our own requests to the agent: none that a client comes to.
_OWN_NUMBERS = 1 << 30
#: Seconds for the agent to close its stream, after the end of the program or a request to leave.
_CLOSING = 1.0
#: These are done when the program has ended.
_MEANT_TO_END = ("terminate", "disconnect")


class Forwarding:
    """One debuggee with an agent, from the first message on."""

    def __init__(
        self, client: Channel, debuggee: Debuggee, paths: PathMapping, configuration: Configuration
    ) -> None:
        assert debuggee.stream is not None
        self._client = client
        self._debuggee = debuggee
        self._paths = paths
        self._configuration = configuration
        self._agent = Channel(debuggee.stream, first_number=_OWN_NUMBERS)
        self._is_open = True
        #: The agent's stream has ended and it has not said that the program does: `exec`, or a signal.
        self.is_cut_off = True
        #: While a program is started anew, which its client is not to notice.
        self._restarting: asyncio.Event | None = None
        #: What the client waits for, by its numbers.
        self._unanswered: dict[int, Message] = {}
        self._exit_code: int | None = None
        self._outputs = [OutputPipe(client, category, fd) for category, fd in debuggee.outputs]

    async def request(self, command: str, arguments: Message) -> Message:
        """A request of our own to the agent.  Raises `RefusedRequest`."""
        if not self._is_open:
            raise RefusedRequest("The program has ended.")
        return await self._agent.request(command, arguments)

    def pass_on(self, request: Message) -> None:
        """A request of the client.  Raises `RequestError` when nobody is there to answer it."""
        if not self._is_open:
            raise errors.program_ended()
        try:
            self._agent.pass_on(self._paths.inward(request))
        except ValueError as error:  # a number that JSON can be read to have, and not say
            raise errors.invalid_arguments(request["command"], f"arguments: {error}") from error
        self._unanswered[request["seq"]] = request
        self._configuration.keep(request)

    def greet(self, supports: Message) -> asyncio.Future[Message]:
        """Say what the client can do; the response, to come.  It is the first thing that is said."""
        return self._agent.ask("initialize", supports)

    async def begin_again(self, start: Message) -> None:
        """`launch` or `attach` for a client that has set everything already, and is not asked again.

        Raises `RefusedRequest`.
        """
        self._restarting = asyncio.Event()
        starting = self._agent.ask(start["command"], start["arguments"])
        await self._restarting.wait()
        self._restarting = None
        await self._configuration.apply(self._ask_mapped)
        await self._agent.request("configurationDone", {})
        await starting

    async def _ask_mapped(self, command: str, arguments: Message) -> Message:
        request = self._paths.inward(messages.request(command, arguments))
        return await self._agent.request(command, request["arguments"])

    async def follow(self) -> int | None:
        """Hold the connection up to the end of the program, or of our part in it; the exit status, if known.

        What is left to be said of the program is said then.
        """
        async with asyncio.TaskGroup() as tasks:
            speaking = tasks.create_task(self._hear_agent())
            writing = [tasks.create_task(output.follow()) for output in self._outputs]
            if self._debuggee.is_launched:
                self._exit_code = await self._debuggee.wait_exit()
                # A child that was forked may hold the other end open.
                await asyncio.wait([speaking], timeout=_CLOSING)
            else:
                await speaking
            for task in [speaking, *writing]:
                task.cancel()
        await self._say_the_rest()
        return self._exit_code

    async def leave(self, *, terminate: bool, suspend: bool | None) -> None:
        """Ask the agent to go, or to end its program; comes back when it has, or does not answer."""
        arguments: Message = {"terminateDebuggee": terminate}
        if suspend is not None:
            arguments["suspendDebuggee"] = suspend
        try:
            async with asyncio.timeout(_CLOSING):
                await self.request("disconnect", arguments)
        except (TimeoutError, RefusedRequest):
            return

    async def aclose(self) -> None:
        self._is_open = False
        await self._agent.aclose()
        for output in self._outputs:
            output.close()

    async def _hear_agent(self) -> None:
        async with asyncio.TaskGroup() as asked:
            async for message in self._agent.received():
                if message.get("type") == "request":
                    asked.create_task(self._ask_client(message))
                elif self._is_for_client(message):
                    self._hand_over(self._configuration.rename(self._paths.outward(message)))
                await self._client.drain()
            self._is_open = False

    def _is_for_client(self, message: Message) -> bool:
        """Not the beginning of a restart, and not the end, which is told when everything else has been."""
        name = message.get("event")
        if name == "initialized" and self._restarting is not None:
            self._restarting.set()
            return False
        if name == "terminated":
            self.is_cut_off = False
        if name == "exited":
            self._exit_code = (message.get("body") or {}).get("exitCode")
        return name not in ("exited", "terminated")

    def _hand_over(self, message: Message) -> None:
        if message.get("type") == "response":
            request = self._unanswered.pop(message.get("request_seq", 0), None)
            if request is not None:
                self._configuration.keep_answer(request, message)
        elif message.get("event") == "process" and self._debuggee.name:
            message["body"]["name"] = self._debuggee.name
        self._client.send(message)

    async def _ask_client(self, request: Message) -> None:
        """A request of the agent's, or of whatever adapter answers there."""
        try:
            body = await self._client.request(request.get("command", ""), request.get("arguments") or {})
            self._agent.send(messages.response(request, body))
        except RefusedRequest as refusal:
            self._agent.refuse(request, errors.not_started(str(refusal)))

    async def _say_the_rest(self) -> None:
        self._is_open = False
        for output in self._outputs:
            await output.flush()
        for request in self._unanswered.values():
            self._client.send(_last_answer(request))
        self._unanswered.clear()


def _last_answer(request: Message) -> dict[str, Any]:
    if request.get("command") in _MEANT_TO_END:
        return messages.response(request)
    if request.get("command") == "launch":
        return messages.error_response(request, errors.not_started("it ended before it was to begin."))
    if request.get("command") == "attach" and "subProcessId" in request["arguments"]:
        return messages.response(request)  # a child that was ended at once: nobody is to be alarmed
    if request.get("command") == "attach":
        return messages.error_response(request, errors.not_reached("it ended. Look for another process."))
    return messages.error_response(request, errors.program_ended())
