"""Commands about exceptions: where they stop the program, and looking at one that has happened."""

from __future__ import annotations

from ...printable import printable
from .. import render
from ..context import Context
from ..exception_stops import FILTERS
from ..locspec import BadLocation, split_condition
from ..registry import command
from ..wire import Body, CommandError


@command(
    "catch", category="breakpoints", arguments="[raised|uncaught|userUnhandled|off] [TYPE...] [if CONDITION]"
)
async def catch(context: Context, arguments: str) -> None:
    """Stop the program at exceptions.

    `raised` (the default) stops where one is raised, `uncaught` where nothing
    handles it, `userUnhandled` where it leaves the program's own code, `off`
    nowhere.  TYPE names the exceptions meant, with those derived from them;
    CONDITION may use the name `exception`.  Each `catch` replaces the one before;
    what `trap` says stays, but for `catch off`.

        catch raised ValueError json.JSONDecodeError if len(rows) > 3
    """
    try:
        chosen, condition = split_condition(arguments)
    except BadLocation as error:
        raise CommandError(str(error)) from None
    words = chosen.replace(",", " ").split()
    filter_ = words.pop(0) if words and words[0] in (*FILTERS, "off") else "raised"
    context.exceptions.catch(filter_, words, condition)
    context.exceptions.said = "" if filter_ == "off" else arguments or filter_
    await _tell_adapter(context)


@command("trap", category="breakpoints", arguments="[on|off]")
async def trap(context: Context, arguments: str) -> None:
    """Stop the program at exceptions that nothing handles, in any thread, before its stack is gone.

    Without an argument, say whether it does.  It is on in `remora run`, and off
    in a program that was attached to.
    """
    wanted = {"": None, "on": True, "true": True, "off": False, "false": False}
    if arguments.lower() not in wanted:
        raise CommandError("say 'trap on' or 'trap off'")
    switch = wanted[arguments.lower()]
    if switch is not None:
        context.exceptions.trapping = switch
        await _tell_adapter(context)
    context.write(f"trap is {'on' if context.exceptions.trapping else 'off'}")


@command("analyze", "analyse", category="stack", arguments="[N | off]")
async def analyze(context: Context, arguments: str) -> None:
    """Look at the frames that an exception came through, also when it has been handled.

    It is the exception at which the thread stopped, else the one that it is
    handling, else the last that nothing handled.  N chooses one of those that
    led to it.  `up`, `down`, `list`, `info locals` and expressions are then about
    these frames, and no step is made; `analyze` again, or `analyze off`, goes
    back to where the program stands, and `continue` lets it go on.
    """
    debuggee = context.debuggee
    debuggee.check_stopped()
    if arguments == "off" or (debuggee.stack().is_of_exception and not arguments):
        debuggee.look_at(None)
        await context.show_frame(await debuggee.frame(0))
        return
    if arguments and not arguments.isdecimal():
        raise CommandError("say which exception: analyze N, or analyze off")
    body = await debuggee.client.request("remora/exceptionStack", {"threadId": debuggee.thread_id})
    chain: list[Body] = body["exceptions"]
    number = int(arguments or 0)
    if number >= len(chain):
        raise CommandError(f"there is no exception {number}: the first one was {len(chain) - 1}")
    if not chain[number]["stackFrames"]:
        raise CommandError("that exception has come through no frame of the program")
    debuggee.look_at(chain[number]["stackFrames"])
    for index, each in enumerate(chain):
        context.write(_row(context, index, each, chosen=index == number))
    await context.show_frame(await debuggee.frame(0), render.GLYPHS["exception"])


_RELATIONS = {"itself": "", "cause": " (its cause)", "context": " (handled when it was raised)"}


def _row(context: Context, index: int, exception: Body, *, chosen: bool) -> str:
    mark = context.style("glyph", "->") if chosen else "  "
    text = ": ".join(part for part in (exception["exceptionId"], exception["description"]) if part)
    shown = render.cut(text, context.width and context.width - 40)
    return f"{mark} {index} {context.style('error', printable(shown))}{_RELATIONS[exception['relation']]}"


async def _tell_adapter(context: Context) -> None:
    await context.debuggee.client.request("setExceptionBreakpoints", context.exceptions.arguments())
