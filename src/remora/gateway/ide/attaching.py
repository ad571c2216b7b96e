"""Reaching a program that runs, as an `attach` request says."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from remora.bundle.cache import Bundle
from remora.inject.attach import attach
from remora.transport.from_socket import open_socket
from remora.transport.tcp import open_tcp

from .debuggee import in_thread
from .joining import fetch

if TYPE_CHECKING:
    from remora.transport.base import Stream


class AttachedProgram:
    """A program that runs without us: the `Debuggee` of every kind of `attach`."""

    is_launched = False
    is_picture = False
    name = ""

    def __init__(self, stream: Stream, pid: int) -> None:
        self.stream: Stream | None = stream
        #: 0 if it is not of this host.
        self.pid = pid
        self.outputs: list[tuple[str, int]] = []

    @classmethod
    async def by_pid(cls, pid: int) -> Self:
        """Raises `AttachError`."""
        attached = await in_thread(
            lambda: attach(pid, Bundle()), undo=lambda attached: attached.socket.close()
        )
        return cls(await open_socket(attached.socket), pid)

    @classmethod
    async def by_address(cls, host: str, port: int) -> Self:
        """A program, or an adapter, that speaks DAP there.  Raises `OSError`."""
        return cls(await open_tcp(host, port), 0)

    @classmethod
    async def by_joining(cls, pid: int) -> Self:
        """A child process, of which its parent's session has told.  Raises `LookupError`."""
        try:
            connection = await in_thread(lambda: fetch(pid), undo=lambda connection: connection.close())
        except LookupError:
            raise LookupError(
                f"child process {pid} waits for nobody any more; attach to it by its pid."
            ) from None
        return cls(await open_socket(connection), pid)

    async def wait_exit(self) -> None:
        return None

    def signal(self, number: int, *, group: bool) -> None:
        if self.pid:
            os.kill(self.pid, number)

    def take_children(self) -> None:
        """They are not ours."""

    def release(self) -> None:
        """Nothing connects it to us but its stream."""


def address(options: Mapping[str, Any]) -> tuple[str, int]:
    """Host and port of `connect` or `listen`."""
    return str(options.get("host") or "127.0.0.1"), int(options["port"])
