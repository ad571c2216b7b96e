"""DAP between one client and one debuggee: what each side says goes to the other.

Decides what becomes of messages: those to the agent keep their numbers, those
to the client get ours.  The end of the program is told by us, who see it, and
not by the agent.  Runs in one event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from remora.dap import errors, messages

from .channel import Channel, Message, RefusedRequest
from .debuggee import Debuggee
from .output import OutputPipe

#: Numbers of our own requests to the agent: none that a client comes to.
_OWN_NUMBERS = 1 << 30
#: Seconds for the agent to close its stream, after the end of the program or a request to leave.
_CLOSING = 1.0
#: These are done when the program has ended.
_MEANT_TO_END = ("terminate", "disconnect")

Rewrite = Callable[[Message], Message]


class Forwarding:
    """One debuggee with an agent, from the first message on."""

    def __init__(
        self,
        client: Channel,
        debuggee: Debuggee,
        inward: Rewrite = lambda message: message,
        outward: Rewrite = lambda message: message,
    ) -> None:
        """`inward` and `outward` change the messages to the agent and to the client."""
        assert debuggee.stream is not None
        self._client = client
        self._debuggee = debuggee
        self._inward = inward
        self._outward = outward
        self._agent = Channel(debuggee.stream, first_number=_OWN_NUMBERS)
        self._is_open = True
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
        self._unanswered[request.get("seq", 0)] = request
        self._agent.pass_on(self._inward(request))

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

    async def leave(self, *, terminate: bool) -> None:
        """Ask the agent to go, or to end its program; comes back when it has, or does not answer."""
        try:
            async with asyncio.timeout(_CLOSING):
                await self.request("disconnect", {"terminateDebuggee": terminate})
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
                    self._client.send(self._outward(message))
                await self._client.drain()
            self._is_open = False

    def _is_for_client(self, message: Message) -> bool:
        if message.get("type") == "response":
            self._unanswered.pop(message.get("request_seq", 0), None)
            return True
        if message.get("event") == "process" and self._debuggee.name:
            message["body"]["name"] = self._debuggee.name
        if message.get("event") == "exited":
            self._exit_code = (message.get("body") or {}).get("exitCode")
        return message.get("event") not in ("exited", "terminated")

    async def _ask_client(self, request: Message) -> None:
        """A request of the agent's, or of whatever adapter answers there."""
        try:
            body = await self._client.request(request.get("command", ""), request.get("arguments") or {})
            self._agent.send(messages.response(request, body))
        except RefusedRequest as refusal:
            self._agent.send(messages.error_response(request, errors.not_started(str(refusal))))

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
    return messages.error_response(request, errors.program_ended())
