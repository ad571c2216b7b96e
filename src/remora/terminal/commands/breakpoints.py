"""Commands that make the program stop, or print, at certain points."""

from __future__ import annotations

from .. import render
from ..breakpoints import Breakpoint
from ..context import Context
from ..locations import named_function, read_location, resolve_line
from ..locspec import BadLocation, Function, Instruction, cut_quoted, split_condition
from ..registry import command
from ..wire import Body, CommandError
from .words import numbers


@command(
    "break",
    "b",
    "bp",
    category="breakpoints",
    arguments="[LOCATION] [if CONDITION]",
    completes="location",
    suffixes="!",
)
async def break_(context: Context, arguments: str, suffix: str) -> None:
    """Stop the program when it reaches a location.

    LOCATION is LINE (of the file looked at), +N or -N (from the current line),
    FILE:LINE, MODULE:LINE, FUNCTION, MODULE:FUNCTION, or EXPRESSION() where the
    value of an expression is a function; without one, the current line.
    FILE is the end of a path: `app.py` will do when only one such file is loaded.
    Where LINE holds no code, the next line that does is taken; the `!` of
    trepan's `break!` is not needed for that.  `*OFFSET` is an instruction of the
    selected frame, FUNCTION:*OFFSET one of a function; `disassemble` shows them.

        break app.py:12 if n > 3
        break Server.handle
        break json.decoder:JSONDecoder.decode
        break self.queue.put()
    """
    await _set(context, arguments)


@command(
    "tbreak",
    "tb",
    category="breakpoints",
    arguments="[LOCATION] [if CONDITION]",
    completes="location",
    suffixes="!",
)
async def tbreak(context: Context, arguments: str, suffix: str) -> None:
    """Set a breakpoint that is deleted when it is hit.

    The arguments are those of `break`.
    """
    await _set(context, arguments, temporary=True)


@command("logpoint", category="breakpoints", arguments="LOCATION MESSAGE", completes="location")
async def logpoint(context: Context, arguments: str) -> None:
    """Print a message whenever the program passes a location, without stopping it.

    What stands in braces is evaluated there.

        logpoint app.py:12 n is {n}, total {sum(parts)}
    """
    quoted, rest = cut_quoted(arguments)
    location, _, message = rest.partition(" ")
    if not message.strip():
        raise CommandError("say where and what: logpoint LOCATION MESSAGE")
    breakpoint = await make_breakpoint(context, quoted + location)
    breakpoint.log_message = message.strip()
    await _add(context, breakpoint)


@command(
    "delete", "d", "bc", category="breakpoints", arguments="[N...]", completes="breakpoint", suffixes="!"
)
async def delete(context: Context, arguments: str, suffix: str) -> None:
    """Delete breakpoints by number; without numbers all of them, after asking (`delete!` does not ask).

    `2-4` are three, `.` is the one that was set last, `*` are all.
    """
    chosen = _chosen(context, arguments)
    ask = not arguments and chosen and not suffix
    if ask and not await context.confirm(f"Delete all {len(chosen)} breakpoints?"):
        return
    await context.breakpoints.remove(chosen)


@command("clear", "cl", category="breakpoints", arguments="[LOCATION]", completes="location")
async def clear(context: Context, arguments: str) -> None:
    """Delete the breakpoints at a location; without one, at the current line."""
    location = await named_function(context, read_location(arguments))
    if isinstance(location, Function):
        found = [each for each in context.breakpoints if each.function == str(location)]
    else:
        found = context.breakpoints.at(*await resolve_line(context, location))
    if not found:
        raise CommandError(f"there is no breakpoint at {location}")
    await context.breakpoints.remove(found)
    context.write("deleted " + ", ".join(str(each.number) for each in found))


@command("enable", "en", "be", category="breakpoints", arguments="[N...]", completes="breakpoint")
async def enable(context: Context, arguments: str) -> None:
    """Switch breakpoints on; without numbers all of them."""
    await context.breakpoints.change(_chosen(context, arguments), enabled=True)


