"""Commands that keep breakpoints for later sessions."""

from __future__ import annotations

import os

from ..context import Context
from ..program import breakpoints_file, breakpoints_folder, main_path
from ..recalling import set_again
from ..registry import command
from ..saving import as_commands, write_commands
from ..script import read_script
from ..wire import CommandError


@command("save", category="breakpoints", arguments="[NAME | FILE]", completes="file", here=True)
async def save(context: Context, arguments: str) -> None:
    """Write the breakpoints into a file, as commands that set them again.

    Without an argument they are kept for this program, and `load` finds them in
    a later session.  NAME keeps them beside these, FILE (with a stroke in it)
    anywhere.  The setting `autosave` does both by itself.
    """
    path = await _path(context, arguments)
    commands = list(as_commands(context.breakpoints, context.exceptions))
    if not commands:
        raise CommandError("there are no breakpoints to save")
    write_commands(path, commands, await main_path(context.debuggee) or "a program")
    context.write(f"saved {len(context.breakpoints)} breakpoints in {path}")


@command("load", category="breakpoints", arguments="[NAME | FILE]", completes="file", here=True)
async def load(context: Context, arguments: str) -> None:
    """Set the breakpoints again that `save` has written, but for those that are set already."""
    path = await _path(context, arguments)
    if not os.path.exists(path):
        raise CommandError(f"nothing is saved there: {path}")
    await set_again(context, read_script(path))


async def _path(context: Context, name: str) -> str:
    if "/" in name:
        return os.path.expanduser(name)
    if name:
        return os.path.join(breakpoints_folder(), name)
    program = await main_path(context.debuggee)
    if program is None:
        raise CommandError("this program does not tell what it is; give a name: save NAME, load NAME")
    return breakpoints_file(program)
