"""`remora connect`: a console here on a program that is served elsewhere, by `run --listen` or `serve`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from remora.terminal import preload

from . import far
from .attach import converse_with

if TYPE_CHECKING:
    import argparse

    from remora.client import Client
    from remora.terminal.following import Connect

    from .beginning import Line


def run(options: argparse.Namespace) -> int:
    """Connect to `options.place`, and hold the session."""
    preload(interactive=not options.batch and sys.stdin.isatty())
    pid = far.program_of_this_host(options.place)
    if pid is not None:
        return converse_with(pid, options, lambda: _tell_connected(f"program {pid}", options))

    async def hold_there(client: Client, wanted: dict[str, Any], connect: Connect) -> int:
        from .beginning import Beginning
        from .session import hold

        async def get_in() -> Line:
            return await connect(), {**wanted, "outside": False}

        client.on("initialized", lambda _: _tell_connected(str(options.place), options))
        return await hold(
            (client, wanted),
            Beginning(options, "attach", connect),
            local_sources=False,
            reach_again=get_in,
        )

    return far.converse(options.place, options.target, hold_there)


def _tell_connected(to: str, options: argparse.Namespace) -> None:
    if not options.batch:
        print(f"Connected to {to}.", flush=True)
