"""Commands for consoles that hold several programs."""

from __future__ import annotations

from .. import render
from ..context import Context
from ..registry import change, command, shown, topic
from ..settings import parse_switch
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


@topic("clients", category="sessions")
async def clients(context: Context, arguments: str) -> None:
    """Who is connected to the program: consoles, editors, and those that only look."""
    body = await context.debuggee.client.request("remora/clients")
    for client in body["clients"]:
        context.write(render.client_row(client, context.style))


@change("output", category="sessions", arguments="[on|off]")
async def output(context: Context, arguments: str) -> None:
    """Show here, too, what the program writes from now on."""
    wanted = parse_switch(arguments)
    await context.debuggee.client.request("remora/configure", {"redirectOutput": wanted})


@change("on-disconnect", category="sessions", arguments="continue|stay")
async def on_disconnect(context: Context, arguments: str) -> None:
    """What becomes of a stopped program when this console, the last client, goes or is lost."""
    if arguments not in ("continue", "stay"):
        raise CommandError(f"'{arguments}' is neither continue nor stay")
    await context.debuggee.client.request("remora/configure", {"onDisconnect": arguments})


@change("follow-fork", category="sessions", arguments="parent|child|both|ask")
async def follow_fork(context: Context, arguments: str) -> None:
    """Which program to follow when the one at hand starts another Python: by fork, spawn or a command.

    With `parent` the others go on by themselves.  With `child` the new one is
    stopped before its first line and looked at, and the old one goes on by
    itself; with `both` each is a session.  With `ask` you are asked each time.
    A program that replaces itself by `exec` is followed in any case.
    """
    await context.sessions.following.change(arguments)


@command("fork", category="sessions", arguments="[parent|child|both|ask]")
async def fork(context: Context, arguments: str) -> None:
    """Say which program to follow at a fork, as `set follow-fork` does; without an argument, show it."""
    if arguments:
        await follow_fork(context, arguments)
    else:
        await show_follow_fork(context, "")


@shown("follow-fork", category="sessions")
async def show_follow_fork(context: Context, arguments: str) -> None:
    """Which program is followed at a fork."""
    context.write(f"follow-fork is {context.sessions.following.mode}")


@topic("sessions", category="sessions")
async def sessions(context: Context, arguments: str) -> None:
    """The programs that this console holds: number, process, and whether each stands."""
    for held in context.sessions:
        selected = context.sessions.is_current(held.context)
        context.write(render.session_row(held, context.style, selected=selected))
    if not context.sessions:
        context.write(context.sessions.awaits or "no sessions")
