"""What controller and target say to each other before DAP: hello, bundle, compiled bundle.

The target's half is `first_stage.exchange` and the bundle's loader.
"""

from __future__ import annotations

import json
import time

from . import reasons
from .patience import Patience

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from typing import Any, Callable, Mapping, Protocol

    from .process import Process
    from .reasons import AttachError
else:
    Protocol = object

#: How many times as long it may take on a busy machine.
_MOST = 4
_HELLO_LIMIT = 1 << 16
_BLOB_LIMIT = 1 << 26
_TEXT_LIMIT = 1 << 16
#: Instead of a length: the text of an error follows, up to the end of the stream.
_FAILED = (1 << 64) - 1


class Bundle(Protocol):
    """Where the bundle comes from.  `origin` says whose code the target runs (`Target.origin`)."""

    def blob(self, hello: Mapping[str, Any], origin: str | None = None) -> bytes:
        """What to send to the target that said `hello`; nothing if it has the bundle of its `digest`."""

    def compiled(self, hello: Mapping[str, Any], blob: bytes, origin: str | None = None) -> None:
        """Keep what a target of this origin has sent back, for others of the same origin."""


class Leaving(Exception):
    """Another agent is just coming or going in this process: it is worth while to try again."""


class Refused(Exception):
    """The loader has reported an error; the text is its."""


def introduce(
    sock: socket.socket,
    secret: bytes,
    bundle: Bundle,
    origin: str | None,
    timeout: float,
    process: Process | None = None,
) -> dict[str, Any]:
    """Bring the agent in, or make it take `sock` as one more client; the target's hello.

    `secret` is what tells the target that we are the right one.  DAP is spoken
    on `sock` after that.  Raises `OSError` if the target does not follow within
    `timeout` seconds (see `Patience`, also for `process`) or ends the connection, `Leaving`, and `Refused`.
    """
    hello = hear(sock, timeout, process)
    bring(sock, secret, hello, bundle, origin, timeout, process)
    return hello


def hear(sock: socket.socket, timeout: float, process: Process | None = None) -> dict[str, Any]:
    """What the target says of itself.  Raises `OSError`, and `ValueError` if it is not remora that speaks.

    `present`: is an agent there already; `clients`: the names of who takes part in its session.
    """
    patience = Patience(process, timeout, _MOST * timeout)
    hello: dict[str, Any] = json.loads(_receive_sized(sock, 4, _HELLO_LIMIT, patience))
    return hello


def bring(
    sock: socket.socket,
    secret: bytes,
    hello: dict[str, Any],
    bundle: Bundle,
    origin: str | None,
    timeout: float,
    process: Process | None = None,
) -> None:
    """The rest of `introduce`."""
    patience = Patience(process, timeout, _MOST * timeout)
    if hello["present"] is True:
        _send(sock, secret + bytes(8), patience)
    else:
        blob = bundle.blob(hello, origin)
        _send(sock, secret + len(blob).to_bytes(8, "big") + blob, patience)
    try:
        compiled = _receive_sized(sock, 8, _BLOB_LIMIT, patience)
    except ConnectionError as error:
        if hello["present"] is True:
            raise Leaving from error
        raise
    except Refused as refusal:
        if "Try again" in str(refusal):
            raise Leaving from refusal
        raise
    if compiled:
        bundle.compiled(hello, compiled, origin)
    sock.settimeout(None)


def failure(error: Exception, pid: int, timeout: float) -> AttachError:
    """The error to raise for one that `introduce` has raised."""
    if isinstance(error, Refused):
        return reasons.BUNDLE_REFUSED.error(pid=pid, text=str(error))
    if isinstance(error, TimeoutError):
        return reasons.NO_ANSWER.error(pid=pid, seconds=f"{timeout:g}")
    if isinstance(error, (FileNotFoundError, ProcessLookupError)):
        return reasons.GONE.error(pid=pid)
    return reasons.BUNDLE_REFUSED.error(pid=pid, text=f"the connection ended ({error}).")


def _receive_sized(sock: socket.socket, width: int, limit: int, patience: Patience) -> bytes:
    size = int.from_bytes(_receive(sock, width, patience), "big")
    if width == 8 and size == _FAILED:
        raise Refused(_receive_all(sock, patience).decode("utf-8", "replace"))
    if size > limit:
        raise ConnectionError("what it sent is not of remora")
    return _receive(sock, size, patience)


def _receive(sock: socket.socket, size: int, patience: Patience) -> bytes:
    content = bytearray()
    while len(content) < size:
        chunk = _patiently(sock, patience, sock.recv, size - len(content))
        if not chunk:
            raise ConnectionError("end of stream")
        content += chunk
    return bytes(content)


def _receive_all(sock: socket.socket, patience: Patience) -> bytes:
    content = bytearray()
    while len(content) < _TEXT_LIMIT:
        chunk = _patiently(sock, patience, sock.recv, _TEXT_LIMIT)
        if not chunk:
            break
        content += chunk
    return bytes(content)


def _send(sock: socket.socket, content: bytes, patience: Patience) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[_patiently(sock, patience, sock.send, rest) :]


def _patiently(sock: socket.socket, patience: Patience, call: Callable[[Any], Any], argument: object) -> Any:
    while True:
        remaining = patience.until() - time.monotonic()
        if remaining <= 0:
            raise TimeoutError("timed out")
        sock.settimeout(remaining)
        try:
            return call(argument)
        except TimeoutError:
            continue  # which patience may not take for the end
