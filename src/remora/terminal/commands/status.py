"""`info`: what the state of things is.  Each thing it can tell is a row of the table `TOPICS`."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence

from ...client import RequestFailed
from .. import render
from ..context import Context
from ..debuggee import Debuggee
from ..locations import loaded_sources, read_location, resolve_line
from ..registry import TOPICS, AmbiguousWord, command, topic
from ..style import printable
from ..wire import Body, CommandError


@command("info", "i", category="status", arguments="TOPIC", completes="topic")
async def tell(context: Context, arguments: str) -> None:
    """Tell about the program or the console.  `info` alone lists what there is to ask."""
    word, _, rest = arguments.partition(" ")
    if not word:
        for each in TOPICS:
            context.write(f"info {each.usage:<24} {context.style('faint', each.summary)}")
        return
    try:
        found = TOPICS.find(word)
    except AmbiguousWord as error:
        raise CommandError(str(error)) from None
    if found is None:
        raise CommandError(f"'info' knows nothing of '{word}'; 'info' alone lists what there is")
    await found.run(context, rest.strip())


@topic("args", "arguments", category="status")
async def args(context: Context, arguments: str) -> None:
    """The arguments of the selected frame's function."""
    frame_id = (await context.debuggee.frame())["id"]
    if not await _scopes(context, frame_id, ("arguments",)):
        context.write("no arguments")
        return
    bodies = await _variables(context, frame_id, ("arguments",))
    context.write(render.variables(bodies, context.style, context.width) or "no arguments")


@topic("breakpoints", category="status")
async def breakpoints(context: Context, arguments: str) -> None:
    """The breakpoints set here, with their numbers."""
    for each in context.breakpoints:
        context.write(render.breakpoint_rows(each, context.style))
    if not len(context.breakpoints):
        context.write("no breakpoints")


@topic("display", category="status")
async def display(context: Context, arguments: str) -> None:
    """The expressions shown at every stop."""
    for each in context.displays.values():
        context.write(f"{each.number}: {each.expression}")
    if not context.displays:
        context.write("no displays")


@topic("exception", category="status")
async def exception(context: Context, arguments: str) -> None:
    """The exception at which the thread stopped, with its traceback."""
    context.debuggee.check_stopped()
    body = await context.debuggee.client.request("exceptionInfo", {"threadId": context.debuggee.thread_id})
    context.write(render.exception(body))


@topic("files", "sources", category="status", arguments="[TEXT]")
async def files(context: Context, arguments: str) -> None:
    """The source files that the program has loaded; with TEXT, those with it in their path."""
    paths = sorted(source.get("path") or source.get("name", "?") for source in await loaded_sources(context))
    for path in paths:
        if arguments in path:
            context.write(printable(path))


@topic("frame", category="status")
async def frame(context: Context, arguments: str) -> None:
    """The selected frame."""
    chosen = await context.debuggee.frame()
    context.write(render.frame_row(context.debuggee.frame_index, chosen, context.style))
    source = chosen.get("source") or {}
    if source.get("path"):
        context.write(f"     in {printable(source['path'])}")


@topic("globals", category="status", arguments="[TEXT]")
async def globals_(context: Context, arguments: str) -> None:
    """The global variables of the selected frame's module; with TEXT, those with it in their name."""
    bodies = await _variables(context, (await context.debuggee.frame())["id"], ("globals",))
    chosen = [body for body in bodies if arguments in body["name"]]
    context.write(render.variables(chosen, context.style, context.width) or "no globals")


@topic("line", category="status", arguments="[LOCATION]")
async def line(context: Context, arguments: str) -> None:
    """The line of the selected frame or a location, and whether the program can stop there."""
    source, number = await resolve_line(context, read_location(arguments))
    body = await context.debuggee.client.request("breakpointLocations", {"source": source, "line": number})
    can = "can" if body["breakpoints"] else "cannot"
    path = source.get("path") or source.get("name", "?")
    context.write(f"line {number} of {printable(path)}: the program {can} stop there")


@topic("locals", category="status")
async def locals_(context: Context, arguments: str) -> None:
    """The local variables of the selected frame."""
    bodies = await arguments_and_locals(context, (await context.debuggee.frame())["id"])
    context.write(render.variables(bodies, context.style, context.width) or "no locals")


