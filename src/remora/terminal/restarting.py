"""A new session takes the place of an earlier one in the console, and has its breakpoints.

For a program that is started again, and for one of which there was only a picture until now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .context import Context
from .wire import CommandError

if TYPE_CHECKING:
    from ..client import Session
    from .sessions import Held


async def restart(context: Context) -> Context:
    """Start a session's program again, with its breakpoints; returns the context of the new session.

    Raises `CommandError` for a program that remora has not started.
    """
    sessions = context.sessions
    held, begin_again = sessions.held(context), context.options.begin_again
    if held is None or begin_again is None:
        raise CommandError("remora has not started this program; 'quit', then 'remora run' starts one")
    await sessions.end(held, terminate=True)
    return await _hand_over(held, await begin_again())


async def attach(context: Context) -> Context:
    """Get into the program of which a session is only a picture; returns the context of the new session.

    If that cannot be, the picture stays: raises `CommandError`, or what the request `attach` raises.
    """
    sessions = context.sessions
    held, begin_again = sessions.held(context), context.options.begin_again
    if held is None or begin_again is None:
        raise CommandError("this is what is left of a program that has ended")
    session = await begin_again()
    await sessions.end(held, terminate=False)
    return await _hand_over(held, session)


async def _hand_over(before: Held, session: Session) -> Context:
    sessions = before.context.sessions
    context = sessions.add(session, options=before.context.options, after=before, instead=True).context
    sessions.select(before.number)
    await context.breakpoints.adopt(before.context.breakpoints)
    await context.debuggee.client.request("setExceptionBreakpoints", context.exceptions.arguments())
    return context
