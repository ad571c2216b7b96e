"""The answers for a program that was launched with `noDebug`, in which there is nobody to give them.

Pure.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from remora.dap import errors

if TYPE_CHECKING:
    from .debuggee import Debuggee


def answer(request: dict[str, Any]) -> dict[str, Any] | None:
    """The body of the response to a request.  Raises `RequestError`."""
    command = str(request.get("command", ""))
    if command == "configurationDone":
        return None
    if command == "threads":
        return {"threads": []}
    raise errors.without_debugging(command)


def process(debuggee: Debuggee) -> dict[str, Any]:
    """The body of the event `process`."""
    return {
        "name": debuggee.name,
        "systemProcessId": debuggee.pid,
        "isLocalProcess": True,
        "startMethod": "launch",
        "pointerSize": 64 if sys.maxsize > 2**32 else 32,
    }
