"""An agent that does what it is told by one word."""

from __future__ import annotations

import sys

from ..dap import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from _socket import socket


def start(sock: socket, hello: dict[str, Any]) -> None:
    """Comes back when the word has been done."""
    sock.sendall(words.STARTED)
    if sock.recv(100) == b"traceback":
        sock.sendall(traceback_of_failure().encode())


def traceback_of_failure() -> str:
    traceback = sys.modules["_remora"].import_privately("traceback")
    try:
        fail()
    except ValueError:
        text: str = traceback.format_exc()
        return text
    return "nothing failed"


def fail() -> None:
    raise ValueError("on purpose")  # @fails
