"""An adapter in this process, for a console of this host: it follows child processes.

So one mechanism serves a console beside the program and one at the other end of
a network.  A connection leads to a program that has been reached, or to a child of one.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from remora.client.client import Client
from remora.gateway.ide.attaching import AttachedProgram
from remora.gateway.ide.opening import Places
from remora.gateway.ide.session import IdeSession
from remora.transport.memory import open_pair

if TYPE_CHECKING:
    from remora.transport.base import Stream


class LocalGateway:
    """Owner: one event loop."""

    def __init__(self) -> None:
        self._places = Places(find=_refuse)
        self._serving: set[asyncio.Task[None]] = set()

    def add(self, stream: Stream, pid: int) -> None:
        """Let the next client that attaches to process `pid` have it; `stream` leads to the agent there."""
        self._places.reached[pid] = AttachedProgram(stream, pid)

    async def connect(self) -> Client:
        """A client of an adapter of its own."""
        here, there = open_pair()
        # What the agent can do it says itself, when it is asked.
        session = IdeSession(there, lambda: {"supportsConfigurationDoneRequest": True}, self._places)
        serving = asyncio.create_task(session.run())
        self._serving.add(serving)
        serving.add_done_callback(self._serving.discard)
        return await Client.open(here)

    async def aclose(self) -> None:
        """Let the sessions end, which their clients have left."""
        if self._serving:
            await asyncio.wait(list(self._serving))


def _refuse(target: str) -> int:
    raise LookupError(f"this adapter knows nothing of '{target}'.")
