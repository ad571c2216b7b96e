"""An adapter that plays replies and records requests, for tests of clients without a debuggee.

    adapter, stream = FakeAdapter.open()
    adapter.replies["threads"] = {"threads": [{"id": 1, "name": "MainThread"}]}
    client = await Client.open(stream)
    await client.request("threads")
    assert adapter.commands() == ["threads"]
    adapter.event("stopped", {"reason": "pause", "threadId": 1, "allThreadsStopped": True})

A reply is the body of the response, a `RequestError` (the request fails), a
function of the arguments that returns or raises one of these, or `HOLD` (no
response; answer later with `adapter.answer(request, body)`).  A request
without a reply fails as an unknown one, except those of the start of a session
(`initialize`, `attach`, `launch`, `configurationDone`, `disconnect`), which
succeed; `attach` and `launch` send `initialized` and are answered after
`configurationDone`, as strict adapters do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from remora.dap import errors, messages
from remora.dap.errors import RequestError
from remora.dap.framing import Decoder, encode
from remora.transport.memory import MemoryStream, open_pair
from tests.support.patience import PATIENCE

Message = dict[str, Any]
HOLD: Message = {"__hold__": True}

Reply = dict[str, Any] | RequestError | Callable[[dict[str, Any]], dict[str, Any] | RequestError]


class FakeAdapter:
    """Runs in the event loop of the test."""

    def __init__(self, stream: MemoryStream) -> None:
        #: Command → reply; may be changed at any time.
        self.replies: dict[str, Reply] = {
            "initialize": {"supportsConfigurationDoneRequest": True},
            "attach": self._start,
            "launch": self._start,
            "configurationDone": self._configured,
            "disconnect": {},
        }
        #: Whole request messages, in order of arrival.
        self.requests: list[Message] = []
        #: Whole response messages to our own (reverse) requests.
        self.responses: list[Message] = []
        self._stream = stream
        self._decoder = Decoder()
        self._sequence = messages.Sequence()
        self._start_request: Message | None = None
        self._changed = asyncio.Condition()
        self._task = asyncio.create_task(self._run(), name="fake adapter")

    @classmethod
    def open(cls) -> tuple[FakeAdapter, MemoryStream]:
        """The adapter, and the stream for its client."""
        ours, theirs = open_pair()
        return cls(ours), theirs

    def commands(self) -> list[str]:
        """The commands of the requests so far."""
        return [request["command"] for request in self.requests]

    def arguments(self, command: str) -> dict[str, Any]:
        """The arguments of the latest request `command`."""
        latest: Message = [request for request in self.requests if request["command"] == command][-1]
        arguments: dict[str, Any] = latest.get("arguments", {})
        return arguments

    async def wait_request(self, command: str, count: int = 1, timeout: float = PATIENCE) -> Message:
        """The request `command` number `count` (counted from the start), waiting for it if need be."""

        def arrived() -> list[Message]:
            return [request for request in self.requests if request["command"] == command][count - 1 :]

        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(arrived), timeout)
        return arrived()[0]

    def event(self, name: str, body: dict[str, Any] | None = None) -> None:
        self.send(messages.event(name, body))

    def answer(self, request: Message, reply: dict[str, Any] | RequestError) -> None:
        """Respond to a held request."""
        if isinstance(reply, RequestError):
            self.send(messages.error_response(request, reply))
        else:
            self.send(messages.response(request, reply))

    def reverse_request(self, command: str, arguments: dict[str, Any] | None = None) -> int:
        """Send a request to the client; its number, which the entry in `responses` has as `request_seq`."""
        return self.send(messages.request(command, arguments))

    async def wait_response(self, number: int, timeout: float = PATIENCE) -> Message:
        """The client's response to the reverse request `number`."""

        def arrived() -> list[Message]:
            return [response for response in self.responses if response["request_seq"] == number]

        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(arrived), timeout)
        return arrived()[0]

    def send(self, message: Message) -> int:
        """Send any message; its number."""
        self._stream.write(encode(self._sequence.number(message)))
        number: int = message["seq"]
        return number

    def send_bytes(self, content: bytes) -> None:
        """Send anything, to see what a client makes of it."""
        self._stream.write(content)

    async def aclose(self) -> None:
        """Vanish."""
        await self._stream.aclose()
        await self._task

    async def _run(self) -> None:
        while received := await self._stream.read(65536):
            for message in self._decoder.feed(received):
                await self._take(message)

    async def _take(self, message: Message) -> None:
        is_request = message["type"] == "request"
        async with self._changed:
            (self.requests if is_request else self.responses).append(message)
            self._changed.notify_all()
        if is_request:
            self._reply(message)

    def _reply(self, request: Message) -> None:
        command = request["command"]
        if command in ("attach", "launch"):
            self._start_request = request
        reply = self.replies.get(command, errors.unknown_command(command))
        if callable(reply):
            try:
                reply = reply(request.get("arguments", {}))
            except RequestError as error:
                reply = error
        if reply is not HOLD:
            self.answer(request, reply)

    def _start(self, arguments: dict[str, Any]) -> dict[str, Any]:
        self.event("initialized")
        return HOLD

    def _configured(self, arguments: dict[str, Any]) -> dict[str, Any]:
        if self._start_request is not None:
            self.answer(self._start_request, {})
        return {}