@topic("modules", category="status", arguments="[TEXT]")
async def modules(context: Context, arguments: str) -> None:
    """The modules that the program has imported; with TEXT, those with it in their name."""
    body = await context.debuggee.client.request("modules", {})
    for module in sorted(body["modules"], key=lambda each: str(each["name"])):
        if arguments in module["name"]:
            context.write(f"{printable(module['name']):<32} {printable(module.get('path', ''))}".rstrip())


@topic("program", category="status")
async def program(context: Context, arguments: str) -> None:
    """Whether the program runs, and why it stopped."""
    debuggee = context.debuggee
    stop = debuggee.stop
    if debuggee.ended is not None or stop is None:
        context.write(debuggee.ended or "the program is running")
        return
    name, top = await asyncio.gather(debuggee.thread_name(stop.thread_id), debuggee.frame(0))
    context.write(f"stopped: {stop.reason}")
    if stop.description or stop.text:
        context.write(printable(": ".join(part for part in (stop.description, stop.text) if part)))
    context.write(render.location_header(top, name, context.style))


@topic("return", "retval", category="status")
async def return_(context: Context, arguments: str) -> None:
    """What the call that has just ended returned."""
    bodies = await returned(context)
    context.write(render.variables(bodies, context.style, context.width) or "no call has just ended")


@topic("source", category="status")
async def source(context: Context, arguments: str) -> None:
    """The source file of the selected frame."""
    chosen = (await context.debuggee.frame()).get("source")
    if not chosen:
        raise CommandError("the selected frame has no source file")
    lines = await context.sources.lines(chosen)
    context.write(f"{printable(chosen.get('path') or chosen.get('name', '?'))}, {len(lines)} lines")


@topic("tasks", category="status")
async def tasks(context: Context, arguments: str) -> None:
    """The asyncio tasks: what each waits for."""
    body = await context.debuggee.client.request("remora/tasks", {})
    for task in body["tasks"]:
        context.write(render.task_rows(task, context.style))
    if not body["tasks"]:
        context.write("no asyncio tasks")


@topic("threads", category="status")
async def threads(context: Context, arguments: str) -> None:
    """The threads: number, name, and where each stands."""
    debuggee = context.debuggee
    names = await debuggee.threads(fresh=True)
    frames = await asyncio.gather(*(_innermost(debuggee, thread_id) for thread_id in names))
    for (thread_id, name), top in zip(names.items(), frames, strict=True):
        context.write(
            render.thread_row(
                thread_id,
                name,
                context.style,
                stop=debuggee.stops.get(thread_id),
                frame=top,
                selected=thread_id == debuggee.thread_id,
            )
        )


async def _innermost(debuggee: Debuggee, thread_id: int) -> Body | None:
    if not (debuggee.all_stopped or thread_id in debuggee.stops):
        return None
    try:
        frames = await debuggee.stack(thread_id).fetch(1)
    except RequestFailed:
        return None  # it has ended, or gone on, since it was listed
    return frames[0] if frames else None


async def arguments_and_locals(context: Context, frame_id: int) -> list[Body]:
    """The variables of a frame's own scopes, those it closes over among them."""
    return await _variables(context, frame_id, ("arguments", "locals", "closure"))


async def returned(context: Context) -> list[Body]:
    """What the call that the last `finish` ended has returned: one variable, or none."""
    frame_id = (await context.debuggee.frame(0))["id"]
    return await _variables(context, frame_id, ("returnValue",))


async def _variables(context: Context, frame_id: int, kinds: Sequence[str]) -> list[Body]:
    client = context.debuggee.client
    references = [each["variablesReference"] for each in await _scopes(context, frame_id, kinds)]
    requests = (client.request("variables", {"variablesReference": each}) for each in references)
    answers = await asyncio.gather(*requests)
    return list(itertools.chain.from_iterable(answer["variables"] for answer in answers))


async def _scopes(context: Context, frame_id: int, kinds: Sequence[str]) -> list[Body]:
    body = await context.debuggee.client.request("scopes", {"frameId": frame_id})
    return [
        each for each in body["scopes"] if {each.get("presentationHint"), each["name"].lower()} & set(kinds)
    ]
