"""The envelopes of DAP: responses and events around their bodies, numbered.

Decides what a message looks like outside its body.  Error bodies are made by
`errors` alone.  Any thread.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict

    from .errors import RequestError

    Message = Dict[str, Any]


class Sequence:
    """The numbers of the messages that one end sends: 1, 2, 3.

    Whoever sends numbers a message and sends it under one lock, so that numbers
    grow along the stream.
    """

    def __init__(self) -> None:
        self._last = 0

    def number(self, message: Message) -> Message:
        """Give `message` the next `seq`, and return it."""
        self._last += 1
        message["seq"] = self._last
        return message


def request(command: str, arguments: Message | None = None) -> Message:
    """A request, not yet numbered."""
    message: Message = {"seq": 0, "type": "request", "command": command}
    if arguments is not None:
        message["arguments"] = arguments
    return message


def response(request: Message, body: Message | None = None) -> Message:
    """The successful answer to `request`, not yet numbered."""
    message = _answer(request, True)
    if body is not None:
        message["body"] = body
    return message


def error_response(request: Message, error: RequestError) -> Message:
    """The answer to a `request` that failed, not yet numbered."""
    message = _answer(request, False)
    message["message"] = error.message
    message["body"] = error.body()
    return message


def event(name: str, body: Message | None = None) -> Message:
    """An event, not yet numbered."""
    message: Message = {"seq": 0, "type": "event", "event": name}
    if body is not None:
        message["body"] = body
    return message


def _answer(request: Message, success: bool) -> Message:
    # A client that left these out still gets an answer.
    return {
        "seq": 0,
        "type": "response",
        "request_seq": request.get("seq", 0),
        "command": request.get("command", ""),
        "success": success,
    }
