"""One end of a DAP connection: messages in, messages out, numbered as one stream.

Decides nothing about what messages mean; a stream that cannot be followed ends.
Runs in one event loop.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from remora.dap import errors, messages
from remora.dap.errors import RequestError
from remora.dap.framing import Decoder, FramingError, MessageError, encode

if TYPE_CHECKING:
    from remora.transport.base import Stream

Message = dict[str, Any]

_READ_SIZE = 1 << 18
#: Seconds for what has been written to reach the other end, once the session is over.
_LINGER = 2.0


class RefusedRequest(Exception):
    """The other end answered a request of ours that it failed; the text is its."""


class Channel:
    """Owns its stream.

    `on_broken` is told, in a sentence, of bytes that are no message.  Our
    messages are numbered from `first_number` on.
    """

    def __init__(
        self, stream: Stream, on_broken: Callable[[str], None] = lambda text: None, first_number: int = 1
    ) -> None:
        self._stream = stream
        self._on_broken = on_broken
        self._decoder = Decoder()
        self._numbers = itertools.count(first_number)
        self._pending: dict[int, asyncio.Future[Message]] = {}

    async def received(self) -> AsyncIterator[Message]:
        """The messages that come, up to the end of the stream, but for answers to `request`."""
        while content := await self._stream.read(_READ_SIZE):
            try:
                arrived = self._decoder.feed(content)
            except MessageError as error:
                self._on_broken(str(error))
                arrived = error.messages
            except FramingError as error:
                self._on_broken(str(error))
                break
            for message in arrived:
                if self._settle(message):
                    # What it leads to comes before what has come after it.
                    await asyncio.sleep(0)
                else:
                    yield message
        self._forget("The connection has ended.")

    async def requests(self) -> AsyncIterator[Message]:
        """Of these, the requests."""
        async for message in self.received():
            if message.get("type") == "request":
                yield message

    def send(self, message: Message) -> None:
        """Send with the next number; without waiting, and without effect when the other end is gone."""
        self._stream.write(encode({**message, "seq": next(self._numbers)}))

    def pass_on(self, message: Message) -> None:
        """Send with the number that the message has."""
        self._stream.write(encode(message))

    def event(self, name: str, body: Message | None = None) -> None:
        self.send(messages.event(name, body))

    def ask(self, command: str, arguments: Message) -> asyncio.Future[Message]:
        """Send a request now; the other end's response, to come."""
        number = next(self._numbers)
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._pending[number] = answer
        self._stream.write(encode({**messages.request(command, arguments), "seq": number}))
        return answer

    async def request(self, command: str, arguments: Message) -> Message:
        """The body of the other end's response.  Raises `RefusedRequest`."""
        return body_of(await self.ask(command, arguments))

    def refuse(self, request: Message, error: RequestError) -> None:
        self.send(messages.error_response(request, error))

    @contextmanager
    def answering(self, request: Message) -> Iterator[None]:
        """Answer the request with the error that the block raises, if it raises one."""
        try:
            yield
        except RequestError as error:
            self.refuse(request, error)
        except Exception as error:
            self.refuse(request, errors.internal(error))

    async def drain(self) -> None:
        """Wait until more may be sent."""
        await self._stream.drain()

    async def aclose(self) -> None:
        """Send what was written, unless the other end does not take it; then close."""
        try:
            await asyncio.wait_for(self._stream.aclose(), _LINGER)
        except TimeoutError:
            return

    def _settle(self, message: Message) -> bool:
        """Whether it was the answer to a request of ours."""
        if message.get("type") != "response":
            return False
        answer = self._pending.pop(message.get("request_seq", 0), None)
        if answer is None:
            return False
        if not answer.done():
            answer.set_result(message)
        return True

    def _forget(self, reason: str) -> None:
        for answer in self._pending.values():
            if not answer.done():
                answer.set_result({"success": False, "message": reason})
        self._pending.clear()


def body_of(response: Message) -> Message:
    """The body of the other end's response.  Raises `RefusedRequest`."""
    if not response.get("success"):
        reason = response.get("message") or f"'{response.get('command')}' was refused."
        raise RefusedRequest(str(reason))
    return response.get("body") or {}
