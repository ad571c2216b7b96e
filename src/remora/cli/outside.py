"""The console over a picture of a process: for one that cannot be attached to, and with `--outside`.

It is the client of an adapter in this process, as an editor is of `remora dap`.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from remora import sessions
from remora.client import RequestFailed

from . import CommandError
from .beginning import Beginning
from .local_gateway import LocalGateway
from .session import hold
from .terminals import is_script

if TYPE_CHECKING:
    import argparse

    from remora.inject.reasons import AttachError

    from .beginning import Line


def look_instead(pid: int, options: argparse.Namespace, error: AttachError) -> int:
    """What a person wants to see of a process that cannot be got into; a script is to know that it cannot."""
    if is_script(options) or not error.reason.leaves_a_look:
        raise CommandError(str(error)) from None
    print(
        f"remora: {error.what}",
        "Seen from outside ('refresh' looks again, 'attach' tries again to get in):",
        sep="\n",
        flush=True,
    )
    return look_at_process(pid, options)


def look_at_process(pid: int, options: argparse.Namespace) -> int:
    """Hold a session over a picture of a process to its end."""
    return look({"processId": pid}, options, local_sources=bool(sessions.shares_root(pid)))


def look(place: dict[str, Any], options: argparse.Namespace, *, local_sources: bool) -> int:
    """The same for what `place` says: `processId` or `core`, as of the request `attach`."""
    return asyncio.run(_look({**place, "outside": True}, options, local_sources))


async def _look(place: dict[str, Any], options: argparse.Namespace, local_sources: bool) -> int:
    gateway = LocalGateway()
    client = await gateway.connect()

    async def get_in() -> Line:
        return await gateway.connect(), {"processId": place["processId"], "outside": False}

    try:
        return await hold(
            (client, place),
            Beginning(options, "attach", None if options.observe else gateway.connect),
            local_sources=local_sources,
            reach_again=get_in if "processId" in place else None,
        )
    except RequestFailed as failure:
        raise CommandError(failure.text) from None
    finally:
        await client.aclose()
        await gateway.aclose()
