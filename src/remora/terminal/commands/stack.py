"""Commands that walk the call stack and the threads."""

from __future__ import annotations

from dataclasses import dataclass

from ...client import RequestFailed
from ...printable import printable
from .. import render
from ..context import Context
from ..registry import command
from ..wire import Body, CommandError
from .status import arguments_and_locals
from .words import count, integer, is_integer


@command("backtrace", "bt", "where", "w", category="stack", arguments="[-f] [-s] [N|-N] [THREAD|*]")
async def backtrace(context: Context, arguments: str) -> None:
    """Show the call stack, the innermost frame first.

    N shows the N innermost frames, -N the N outermost.  `-f` (or `full`) adds
    the local variables of each frame, `-s` its line of source.  THREAD is the
    name of a thread, `*` stands for all.
    """
    words = arguments.split()
    shows = _Shows(full=bool({"-f", "full"} & set(words)), source="-s" in words)
    words = [word for word in words if word not in ("-f", "full", "-s")]
    if words and is_integer(words[0]):
        shows.limit = integer(words.pop(0))
    await _backtraces(context, " ".join(words), shows)


@command("stack", "k", category="stack", arguments="[THREAD|*]", completes="thread")
async def stack(context: Context, arguments: str) -> None:
    """Show the call stack of a thread, by its number or name, or of all; else of the selected thread."""
    await _backtraces(context, arguments, _Shows())


@dataclass
class _Shows:
    """What there is to see of a call stack."""

    full: bool = False
    source: bool = False
    limit: int | None = None


async def _backtraces(context: Context, who: str, shows: _Shows) -> None:
    debuggee = context.debuggee
    debuggee.check_stopped()
    if who == "*":
        for thread_id, name in (await debuggee.threads(fresh=True)).items():
            if debuggee.all_stopped or thread_id in debuggee.stops:
                context.write(f"{context.style('thread', printable(name))}:")
                await _backtrace(context, thread_id, shows)
    else:
        await _backtrace(context, await _find_thread(context, who) if who else None, shows)


async def _backtrace(context: Context, thread_id: int | None, shows: _Shows) -> None:
    debuggee = context.debuggee
    stack = debuggee.stack(thread_id)
    limit = shows.limit
    frames = await stack.fetch(None if limit is None or limit < 0 else limit)
    start = len(frames) + limit if limit is not None and limit < 0 else 0
    selected = debuggee.frame_index if thread_id in (None, debuggee.thread_id) else None
    for index in range(max(start, 0), len(frames)):
        frame = frames[index]
        context.write(render.frame_row(index, frame, context.style, selected=index == selected))
        if frame.get("presentationHint") == "label":
            continue
        if shows.source:
            await _write_line(context, frame)
        if shows.full:
            context.write_variables(await arguments_and_locals(context, frame["id"]), "        ")
    more = (stack.depth or 0) - len(frames)
    if more > 0:
        context.write(context.style("faint", f"   ({more} more frames; 'backtrace' shows all)"))


async def _write_line(context: Context, frame: Body) -> None:
    try:
        lines = await context.sources.lines(frame["source"]) if frame.get("source") else []
    except RequestFailed:
        return  # no text is one more line of nothing
    if frame["line"] <= len(lines):
        width = context.width and context.width - 8
        context.write(f"        {render.cut(lines[frame['line'] - 1].strip(), width)}")


@command("up", "u", category="stack", arguments="[N]", repeats="whole")
async def up(context: Context, arguments: str) -> None:
    """Select the frame that called this one; N frames further out."""
    await _select(context, context.debuggee.frame_index + await count(context, arguments))


@command("down", category="stack", arguments="[N]", repeats="whole")
async def down(context: Context, arguments: str) -> None:
    """Select the frame that this one called; N frames further in."""
    index = context.debuggee.frame_index
    context.debuggee.check_stopped()
    if index == 0:
        raise CommandError("this is the innermost frame")
    await _select(context, max(index - await count(context, arguments), 0))


@command("frame", "f", category="stack", arguments="[THREAD] [N|-N]", completes="thread")
async def frame(context: Context, arguments: str) -> None:
    """Select frame N (0 is the innermost, -1 the outermost), also of another thread; else show it.

    THREAD is a thread's name, or its number before that of the frame; `.` is
    the selected thread.
    """
    *who, number = arguments.split() or [""]
    if number and not is_integer(number):
        who, number = [*who, number], ""
    if who not in ([], ["."]):
        context.debuggee.select_thread(await _find_thread(context, " ".join(who)))
    index = integer(number) if number else context.debuggee.frame_index
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


@command("refresh", category="stack")
async def refresh(context: Context, arguments: str) -> None:
    """Take a new picture of a program that is only looked at from outside."""
    if not context.debuggee.is_picture:
        raise CommandError("there is nothing to refresh: this is the program itself, not a picture of it")
    await context.run_and_show("remora/refresh")


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
