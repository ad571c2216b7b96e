"""Puts the parts of a console together over a session."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from ..client import Session
from .announcer import Announcer
from .breakpoints import BreakpointList
from .context import Context
from .debuggee import Debuggee
from .options import Options
from .screen import StreamScreen
from .sources import Sources


@asynccontextmanager
async def open_context(session: Session, screen: StreamScreen, options: Options) -> AsyncIterator[Context]:
    """The context of a console; it learns of the session's end as long as it is open."""
    capabilities: dict[str, Any] = dict(session.capabilities)
    stopped = None if session.stopped is None else dict(session.stopped)
    debuggee = Debuggee(session.client, capabilities, stopped)
    context = Context(
        debuggee=debuggee,
        breakpoints=BreakpointList(session.client),
        sources=Sources(session.client, local=options.local_sources),
        screen=screen,
        options=options,
    )
    debuggee.observer = Announcer(context, screen)
    watching = asyncio.create_task(_watch(session, debuggee))
    try:
        yield context
    finally:
        watching.cancel()


async def _watch(session: Session, debuggee: Debuggee) -> None:
    await session.client.wait_closed()
    debuggee.end("the program has gone, or the connection to it was lost")


async def leave(session: Session, debuggee: Debuggee, *, terminate: bool) -> None:
    """End the session, unless it has ended by itself."""
    if debuggee.ended is None:
        await session.disconnect(terminate=terminate)
    else:
        await session.client.aclose()