@command("disable", "dis", "bd", category="breakpoints", arguments="[N...]", completes="breakpoint")
async def disable(context: Context, arguments: str) -> None:
    """Switch breakpoints off without forgetting them; without numbers all of them."""
    await context.breakpoints.change(_chosen(context, arguments), enabled=False)


@command("condition", "cond", category="breakpoints", arguments="N [CONDITION]", completes="breakpoint")
async def condition(context: Context, arguments: str) -> None:
    """Make breakpoint N stop only where CONDITION is true; without one, always."""
    number, _, text = arguments.partition(" ")
    breakpoint = _one(context, number)
    await context.breakpoints.change([breakpoint], condition=text.strip() or None)


@command("ignore", category="breakpoints", arguments="N COUNT", completes="breakpoint")
async def ignore(context: Context, arguments: str) -> None:
    """Let the program pass breakpoint N COUNT times before it stops; 0 stops always."""
    number, _, count = arguments.partition(" ")
    breakpoint = _one(context, number)
    if not count.strip().isdecimal():
        raise CommandError("say how often: ignore N COUNT")
    times = int(count)
    await context.breakpoints.change([breakpoint], hit_condition=f">{times}" if times else None)


@command("bl", category="breakpoints")
async def bl(context: Context, arguments: str) -> None:
    """List the breakpoints, as `info breakpoints` does."""
    for each in context.breakpoints:
        context.write(render.breakpoint_rows(each, context.style))
    if not len(context.breakpoints):
        context.write("no breakpoints")


async def make_breakpoint(context: Context, text: str) -> Breakpoint:
    """Return the breakpoint, not yet set, that the arguments of `break` describe."""
    try:
        place, condition = split_condition(text)
    except BadLocation as error:
        raise CommandError(str(error)) from None
    location = await named_function(context, read_location(place))
    if isinstance(location, Function):
        return Breakpoint(function=str(location), condition=condition)
    if isinstance(location, Instruction):
        return await _at_instruction(context, location, condition)
    source, line = await resolve_line(context, location)
    return Breakpoint(source=source, line=line, condition=condition)


async def _at_instruction(context: Context, location: Instruction, condition: str | None) -> Breakpoint:
    arguments: Body = {"frameId": (await context.debuggee.frame())["id"]}
    if location.code is not None:
        arguments["expression"] = location.code
    code = await context.debuggee.client.request("remora/code", arguments)
    if location.offset not in range(0, code["size"], 2):
        name = code["name"]
        raise CommandError(f"{name} has no instruction at {location.offset}; 'disassemble' shows them")
    place = (code["instructionPointerReference"], location.offset)
    return Breakpoint(function=code["name"], instruction=place, condition=condition)


async def _set(context: Context, text: str, *, temporary: bool = False) -> None:
    breakpoint = await make_breakpoint(context, text)
    breakpoint.temporary = temporary
    await _add(context, breakpoint)


async def _add(context: Context, breakpoint: Breakpoint) -> None:
    await context.breakpoints.add(breakpoint)
    context.write(render.breakpoint_set(breakpoint, context.style))


def _chosen(context: Context, arguments: str) -> list[Breakpoint]:
    if arguments in ("", "*"):
        return list(context.breakpoints)
    return [context.breakpoints[number] for number in _numbers(context, arguments)]


def _numbers(context: Context, text: str) -> list[int]:
    """As `numbers`, where `.` is the breakpoint that was set last."""
    if "." not in text.split():
        return numbers(text)
    last = max((each.number for each in context.breakpoints), default=0)
    return numbers(" ".join(str(last) if word == "." else word for word in text.split()))


def _one(context: Context, text: str) -> Breakpoint:
    chosen = _numbers(context, text)
    if len(chosen) != 1:
        raise CommandError("say which breakpoint by its number; 'info breakpoints' lists them")
    return context.breakpoints[chosen[0]]
