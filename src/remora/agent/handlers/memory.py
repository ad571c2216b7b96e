"""readMemory, writeMemory: the bytes of bytes-like objects."""

from __future__ import annotations

from ...dap import errors
from ..inspection import memory
from ..isolate import library
from .inspection import VALUE_LIMIT
from .registry import Later, request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..clients import Client
    from ..debugger import Debugger
    from ..variables import Memory

#: What one answer holds at most; a client asks for more by another offset.
_MOST = 1 << 20


@request("readMemory", supportsReadMemoryRequest=True)
def read_memory(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """`address` counts from the beginning of the object."""
    chunk = _chunk(debugger, arguments)
    offset, count = arguments.get("offset") or 0, arguments["count"]

    def work() -> dict[str, Any]:
        try:
            found, missing = memory.read(chunk.value, offset, min(count, _MOST))
        except memory.NoAccess as refused:
            raise errors.no_access_to_memory(str(refused)) from None
        body: dict[str, Any] = {"address": hex(offset)}
        if found:
            body["data"] = library("binascii").b2a_base64(found, newline=False).decode()
        if missing:
            body["unreadableBytes"] = missing
        return body

    return Later(chunk.owner, work, limit=VALUE_LIMIT, what="readMemory")


@request("writeMemory", supportsWriteMemoryRequest=True)
def write_memory(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    chunk = _chunk(debugger, arguments)
    offset, partial = arguments.get("offset") or 0, bool(arguments.get("allowPartial"))
    binascii = library("binascii")
    try:
        new = binascii.a2b_base64(arguments["data"])
    except binascii.Error as error:
        raise errors.invalid_arguments("writeMemory", "data must be base64 (%s)" % error) from None

    def work() -> dict[str, Any]:
        try:
            written = memory.write(chunk.value, offset, new, partial)
        except memory.NoAccess as refused:
            raise errors.no_access_to_memory(str(refused)) from None
        if client.supports.get("supportsInvalidatedEvent"):
            client.event("invalidated", {"areas": ["variables"]})
        return {"bytesWritten": written, "offset": offset}

    return Later(chunk.owner, work, limit=VALUE_LIMIT, what="writeMemory")


def _chunk(debugger: Debugger, arguments: dict[str, Any]) -> Memory:
    reference = arguments["memoryReference"]
    try:
        return debugger.values.memory(reference)
    except KeyError:
        raise errors.no_such_memory(reference) from None
