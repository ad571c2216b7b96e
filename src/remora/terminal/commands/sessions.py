"""Commands for consoles that hold several programs."""

from __future__ import annotations

from .. import render
from ..context import Context
from ..registry import command, topic
from ..wire import CommandError


@command("session", "sessions", category="sessions", arguments="[N]", completes="session")
async def session(context: Context, arguments: str) -> None:
    """Look at another program that this console holds, by its number; without one, list them.

    Each has breakpoints, threads and a state of its own.  They come by
    `remora listen`, and when child processes are followed.
    """
    if not arguments:
        await sessions(context, "")
        return
    if not arguments.isdecimal():
        raise CommandError(f"'{arguments}' is not the number of a session; 'info sessions' lists them")
    held = context.sessions.select(int(arguments))
    context.write(held.label)
    await held.context.show_stop()


@topic("sessions", category="sessions")
async def sessions(context: Context, arguments: str) -> None:
    """The programs that this console holds: number, process, and whether each stands."""
    for held in context.sessions:
        selected = context.sessions.is_current(held.context)
        context.write(render.session_row(held, context.style, selected=selected))
    if not context.sessions:
        context.write(context.sessions.awaits or "no sessions")
