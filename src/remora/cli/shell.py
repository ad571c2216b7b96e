"""`remora shell`: a Python prompt in a program that is running, here or elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remora.shell import preload

from .inside import is_alive, reach, wanted
from .terminals import is_terminal

if TYPE_CHECKING:
    import argparse

    from remora.client import Session


def run(options: argparse.Namespace) -> int:
    """Open a prompt in the program that `options` name, and serve it."""
    preload(interactive=is_terminal())

    async def hold(session: Session, pid: int | None) -> int:
        from remora.shell.conversation import run_shell

        return await run_shell(
            session,
            await wanted(session, options, takes_input=True),
            interactive=is_terminal(),
            # Of a program elsewhere the adapter tells the end.
            is_alive=lambda: pid is None or is_alive(pid),
        )

    return reach(options, hold, redirectOutput=options.output, evaluationTimeout=options.timeout)
