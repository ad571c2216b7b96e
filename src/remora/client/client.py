"""Requests, responses and events over one stream.

Decides what happens to each message that arrives; knows no order of requests
and no state of the debuggee (see `session`).  Runs in one event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from ..dap import errors, messages
from ..dap.errors import RequestError
from ..dap.framing import Decoder, FramingError, MessageError, encode

if TYPE_CHECKING:
    from ..transport.base import Stream

Message = dict[str, Any]
Body = dict[str, Any]
EventCallback = Callable[[Body], None]
Predicate = Callable[[Body], bool]
#: Answers a request of the adapter with the body of the response; may raise `RequestError`.
RequestHandler = Callable[[dict[str, Any]], Awaitable[Body | None]]

READ_SIZE = 256 * 1024


class RequestFailed(Exception):
    """The adapter answered that a request failed.

    `message` is DAP's short word or a sentence, `text` the sentence for the
    user, `id` the number of the error or None, `body` the whole error body.
    """

    def __init__(self, response: Message) -> None:
        self.command: str = response.get("command", "")
        self.message: str = response.get("message") or ""
        self.body: Body = response.get("body") or {}
        error = self.body.get("error") or {}
        self.id: int | None = error.get("id")
        self.show_user: bool = bool(error.get("showUser"))
        self.text = _error_text(error) or self.message or f"Request '{self.command}' failed."
        super().__init__(self.text)


class Disconnected(Exception):
    """The stream has ended; the text says why, if that is known."""


class RequestTimeout(Exception):
    """No response came in time.  The request may still be at work."""


class Client:
    """One end of a DAP connection.  All methods belong to the event loop that opened it."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._decoder = Decoder()
        self._sequence = messages.Sequence()
        self._pending: dict[int, asyncio.Future[Body]] = {}
        self._callbacks: dict[str, list[EventCallback]] = {}
        self._expected: set[asyncio.Future[Body]] = set()
        self._handlers: dict[str, RequestHandler] = {}
        self._answering: set[asyncio.Task[None]] = set()
        self._end: Disconnected | None = None
        #: While it is cleared what arrives is left to the stream, even responses: the adapter has to wait.
        self.may_read = asyncio.Event()
        self.may_read.set()
        self._reading = asyncio.create_task(self._read(), name="DAP client")

    @classmethod
    async def open(cls, stream: Stream) -> Client:
        """A client that owns `stream` from here on."""
        return cls(stream)

    async def request(
        self, command: str, arguments: dict[str, Any] | None = None, timeout: float | None = None
    ) -> Body:
        """The body of the response.  `timeout` is in seconds.

        A task that is cancelled here takes its request back from the adapter, too.
        Raises `RequestFailed`, `Disconnected`, `RequestTimeout`.
        """
        response = self.send(command, arguments)
        number = next(reversed(self._pending), 0)
        try:
            return await asyncio.wait_for(response, timeout)
        except TimeoutError:
            raise RequestTimeout(f"No response to '{command}' within {timeout:g} s.") from None
        except asyncio.CancelledError:
            self._take_back(number)
            raise

    def cancel(self, response: asyncio.Future[Body]) -> None:
        """Ask the adapter to give up a request of `send`; its response comes nevertheless."""
        for number, pending in self._pending.items():
            if pending is response:
                self._take_back(number)

    def send(self, command: str, arguments: dict[str, Any] | None = None) -> asyncio.Future[Body]:
        """Send a request now, to await its response later: requests can follow each other at once."""
        response: asyncio.Future[Body] = asyncio.get_running_loop().create_future()
        if self._end is not None:
            response.set_exception(self._end)
            return response
        number = self._write(messages.request(command, arguments))
        self._pending[number] = response
        response.add_done_callback(lambda _: self._pending.pop(number, None))
        return response

    def on(self, event: str, callback: EventCallback) -> Callable[[], None]:
        """Call `callback` with the body of each `event`, in order of arrival; returns how to stop that."""
        callbacks = self._callbacks.setdefault(event, [])
        callbacks.append(callback)
        return lambda: callbacks.remove(callback)

    def expect_event(self, event: str, predicate: Predicate | None = None) -> asyncio.Future[Body]:
        """The body of the next `event` (for which `predicate` is true) to arrive after this call.

        Call it before what causes the event.  Fails with `Disconnected`.
        """
        expected: asyncio.Future[Body] = asyncio.get_running_loop().create_future()
        if self._end is not None:
            expected.set_exception(self._end)
            return expected

        def look_at(body: Body) -> None:
            if not expected.done() and (predicate is None or predicate(body)):
                expected.set_result(body)

        forget = self.on(event, look_at)
        self._expected.add(expected)
        expected.add_done_callback(self._expected.discard)
        expected.add_done_callback(lambda _: forget())
        return expected

    async def wait_event(
        self, event: str, predicate: Predicate | None = None, timeout: float | None = None
    ) -> Body:
        """As `expect_event`.  `timeout` is in seconds; raises `TimeoutError`, `Disconnected`."""
        return await asyncio.wait_for(self.expect_event(event, predicate), timeout)

    def on_request(self, command: str, handler: RequestHandler) -> None:
        """Let `handler` answer the adapter's requests `command`; without one they fail."""
        self._handlers[command] = handler

    async def wait_closed(self) -> None:
        """Wait until the stream has ended, at whichever end."""
        await asyncio.shield(self._reading)

    async def aclose(self) -> None:
        """Close the stream; requests without a response fail with `Disconnected`."""
        self._disconnect("The connection was closed.")
        self.may_read.set()
        await self._stream.aclose()
        await self._reading

    def _take_back(self, number: int) -> None:
        if self._end is None:
            self._write(messages.request("cancel", {"requestId": number}))

    def _write(self, message: Message) -> int:
        self._sequence.number(message)
        self._stream.write(encode(message))
        number: int = message["seq"]
        return number

    async def _read(self) -> None:
        reason = "The adapter closed the connection."
        try:
            while received := await self._stream.read(READ_SIZE):
                self._feed(received)
                await self.may_read.wait()
        except FramingError as error:
            reason = str(error)
        finally:
            self._disconnect(reason)
            await self._stream.aclose()

    def _feed(self, received: bytes) -> None:
        try:
            arrived = self._decoder.feed(received)
        except MessageError as error:
            _report("The adapter sent a broken message.", error)
            arrived = error.messages
        for message in arrived:
            self._dispatch(message)

    def _dispatch(self, message: Message) -> None:
        kind = message.get("type")
        if kind == "response":
            self._settle(message)
        elif kind == "event":
            self._tell(message.get("event", ""), message.get("body") or {})
        elif kind == "request":
            answering = asyncio.create_task(self._answer(message))
            self._answering.add(answering)
            answering.add_done_callback(self._answering.discard)

    def _settle(self, response: Message) -> None:
        pending = self._pending.get(response.get("request_seq", 0))
        if pending is None or pending.done():
            return  # nobody waits any more
        if response.get("success"):
            pending.set_result(response.get("body") or {})
        else:
            pending.set_exception(RequestFailed(response))

    def _tell(self, event: str, body: Body) -> None:
        for callback in list(self._callbacks.get(event, ())):
            try:
                callback(body)
            except Exception as error:
                _report(f"A callback for the event '{event}' failed.", error)

    async def _answer(self, request: Message) -> None:
        command = request.get("command", "")
        try:
            handler = self._handlers.get(command)
            if handler is None:
                raise errors.unknown_command(command)
            answer = messages.response(request, await handler(request.get("arguments") or {}))
        except RequestError as error:
            answer = messages.error_response(request, error)
        except Exception as error:
            answer = messages.error_response(request, errors.internal(error))
        if self._end is None:
            self._write(answer)

    def _disconnect(self, reason: str) -> None:
        if self._end is not None:
            return
        self._end = Disconnected(reason)
        for waiting in [*self._pending.values(), *self._expected]:
            if not waiting.done():
                waiting.set_exception(self._end)
                waiting.exception()  # one that nobody awaits is no fault


def _error_text(error: dict[str, Any]) -> str:
    template: str = error.get("format") or ""
    variables = error.get("variables") or {}
    return RequestError(0, template, variables).text


def _report(text: str, error: Exception) -> None:
    asyncio.get_running_loop().call_exception_handler({"message": text, "exception": error})
