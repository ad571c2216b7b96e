"""A blocking DAP client for tests of adapters: no threads, no event loop, everything on record.

    client = SyncClient(sock)
    body = client.request("threads")
    stop = client.wait_event("stopped", lambda body: body["reason"] == "breakpoint")
    with client.fails(1101):
        client.request("stackTrace", {"threadId": 1})

When something does not come, the error shows the whole conversation.
"""

from __future__ import annotations

import json
import select
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from remora.dap.framing import Decoder, encode
from tests.support.patience import PATIENCE

Message = dict[str, Any]
Body = dict[str, Any]

#: Characters of a message that the transcript shows.
SHOWN = 400


class Failed(Exception):
    """The adapter answered that the request failed; `body` and `message` are the response's."""

    def __init__(self, response: Message) -> None:
        self.message: str = response.get("message", "")
        self.body: Body = response.get("body") or {}
        self.id: int | None = self.body.get("error", {}).get("id")
        super().__init__(f"{response['command']}: {self.message}")


class NothingCame(AssertionError):
    """What a test waited for did not come in time, or the adapter closed the connection."""


class SyncClient:
    """Owns `sock`; `timeout` is in seconds, for each wait."""

    def __init__(self, sock: socket.socket, timeout: float = PATIENCE) -> None:
        self.timeout = timeout
        #: Every message, both ways, in order: (">" sent or "<" received, message).
        self.log: list[tuple[str, Message]] = []
        self._sock = sock
        self._decoder = Decoder()
        self._number = 0
        self._responses: dict[int, Message] = {}
        self._events: list[Message] = []  # not yet waited for
        self._reverse_requests: list[Message] = []

    def request(self, command: str, arguments: dict[str, Any] | None = None) -> Body:
        """The body of the response.  Raises `Failed`, `NothingCame`."""
        return self.response(self.send(command, arguments))

    def send(self, command: str, arguments: dict[str, Any] | None = None) -> int:
        """Send a request without waiting; its number, for `response`."""
        self._number += 1
        message: Message = {"seq": self._number, "type": "request", "command": command}
        if arguments is not None:
            message["arguments"] = arguments
        self._write(message)
        return self._number

    def send_bytes(self, content: bytes) -> None:
        """Send what need not be a message."""
        self._sock.sendall(content)

    def response(self, number: int) -> Body:
        """The body of the response to request `number`."""
        self._receive_until(lambda: number in self._responses, f"response to request {number}")
        response = self._responses.pop(number)
        if not response["success"]:
            raise Failed(response)
        return response.get("body") or {}

    def wait_event(self, event: str, predicate: Callable[[Body], bool] = lambda body: True) -> Body:
        """The body of the oldest such event that nobody has waited for yet; later ones are kept."""
        found: list[Message] = []

        def is_there() -> bool:
            found[:] = [m for m in self._events if m["event"] == event and predicate(m.get("body") or {})][:1]
            return bool(found)

        self._receive_until(is_there, f"event '{event}'")
        self._events.remove(found[0])
        return found[0].get("body") or {}

    def wait_reverse_request(self, command: str) -> Message:
        """The oldest unseen request of the adapter; answer it with `answer`."""

        def those() -> list[Message]:
            return [request for request in self._reverse_requests if request["command"] == command]

        self._receive_until(lambda: bool(those()), f"request '{command}' of the adapter")
        request = those()[0]
        self._reverse_requests.remove(request)
        return request

    def answer(self, request: Message, body: Body) -> None:
        self._respond(request, success=True, body=body)

    def refuse(self, request: Message, message: str) -> None:
        self._respond(request, success=False, message=message)

    def events(self, event: str) -> list[Body]:
        """The bodies of such events that have been received and not been waited for."""
        return [message.get("body") or {} for message in self._events if message["event"] == event]

    @contextmanager
    def fails(self, id: int) -> Iterator[None]:
        """A request in the block fails with this error number."""
        try:
            yield
        except Failed as failed:
            if failed.id == id:
                return
            raise AssertionError(f"{failed} (error {failed.id})\n{self.transcript()}") from failed
        raise NothingCame(f"no error {id} came\n{self.transcript()}")

    def wait_closed(self) -> None:
        """Wait until the adapter has closed the connection."""
        deadline = time.monotonic() + self.timeout
        while self._receive(deadline, "the end of the connection"):
            continue

    def close(self) -> None:
        self._sock.close()

    def transcript(self) -> str:
        return "\n".join(f"{way} {json.dumps(message)[:SHOWN]}" for way, message in self.log)

    def _respond(self, request: Message, **content: Any) -> None:
        self._number += 1
        envelope = {"request_seq": request["seq"], "command": request["command"]}
        self._write({"seq": self._number, "type": "response", **envelope, **content})

    def _write(self, message: Message) -> None:
        self.log.append((">", message))
        self._sock.sendall(encode(message))

    def _receive_until(self, is_there: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + self.timeout
        while not is_there():
            if not self._receive(deadline, what):
                raise NothingCame(f"The connection ended before: {what}\n{self.transcript()}")

    def _receive(self, deadline: float, what: str) -> bool:
        """Take in what arrives next; False at the end of the connection."""
        # poll: the socket itself may be set not to block, or be given a time limit, by a test.
        poll = select.poll()
        poll.register(self._sock, select.POLLIN)
        if not poll.poll(max(0, deadline - time.monotonic()) * 1000):
            raise NothingCame(f"Nothing came within {self.timeout:g} s: {what}\n{self.transcript()}")
        try:
            received = self._sock.recv(1 << 18)
        except ConnectionError:
            received = b""
        for message in self._decoder.feed(received):
            self.log.append(("<", message))
            self._keep(message)
        return bool(received)

    def _keep(self, message: Message) -> None:
        if message["type"] == "response":
            self._responses[message["request_seq"]] = message
        elif message["type"] == "event":
            self._events.append(message)
        else:
            self._reverse_requests.append(message)
