"""Commands that walk the call stack and the threads."""

from __future__ import annotations

from .. import render
from ..context import Context
from ..registry import command
from ..wire import CommandError
from .status import arguments_and_locals
from .words import count, integer


@command("backtrace", "bt", "where", "w", category="stack", arguments="[full] [N|-N]")
async def backtrace(context: Context, arguments: str) -> None:
    """Show the call stack, the innermost frame first.

    N shows the N innermost frames, -N the N outermost; `full` adds the local
    variables of each.
    """
    words = arguments.split()
    full = "full" in words
    words = [word for word in words if word != "full"]
    limit = integer(words[0]) if words else None
    debuggee = context.debuggee
    stack = debuggee.stack()
    frames = await stack.fetch(None if limit is None or limit < 0 else limit)
    start = len(frames) + limit if limit is not None and limit < 0 else 0
    for index in range(max(start, 0), len(frames)):
        frame = frames[index]
        context.write(render.frame_row(index, frame, context.style, selected=index == debuggee.frame_index))
        if full and frame.get("presentationHint") != "label":
            bodies = await arguments_and_locals(context, frame["id"])
            context.write(render.variables(bodies, context.style, context.width, "        "))
    more = (stack.depth or 0) - len(frames)
    if more > 0:
        context.write(context.style("faint", f"   ({more} more frames; 'backtrace' shows all)"))


@command("up", "u", category="stack", arguments="[N]", repeats="whole")
async def up(context: Context, arguments: str) -> None:
    """Select the frame that called this one; N frames further out."""
    await _select(context, context.debuggee.frame_index + count(arguments))


@command("down", category="stack", arguments="[N]", repeats="whole")
async def down(context: Context, arguments: str) -> None:
    """Select the frame that this one called; N frames further in."""
    index = context.debuggee.frame_index
    context.debuggee.check_stopped()
    if index == 0:
        raise CommandError("this is the innermost frame")
    await _select(context, max(index - count(arguments), 0))


@command("frame", "f", category="stack", arguments="[N|-N]")
async def frame(context: Context, arguments: str) -> None:
    """Select frame N (0 is the innermost, -1 the outermost); without N, show the selected one."""
    index = integer(arguments) if arguments else context.debuggee.frame_index
    if index < 0:
        index += len(await context.debuggee.stack().fetch())
        if index < 0:
            raise CommandError("the stack has not so many frames")
    await _select(context, index)


@command("thread", "t", category="stack", arguments="[THREAD]", completes="thread")
async def thread(context: Context, arguments: str) -> None:
    """Look at another thread, by its number or name; without one, show the selected one.

    `info threads` lists them.
    """
    debuggee = context.debuggee
    debuggee.check_stopped()
    if arguments:
        debuggee.select_thread(await _find_thread(context, arguments))
    await _select(context, debuggee.frame_index)


async def _find_thread(context: Context, text: str) -> int:
    threads = await context.debuggee.threads(fresh=True)
    if text.isdecimal() and int(text) in threads:
        return int(text)
    named = [thread_id for thread_id, name in threads.items() if name == text]
    if len(named) == 1:
        return named[0]
    reason = "several threads are called" if named else "there is no thread"
    raise CommandError(f"{reason} '{text}'; 'info threads' lists their numbers")


async def _select(context: Context, index: int) -> None:
    chosen = await context.debuggee.frame(index)
    if chosen.get("presentationHint") == "label":
        step = 1 if index > context.debuggee.frame_index else -1
        index, chosen = index + step, await context.debuggee.frame(index + step)
    context.debuggee.frame_index = index
    await context.show_frame(chosen)
