"""Breakpoints of earlier sessions, at the beginning and the end of a console."""

from __future__ import annotations

import os
from collections.abc import Iterable

from ..client import RequestFailed
from ..printable import printable
from .context import Context
from .program import breakpoints_file, breakpoints_folder, main_path
from .saving import BEGINNINGS, as_commands, write_commands
from .script import read_script
from .sessions import Sessions
from .wire import CommandError


async def recall_breakpoints(context: Context) -> None:
    """Set the breakpoints that are kept for this program, or say that there are some."""
    if context.options.observe or context.debuggee.ended is not None or context.debuggee.is_picture:
        return
    # The program is asked what it is only where that may be of use.
    if not context.settings.autosave and not os.path.isdir(breakpoints_folder()):
        return
    context.program = await main_path(context.debuggee)
    if context.program is None:
        return
    path = breakpoints_file(context.program)
    if not os.path.exists(path):
        return
    if not context.settings.autosave:
        note = "[breakpoints are saved for this program; 'load' sets them]"
        context.write(context.style("faint", note))
        return
    await set_again(context, read_script(path))


async def set_again(context: Context, texts: Iterable[str]) -> None:
    """Run commands of `saving`, but for breakpoints that are set already; one that fails is only told."""
    known = set(as_commands(context.breakpoints, context.exceptions))
    goes_on = True
    assert context.run_line is not None
    for text in texts:
        # What follows a breakpoint is about that one.
        if text.startswith(BEGINNINGS):
            goes_on = text not in known
        if not goes_on:
            continue
        try:
            await context.run_line(text)
        except (CommandError, RequestFailed) as failure:
            context.write(context.style("error", printable(f"{text}: {failure}")))
            goes_on = False


async def keep_breakpoints(sessions: Sessions) -> None:
    """Keep the breakpoints of each program, where the setting `autosave` has it so."""
    for held in sessions:
        context = held.context
        if not context.settings.autosave or context.program is None or context.options.observe:
            continue
        try:
            commands = as_commands(context.breakpoints, context.exceptions)
            write_commands(breakpoints_file(context.program), commands, context.program)
        except CommandError as failure:
            context.write(context.style("error", str(failure)))
