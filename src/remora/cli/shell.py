"""`remora shell`: a Python prompt in a program that is running, here or elsewhere."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from remora.shell import preload

from . import far
from .inside import hold_near, hold_over, is_alive, wanted
from .session import is_terminal
from .targets import pid_of

if TYPE_CHECKING:
    import argparse

    from remora.client import Client, Session
    from remora.terminal.following import Connect


def run(options: argparse.Namespace) -> int:
    """Open a prompt in the program that `options` name, and serve it."""
    if options.connect is not None:
        preload(interactive=is_terminal())
        pid = far.program_of_this_host(options.connect)
        if pid is None:
            return far.converse(options.connect, options.target, lambda *line: _there(options, *line))
    else:
        pid = pid_of(options.target)
        preload(interactive=is_terminal())

    async def hold(session: Session) -> int:
        return await _serve(session, options, pid)

    return asyncio.run(hold_near(pid, hold, **_manner(options)))


async def _there(options: argparse.Namespace, client: Client, place: dict[str, Any], connect: Connect) -> int:
    return await hold_over(client, place, lambda session: _serve(session, options), **_manner(options))


async def _serve(session: Session, options: argparse.Namespace, pid: int | None = None) -> int:
    from remora.shell.conversation import run_shell

    prompt = await wanted(session, options, takes_input=True)
    return await run_shell(
        session,
        prompt,
        interactive=is_terminal(),
        # Of a program elsewhere the adapter tells the end.
        is_alive=lambda: pid is None or is_alive(pid),
    )


def _manner(options: argparse.Namespace) -> dict[str, Any]:
    """Options of the request `attach`."""
    return {"redirectOutput": options.output, "evaluationTimeout": options.timeout}
