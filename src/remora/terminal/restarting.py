"""A program that is started again takes the place of its predecessor in the console."""

from __future__ import annotations

from .context import Context
from .wire import CommandError


async def restart(context: Context) -> Context:
    """Start a session's program again, with its breakpoints; returns the context of the new session.

    Raises `CommandError` for a program that remora has not started.
    """
    sessions = context.sessions
    held, relaunch = sessions.held(context), context.options.relaunch
    if held is None or relaunch is None:
        raise CommandError("remora has not started this program; 'quit', then 'remora run' starts one")
    await sessions.end(held, terminate=True)
    fresh = sessions.add(await relaunch(), options=context.options)
    sessions.select(fresh.number)
    stops = fresh.context.exceptions.arguments()
    await fresh.context.breakpoints.adopt(context.breakpoints)
    await fresh.context.debuggee.client.request("setExceptionBreakpoints", stops)
    return fresh.context
