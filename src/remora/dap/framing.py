"""Messages to bytes and back: the base protocol of DAP (Content-Length framing).

Decides what a well-formed stream is and how large a message may be.  It does
no input or output and knows nothing of what messages mean.  A decoder belongs
to the one thread that reads its stream; `encode` may be called on any.

Source: DAP specification, "Base Protocol".
"""

from __future__ import annotations

from . import jsontext

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Bytes that the header of one message may have.
HEADER_LIMIT = 4096
#: Bytes that the JSON text of one message may have.
MESSAGE_LIMIT = 64 * 1024 * 1024

_LENGTH_FIELD = b"content-length"
#: The decimal digits that a length within the limit may have; longer ones are refused unread.
_LENGTH_DIGITS = 12


def encode(message: dict[str, Any]) -> bytes:
    """The bytes of one message, header included.

    Raises `TypeError` or `ValueError` if JSON cannot say what it holds.
    """
    content = jsontext.dumps(message).encode("ascii")
    return b"Content-Length: %d\r\n\r\n%b" % (len(content), content)


class FramingError(Exception):
    """The bytes are no DAP stream, and where the next message begins cannot be known.  Close it."""


class MessageError(Exception):
    """A message was framed well and is no JSON object; the decoder stands at the next message.

    `messages` are the good ones of the same `feed`, those before it and those after it.
    """

    def __init__(self, text: str, messages: list[dict[str, Any]]) -> None:
        super().__init__(text)
        self.messages = messages


class Decoder:
    """Cuts a stream of bytes, which arrive in pieces of any size, into messages."""

    def __init__(self, message_limit: int = MESSAGE_LIMIT) -> None:
        self._buffer = bytearray()
        self._message_limit = message_limit
        self._length: int | None = None  # of the message whose header has been read

    def feed(self, received: bytes) -> list[dict[str, Any]]:
        """The messages that are complete with these bytes; often none.

        Raises `FramingError` when this is no DAP stream (and at each call after
        that), `MessageError` when a message is not a JSON object.
        """
        self._buffer += received
        messages = []
        problem = None
        for content in iter(self._next_content, None):
            try:
                messages.append(_parse(content))
            except ValueError as error:
                problem = problem or f"A message is not a JSON object: {error}."
        if problem is not None:
            raise MessageError(problem, messages)
        return messages

    def at_border(self) -> bool:
        """True if the stream may end here without cutting a message."""
        return not self._buffer and self._length is None

    def _next_content(self) -> bytes | None:
        if self._length is None:
            self._length = self._take_header()
        if self._length is None or len(self._buffer) < self._length:
            return None
        content = self._take(self._length)
        self._length = None
        return content

    def _take_header(self) -> int | None:
        end = self._header_end()
        if end is None:
            if len(self._buffer) >= HEADER_LIMIT:
                raise FramingError(
                    f"No message header ends within {HEADER_LIMIT} bytes: this is no Debug Adapter Protocol."
                )
            return None
        length = _content_length(bytes(self._buffer[:end]))
        if length > self._message_limit:
            raise FramingError(
                f"A message of {length} bytes is announced; the limit is {self._message_limit}."
            )
        del self._buffer[:end]
        return length

    def _header_end(self) -> int | None:
        """Where the content begins: behind an empty line, whose ends may be \\r\\n or \\n."""
        found = [
            place + len(mark)
            for mark in (b"\n\r\n", b"\n\n")
            for place in [self._buffer.find(mark, 0, HEADER_LIMIT)]
            if place >= 0
        ]
        return min(found) if found else None

    def _take(self, count: int) -> bytes:
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken


def _content_length(header: bytes) -> int:
    for line in header.splitlines():
        name, _, value = line.partition(b":")
        if name.strip().lower() == _LENGTH_FIELD:
            digits = value.strip()
            if digits.isdigit() and len(digits) <= _LENGTH_DIGITS:
                return int(digits)
            raise FramingError(f"Content-Length is {_excerpt(digits)!r}, not a number of bytes.")
    raise FramingError(
        f"No Content-Length in a header ({_excerpt(header)!r}): this is no Debug Adapter Protocol."
    )


def _excerpt(text: bytes) -> str:
    return text[:60].decode("ascii", "replace")


def _parse(content: bytes) -> dict[str, Any]:
    message = jsontext.loads(content.decode("utf-8"))
    if not isinstance(message, dict):
        raise jsontext.NotJSON(f"it is of type {type(message).__name__}")
    return message
