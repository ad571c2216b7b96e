"""`remora connect`: a console here on a program that is served elsewhere, by `run --listen` or `serve`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from remora.terminal import preload

from . import far

if TYPE_CHECKING:
    import argparse

    from remora.client import Client
    from remora.terminal.following import Connect


def run(options: argparse.Namespace) -> int:
    """Connect to `options.place`, and hold the session."""
    preload(interactive=not options.batch and sys.stdin.isatty())
    pid = far.program_of_this_host(options.place)
    if pid is not None:
        return _attach(pid, options)

    async def hold_there(client: Client, wanted: dict[str, Any], connect: Connect) -> int:
        from .session import hold

        client.on("initialized", lambda _: _tell_connected(str(options.place), options))
        return await hold((client, wanted), options, "attach", local_sources=False, connect=connect)

    return far.converse(options.place, options.target, hold_there)


def _attach(pid: int, options: argparse.Namespace) -> int:
    from remora.bundle.cache import Bundle
    from remora.inject.attach import attach
    from remora.inject.reasons import AttachError

    from .session import converse

    try:
        attached = attach(pid, Bundle())
    except AttachError as error:
        from .outside import look_instead

        return look_instead(pid, options, error)
    _tell_connected(f"program {pid}", options)
    return converse((attached.socket, pid), options, "attach", local_sources=True)


def _tell_connected(to: str, options: argparse.Namespace) -> None:
    if not options.batch:
        print(f"Connected to {to}.", flush=True)
