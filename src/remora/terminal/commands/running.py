"""Commands that let the program go on, and that end it or the session."""

from __future__ import annotations

from .. import render
from ..context import Context, Leave
from ..locations import read_location, resolve_line
from ..locspec import Function
from ..registry import command
from ..wire import Body, CommandError
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
    arrived = await _steps(context, "stepOut", context.debuggee.frame_index + 1)
    await context.show_stop()
    if arrived and context.debuggee.stop is not None:
        bodies = await returned(context)
        if bodies:
            context.write(render.variables(bodies, context.style, context.width))


@command("until", "unt", category="running", arguments="[LINE]", repeats="name")
async def until(context: Context, arguments: str) -> None:
    """Run the selected frame to a line after this one, so that a loop is finished.

    With a LINE, run to that line or one after it.  Either way it stops where
    the function returns.
    """
    frame = await context.debuggee.frame()
    line = await _line_beyond(frame, context, arguments) if arguments else frame["line"] + 1
    frames = context.debuggee.frame_index
    if await _steps(context, "stepOut", frames):
        await context.go_on("next", remoraUntil=line - 1)
    await context.show_stop()


async def _line_beyond(frame: Body, context: Context, arguments: str) -> int:
    """The line that the arguments of `until` name."""
    source, line = await resolve_line(context, read_location(arguments))
    if source.get("path") != frame.get("source", {}).get("path"):
        raise CommandError("'until' stays in its function; 'continue LOCATION' goes to any")
    if line <= frame["line"]:
        raise CommandError(f"line {line} is not beyond this one; 'continue {line}' goes there")
    return line


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
    """Leave the program, which goes on as if nothing had been; with the last one, the console ends."""
    raise Leave(terminate=False, everything=False)


@command("quit", "q", "exit", category="running")
async def quit_(context: Context, arguments: str) -> None:
    """End the console.

    A program that was attached to goes on; a program that `remora run` started
    is ended, after asking (`quit!` does not ask).
    """
    ends_program = context.sessions.ends_program
    if ends_program and not await context.confirm("End the program?"):
        return
    raise Leave(terminate=ends_program)


@command("quit!", "q!", "exit!", category="running")
async def quit_at_once(context: Context, arguments: str) -> None:
    """End the console like `quit`, without asking."""
    raise Leave(terminate=context.sessions.ends_program)


@command("kill", category="running")
async def kill(context: Context, arguments: str) -> None:
    """End the program, after asking."""
    if await context.confirm("Kill the program?"):
        raise Leave(terminate=True, everything=False)


@command("kill!", category="running")
async def kill_at_once(context: Context, arguments: str) -> None:
    """End the program without asking."""
    raise Leave(terminate=True, everything=False)


async def _repeat(context: Context, request: str, arguments: str) -> None:
    await _steps(context, request, count(arguments))
    await context.show_stop()


async def _steps(context: Context, request: str, times: int) -> bool:
    """Step so often; False if something else has stopped the program, or it has ended."""
    for _ in range(times):
        stop = await context.go_on(request)
        if stop is None or stop.reason != "step":
            return False
    return True
