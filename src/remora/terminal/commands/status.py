"""`info`: what the state of things is.  Each thing it can tell is a row of the table `TOPICS`."""

from __future__ import annotations

import ast
import asyncio
import itertools
from collections.abc import Sequence

from ...client import RequestFailed
from ...printable import printable
from .. import render
from ..context import Context
from ..debuggee import Debuggee
from ..locations import loaded_sources, read_location, resolve_line
from ..registry import TOPICS, command, topic
from ..wire import Body, CommandError
from .breakpoints import bl
from .words import integer


@command("info", "i", category="status", arguments="TOPIC", completes="topic")
async def tell(context: Context, arguments: str) -> None:
    """Tell about the program or the console.  `info` alone lists what there is to ask."""
    word, _, rest = arguments.partition(" ")
    if not word:
        for each in TOPICS:
            context.write(f"info {each.usage:<24} {context.style('faint', each.summary)}")
        return
    found = TOPICS.find(word)
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
    context.write_variables(await _variables(context, frame_id, ("arguments",)), without="no arguments")


@topic("breakpoints", "b", "break", category="status")
async def breakpoints(context: Context, arguments: str) -> None:
    """The breakpoints set here, with their numbers."""
    await bl(context, arguments)


@topic("display", category="status")
async def display(context: Context, arguments: str) -> None:
    """The expressions shown at every stop."""
    for each in context.displays.values():
        context.write(each.label)
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


@topic("frame", category="status", arguments="[-v] [N]")
async def frame(context: Context, arguments: str) -> None:
    """The selected frame, or frame N; `-v` adds its variables."""
    words = arguments.split()
    verbose = "-v" in words
    words = [word for word in words if word != "-v"]
    index = integer(words[0]) if words else context.debuggee.frame_index
    chosen = await context.debuggee.frame(index)
    context.write(render.frame_row(index, chosen, context.style))
    source = chosen.get("source") or {}
    if source.get("path"):
        context.write(f"     in {printable(source['path'])}")
    if verbose:
        context.write_variables(await arguments_and_locals(context, chosen["id"]), "     ")


@topic("globals", category="status", arguments="[TEXT|*]", completes="expression")
async def globals_(context: Context, arguments: str) -> None:
    """The global variables of the selected frame's module; with TEXT, those with it in their name.

    `*` gives the names alone.
    """
    bodies = await _variables(context, (await context.debuggee.frame())["id"], ("globals",))
    _write_chosen(context, bodies, arguments, "no globals")


@topic("builtins", category="status", arguments="[TEXT]")
async def builtins(context: Context, arguments: str) -> None:
    """The names that are there without an import; with TEXT, those with it in their name."""
    body = await context.debuggee.evaluate("sorted(vars(__import__('builtins')))", "clipboard")
    names = [name for name in ast.literal_eval(body["result"]) if arguments in name]
    context.write(render.columns(names, context.width) or "no such names")


@topic("line", category="status", arguments="[LOCATION]")
async def line(context: Context, arguments: str) -> None:
    """The line of the selected frame or a location, and whether the program can stop there."""
    source, number = await resolve_line(context, read_location(arguments))
    body = await context.debuggee.client.request("breakpointLocations", {"source": source, "line": number})
    can = "can" if body["breakpoints"] else "cannot"
    path = source.get("path") or source.get("name", "?")
    context.write(f"line {number} of {printable(path)}: the program {can} stop there")


@topic("locals", category="status", arguments="[TEXT|*]", completes="expression")
async def locals_(context: Context, arguments: str) -> None:
    """The local variables of the selected frame; with TEXT, those with it in their name; `*`: the names."""
    bodies = await arguments_and_locals(context, (await context.debuggee.frame())["id"])
    _write_chosen(context, bodies, arguments, "no locals")


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
    context.write_variables(await returned(context), without="no call has just ended")


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


@topic("threads", category="status", arguments="[THREAD]", completes="thread")
async def threads(context: Context, arguments: str) -> None:
    """The threads: number, name, and where each stands; with a name or number, that one."""
    debuggee = context.debuggee
    names = await debuggee.threads(fresh=True)
    chosen = {each: name for each, name in names.items() if arguments in ("", str(each), name)}
    if not chosen:
        raise CommandError(f"there is no thread '{arguments}'; 'info threads' lists them")
    frames = await asyncio.gather(*(_innermost(debuggee, thread_id) for thread_id in chosen))
    for (thread_id, name), top in zip(chosen.items(), frames, strict=True):
        context.write(
            render.thread_row(
                thread_id,
                name,
                context.style,
                stop=debuggee.stops.get(thread_id),
                frame=top,
                selected=thread_id == debuggee.thread_id,
                state=debuggee.thread_states.get(thread_id, ""),
            )
        )


@topic("alias", "aliases", category="support")
async def alias(context: Context, arguments: str) -> None:
    """The words that `alias` has defined."""
    for name, text in context.aliases.texts.items():
        context.write(f"{name} = {text}")
    if not context.aliases.texts:
        context.write("no aliases")


@topic("macro", "macros", category="support", arguments="[*|NAME...]")
async def macro(context: Context, arguments: str) -> None:
    """The functions that `macro` has defined; `*`: their names."""
    macros = context.aliases.macros
    if arguments == "*":
        context.write(render.columns(list(macros), context.width) or "no macros")
        return
    for name in arguments.split() or macros:
        if name not in macros:
            raise CommandError(f"there is no macro '{name}'; 'info macro' lists them")
        context.write(f"{name} = {macros[name][0]}")
    if not macros:
        context.write("no macros")


def _write_chosen(context: Context, bodies: list[Body], wanted: str, without: str) -> None:
    if wanted == "*":
        names = [printable(body["name"]) for body in bodies]
        context.write(render.columns(names, context.width) or without)
        return
    context.write_variables((body for body in bodies if wanted in body["name"]), without=without)


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
