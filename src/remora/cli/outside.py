"""The console over a picture of a process: for one that cannot be attached to, and with `--outside`.

It is the client of an adapter in this process, as an editor is of `remora dap`.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from remora.client import RequestFailed

from . import CommandError
from .local_gateway import LocalGateway
from .session import hold

if TYPE_CHECKING:
    import argparse


def look(place: dict[str, Any], options: argparse.Namespace, *, local_sources: bool) -> int:
    """Hold the session to its end; `place` is `processId` or `core`, as of `attach`."""
    return asyncio.run(_look({**place, "outside": True}, options, local_sources))


async def _look(place: dict[str, Any], options: argparse.Namespace, local_sources: bool) -> int:
    gateway = LocalGateway()
    client = await gateway.connect()
    try:
        return await hold((client, place), options, "attach", local_sources=local_sources)
    except RequestFailed as failure:
        raise CommandError(failure.text) from None
    finally:
        await client.aclose()
        await gateway.aclose()
