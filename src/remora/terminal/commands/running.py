"""Commands that let the program go on, and that end it or the session."""

from __future__ import annotations

from .. import render
from ..context import Context, Leave
from ..locations import read_location, resolve_line
from ..locspec import Function
from ..registry import command
from ..wire import CommandError
from .breakpoints import make_breakpoint
from .status import returned
from .words import count


@command(
    "continue", "c", "cont", category="running", arguments="[LOCATION]", completes="location", repeats="name"
)
async def continue_(context: Context, arguments: str) -> None:
    """Let the program run until something stops it.

    With a LOCATION, a temporary breakpoint is set there first.  Ctrl-C pauses
    the running program; a second Ctrl-C gives the prompt back while it runs.
    """
    if arguments:
        context.debuggee.check_stopped()
        breakpoint = await make_breakpoint(context, arguments)
        breakpoint.temporary = True
        await context.breakpoints.add(breakpoint)
        context.write(render.breakpoint_set(breakpoint, context.style))
    await context.run_and_show("continue")


@command("step", "s", category="running", arguments="[N]", repeats="whole")
async def step(context: Context, arguments: str) -> None:
    """Run to the next line, going into functions that are called; N times."""
    await _repeat(context, "stepIn", arguments)


@command("next", "n", category="running", arguments="[N]", repeats="whole")
async def next_(context: Context, arguments: str) -> None:
    """Run to the next line of this function, passing over the calls in between; N times."""
    await _repeat(context, "next", arguments)


@command("finish", "fin", "return", "r", category="running", repeats="whole")
async def finish(context: Context, arguments: str) -> None:
    """Run until the selected frame returns to its caller, and show what it returned."""
    await _times(context, "stepOut", context.debuggee.frame_index + 1)
    stop = context.debuggee.stop
    if stop is not None and stop.reason == "step":
        bodies = await returned(context)
        if bodies:
            context.write(render.variables(bodies, context.style, context.width))


@command("until", "unt", category="running", arguments="[LINE]", repeats="name")
async def until(context: Context, arguments: str) -> None:
    """Run to a line after this one in this function, so that a loop is finished.

    With a LINE, run to that line.  Either way it stops where the function returns.
    """
    if arguments:
        await _until_line(context, arguments)
    else:
        await _until_later_line(context)


async def _until_line(context: Context, arguments: str) -> None:
    breakpoint = await make_breakpoint(context, arguments)
    await context.breakpoints.add(breakpoint)
    try:
        await context.go_on("stepOut")
    finally:
        if context.debuggee.ended is None:
            await context.breakpoints.remove([breakpoint])
    await context.show_stop()


async def _until_later_line(context: Context) -> None:
    start = await context.debuggee.frame(0)
    depth = context.debuggee.stack().depth
    while True:
        stop = await context.go_on("next")
        if stop is None or stop.reason != "step":
            break
        frame = await context.debuggee.frame(0)
        same = frame["name"] == start["name"] and context.debuggee.stack().depth == depth
        if not same or frame["line"] > start["line"]:
            break
    await context.show_stop()


@command("jump", "j", category="running", arguments="LINE")
async def jump(context: Context, arguments: str) -> None:
    """Make LINE of this function the next to run, without running what lies between."""
    if not arguments:
        raise CommandError("say which line: jump LINE")
    location = read_location(arguments)
    if isinstance(location, Function):
        raise CommandError("a jump stays in its function: say jump LINE")
    debuggee = context.debuggee
    source, line = await resolve_line(context, location)
    body = await debuggee.client.request("gotoTargets", {"source": source, "line": line})
    if not body["targets"]:
        raise CommandError(f"line {line} cannot be jumped to from here")
    await debuggee.resume("goto", targetId=body["targets"][0]["id"])
    await context.wait_halt()
    await context.show_stop()


@command("pause", "interrupt", category="running", arguments="[THREAD]", completes="thread")
async def pause(context: Context, arguments: str) -> None:
    """Stop the running program where it is, also in a call that blocks."""
    debuggee = context.debuggee
    if debuggee.ended is None and debuggee.stop is not None and not arguments:
        raise CommandError("the program is stopped already")
    was_running = not debuggee.stops
    await debuggee.pause(int(arguments) if arguments.isdecimal() else None)
    if was_running:
        await context.wait_halt()
        await context.show_stop()


@command("detach", category="running")
async def detach(context: Context, arguments: str) -> None:
    """Leave the program, which goes on as if nothing had been, and end the console."""
    raise Leave(terminate=False)


@command("quit", "q", "exit", category="running")
async def quit_(context: Context, arguments: str) -> None:
    """End the console.

    A program that was attached to goes on; a program that `remora run` started
    is ended, after asking (`quit!` does not ask).
    """
    running = context.debuggee.ended is None
    if context.kind == "launch" and running and not await context.confirm("End the program?"):
        return
    raise Leave(terminate=context.kind == "launch" and running)


@command("quit!", "q!", "exit!", category="running")
async def quit_at_once(context: Context, arguments: str) -> None:
    """End the console like `quit`, without asking."""
    raise Leave(terminate=context.kind == "launch" and context.debuggee.ended is None)


@command("kill", category="running")
async def kill(context: Context, arguments: str) -> None:
    """End the program, after asking."""
    if await context.confirm("Kill the program?"):
        raise Leave(terminate=True)


@command("kill!", category="running")
async def kill_at_once(context: Context, arguments: str) -> None:
    """End the program without asking."""
    raise Leave(terminate=True)


async def _repeat(context: Context, request: str, arguments: str) -> None:
    await _times(context, request, count(arguments))


async def _times(context: Context, request: str, times: int) -> None:
    for _ in range(times):
        stop = await context.go_on(request)
        if stop is None or stop.reason != "step":
            break
    await context.show_stop()
