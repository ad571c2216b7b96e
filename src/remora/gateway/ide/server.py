"""What `remora dap` runs: one session on standard input and output, or one for each connection."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from typing import Any

from remora.transport.stdio import open_stdio

from .opening import Places
from .session import IdeSession

Capabilities = Callable[[], dict[str, Any]]


async def serve_stdio(capabilities: Capabilities, places: Places) -> None:
    """Serve the client that has started us, until it goes or ends us by a signal."""
    session = asyncio.create_task(IdeSession(await open_stdio(), capabilities, places).run())
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, session.cancel)
    await asyncio.wait([session])
    if not session.cancelled():
        session.result()
