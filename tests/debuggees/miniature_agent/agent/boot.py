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
    word = sock.recv(100)
    if word == b"traceback":
        sock.sendall(traceback_of_failure().encode())
    elif word == b"private":
        sys.modules["_remora"].import_privately("tokenize")


def traceback_of_failure() -> str:
    import traceback

    try:
        fail()
    except ValueError:
        return traceback.format_exc()
    return "nothing failed"


def fail() -> None:
    raise ValueError("on purpose")  # @fails
