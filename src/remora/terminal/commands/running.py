"""Commands that let the program go on, and that end it or the session."""

from __future__ import annotations

from typing import Any

from .. import render
from ..context import Context, Leave, check_no_picture
from ..locations import read_location, resolve_line
from ..locspec import Function
from ..registry import command
from ..restarting import attach, restart
from ..statements import extent
from ..wire import Body, CommandError
from .breakpoints import make_breakpoint
from .signals import send
from .status import returned
from .words import count

#: Lines in which `skip` looks for the next statement.
_SEARCHED = 200
#: What a step may end at, and the suffixes for that.
_EVENTS = ("call", "return", "line", "exception")
_EVENT_OF = {">": "call", "<": "return", "!": "exception"}


@command(
    "continue",
    "c",
    "cont",
    "go",
    category="running",
    arguments="[LOCATION]",
    completes="location",
    repeats="name",
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


@command("step", "s", category="running", arguments="[EVENT...] [N]", repeats="whole", suffixes="+-<>!")
async def step(context: Context, arguments: str, suffix: str) -> None:
    """Run to the next line, going into functions that are called; N times.

    `step+` goes on to another line where a line begins again, `step-` does not;
    the setting `different` says what `step` does.  `step>` goes on to the next
    call, `step<` to the next return, `step!` to the next exception; so do the
    EVENTs `call`, `return`, `exception` and `line`.  N may be an expression.
    """
    words = arguments.split()
    events = [_EVENT_OF[suffix]] if suffix in _EVENT_OF else []
    while words and words[0] in _EVENTS:
        events.append(words.pop(0))
    times = await count(context, " ".join(words))
    how = {"remoraEvents": events} if events else _different(context, suffix)
    await _repeat(context, "stepIn", times, **how)


@command("next", "n", category="running", arguments="[N]", repeats="whole", suffixes="+-")
async def next_(context: Context, arguments: str, suffix: str) -> None:
    """Run to the next line of this function, passing over the calls in between; N times.

    `next+` and `next-` are to `next` what `step+` and `step-` are to `step`.
    """
    await _repeat(context, "next", await count(context, arguments), **_different(context, suffix))


@command("finish", "fin", "return", "r", category="running", arguments="[N]", repeats="whole")
async def finish(context: Context, arguments: str) -> None:
    """Run until the selected frame returns to its caller, and show what it returned; N frames further out."""
    frames = context.debuggee.frame_index + await count(context, arguments)
    arrived = await _steps(context, "stepOut", frames)
    await context.show_stop()
    if arrived and context.debuggee.stop is not None:
        context.write_variables(await returned(context))


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
    await _jump(context, *await resolve_line(context, location))
    await context.show_stop()


@command("skip", "sk", category="running", arguments="[N]", repeats="whole")
async def skip(context: Context, arguments: str) -> None:
    """Go past the current statement, or N of them, without running it."""
    for _ in range(await count(context, arguments)):
        frame = await context.debuggee.frame(0)
        source = frame.get("source")
        if not source:
            raise CommandError("the program's position has no source file")
        last = extent(await context.sources.lines(source), frame["line"])[1]
        await _jump(context, source, await _line_after(context, source, last))
    await context.show_stop()


@command("pause", "interrupt", category="running", arguments="[THREAD]", completes="thread")
async def pause(context: Context, arguments: str) -> None:
    """Stop the running program where it is, also in a call that blocks."""
    debuggee = context.debuggee
    check_no_picture(context)
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


@command("quit", "q", "exit", category="running", suffixes="!")
async def quit_(context: Context, arguments: str, suffix: str) -> None:
    """End the console.

    A program that was attached to goes on; a program that `remora run` started
    is ended, after asking (`quit!` does not ask).
    """
    ends_program = context.sessions.ends_program
    if ends_program and not suffix and not await context.confirm("End the program?"):
        return
    raise Leave(terminate=ends_program)


@command("restart", "run", "R", category="running", suffixes="!", whole=True)
async def restart_(context: Context, arguments: str, suffix: str) -> None:
    """Start the program from its beginning, with the same arguments and the breakpoints that are set.

    It is for programs that `remora run` has started, and asks (`restart!` does not).
    """
    check_no_picture(context)
    if (
        context.options.begin_again is not None
        and not suffix
        and not await context.confirm("Start it again?")
    ):
        return
    fresh = await restart(context)
    await fresh.wait_halt()
    await fresh.show_stop()


@command("attach", category="running")
async def attach_(context: Context, arguments: str) -> None:
    """Get into a program that is only looked at from outside, with the breakpoints that are set.

    For one that nobody got into when the console began: because it was stopped
    by a signal, traced by another debugger, or did not release the GIL.
    """
    if not context.debuggee.is_picture:
        raise CommandError(
            "this console has its program: 'quit', then 'remora attach PID|NAME'; 'remora ps' lists them"
        )
    fresh = await attach(context)
    if fresh.options.stopped:
        await fresh.wait_halt()
        await fresh.show_stop()


@command("kill", category="running", arguments="[SIGNAL]", whole=True, suffixes="!")
async def kill(context: Context, arguments: str, suffix: str) -> None:
    """End the program, after asking (`kill!` does not ask); with a SIGNAL, send it that."""
    if arguments:
        await send(context, arguments)
        return
    if context.debuggee.is_picture:
        raise CommandError("this is a picture of the program; a shell's 'kill' ends the program itself")
    if suffix or await context.confirm("Kill the program?"):
        raise Leave(terminate=True, everything=False)


async def _jump(context: Context, source: Body, line: int) -> None:
    debuggee = context.debuggee
    body = await debuggee.client.request("gotoTargets", {"source": source, "line": line})
    if not body["targets"]:
        raise CommandError(f"line {line} cannot be jumped to from here")
    await debuggee.resume("goto", targetId=body["targets"][0]["id"])
    await context.wait_halt()


async def _line_after(context: Context, source: Body, line: int) -> int:
    """The first line behind one that holds code."""
    asked = {"source": source, "line": line + 1, "endLine": line + _SEARCHED}
    body = await context.debuggee.client.request("breakpointLocations", asked)
    if not body["breakpoints"]:
        raise CommandError("there is no statement after this one")
    first: int = min(each["line"] for each in body["breakpoints"])
    return first


async def _repeat(context: Context, request: str, times: int, **how: Any) -> None:
    """Step so often, past definitions where the settings have it, and show where that has led."""
    for _ in range(times):
        stepped = await _steps(context, request, 1, **how)
        while stepped and context.settings.skip and await _is_definition(context):
            stepped = await _steps(context, request, 1, **how)
        if not stepped:
            break
    await context.show_stop()
    stop = context.debuggee.stop
    if stop is not None and stop.event == "return":
        context.write_variables(await returned(context))


def _different(context: Context, suffix: str) -> Body:
    """What a step is asked for about lines that begin again."""
    if suffix in ("+", "-"):
        return {"remoraDifferent": suffix == "+"}
    return {"remoraDifferent": True} if context.settings.different else {}


async def _is_definition(context: Context) -> bool:
    frame = await context.debuggee.frame(0)
    if not frame.get("source"):
        return False
    lines = await context.sources.lines(frame["source"])
    text = lines[frame["line"] - 1] if frame["line"] <= len(lines) else ""
    return text.lstrip().startswith(("def ", "async def ", "class ", "@"))


async def _steps(context: Context, request: str, times: int, **how: Any) -> bool:
    """Step so often; False if something else has stopped the program, or it has ended."""
    for _ in range(times):
        stop = await context.go_on(request, **how)
        if stop is None or stop.reason != "step":
            return False
    return True
