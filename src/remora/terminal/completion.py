"""What the word before the cursor may become.

Names in the program come from the adapter (`completions`, `loadedSources`); a
request that fails gives no candidates, since a Tab is no command.  Runs on the event loop.
"""

from __future__ import annotations

import asyncio
import posixpath
import re
from collections.abc import Awaitable, Callable, Iterable

from ..client import Disconnected, RequestFailed, RequestTimeout
from .candidates import Candidate
from .context import Context, check_allowed
from .locations import loaded_sources
from .registry import CATEGORIES, CHANGES, COMMANDS, FAMILIES, SHOWN, TOPICS, AmbiguousWord
from .settings import Settings
from .syntax import SYNTAX
from .wire import CommandError
from .words import SEPARATOR, Call, parse

#: Seconds after which a Tab gives up on the adapter.
_PATIENCE = 1.0
_COMMAND_WORD = re.compile(r"[a-z][a-z-]*!?")


async def complete(context: Context, text: str) -> list[Candidate]:
    """Return what the end of `text`, all that stands before the cursor, may become."""
    line = text.rpartition(SEPARATOR)[2].lstrip()
    try:
        if _COMMAND_WORD.fullmatch(line) or not line:
            own = [*context.aliases.texts, *context.aliases.macros]
            words = _commands(line) + _matching(own, line)
            return words + (await names_in_frame(context, line) if line else [])
        parsed = parse(line, COMMANDS)
        if isinstance(parsed, Call) and not line.startswith("!"):
            check_allowed(context, parsed.command)
            typed = line.partition(" ")[2].lstrip()
            return await _ARGUMENTS[parsed.command.completes](context, typed)
        return await names_in_frame(context, line.removeprefix("!"))
    except (AmbiguousWord, RequestFailed, RequestTimeout, Disconnected, TimeoutError, CommandError):
        return []


def _commands(word: str) -> list[Candidate]:
    return [Candidate(each.name, len(word), each.summary) for each in COMMANDS if each.name.startswith(word)]


async def names_in_frame(context: Context, expression: str) -> list[Candidate]:
    """Return what the end of an expression may become: names in the frame, attributes (DAP `completions`)."""
    debuggee = context.debuggee
    if not debuggee.capabilities.get("supportsCompletionsRequest"):
        return []
    arguments = {"text": expression, "column": len(expression) + 1}
    if debuggee.stop is not None:
        arguments["frameId"] = (await debuggee.frame())["id"]
    body = await debuggee.client.request("completions", arguments, timeout=_PATIENCE)
    tail = re.search(r"\w*$", expression)
    replaces = len(tail[0]) if tail else 0
    return [
        Candidate(each.get("text") or each["label"], each.get("length", replaces), each.get("type", ""))
        for each in body["targets"]
    ]


async def _locations(context: Context, typed: str) -> list[Candidate]:
    condition = re.search(r"(?:^|\s)if\s+(.*)$", typed)
    if condition:
        return await names_in_frame(context, condition[1])
    sources, names = await asyncio.gather(loaded_sources(context), names_in_frame(context, typed))
    paths = [source["path"] for source in sources if source.get("path")]
    files = paths if typed.startswith("/") else sorted({posixpath.basename(path) for path in paths})
    return [Candidate(f"{file}:", len(typed)) for file in files if file.startswith(typed)] + names


async def _breakpoints(context: Context, typed: str) -> list[Candidate]:
    return _matching((str(each.number) for each in context.breakpoints), typed)


async def _topics(context: Context, typed: str) -> list[Candidate]:
    word, blank, rest = typed.partition(" ")
    if not blank:
        return _matching((each.name for each in TOPICS), typed)
    found = TOPICS.find(word)
    return await _ARGUMENTS[found.completes](context, rest.lstrip()) if found is not None else []


async def _settings(context: Context, typed: str) -> list[Candidate]:
    """After `set`: its sub-commands, the settings and their values, and variables."""
    word, blank, rest = typed.partition(" ")
    if blank and rest.lstrip().startswith("="):
        return await names_in_frame(context, rest.lstrip()[1:].lstrip())
    if blank:
        return _matching(_values_of(word), rest)
    return _matching([*Settings.names(), *(each.name for each in CHANGES)], typed) + await names_in_frame(
        context, typed
    )


def _values_of(setting: str) -> Iterable[str]:
    if setting == "style":
        from .highlight import style_names  # 41 ms, for a Tab alone

        return style_names()
    return Settings.choices(setting)


async def _shown(context: Context, typed: str) -> list[Candidate]:
    return _matching([*Settings.names(), *(each.name for each in SHOWN)], typed)


async def _aliases(context: Context, typed: str) -> list[Candidate]:
    return _matching([*context.aliases.texts, *context.aliases.macros], typed)


async def _help(context: Context, typed: str) -> list[Candidate]:
    word, blank, rest = typed.partition(" ")
    if blank and word in FAMILIES:
        settings = () if word == "info" else Settings.names()
        return _matching([*(each.name for each in FAMILIES[word]), *settings], rest)
    if blank and word == "syntax":
        return _matching(SYNTAX, rest)
    return _matching([*(each.name for each in COMMANDS), *CATEGORIES, "syntax"], typed)


async def _threads(context: Context, typed: str) -> list[Candidate]:
    names = await asyncio.wait_for(context.debuggee.threads(), _PATIENCE)
    return _matching([*map(str, names), *names.values()], typed)


async def _sessions(context: Context, typed: str) -> list[Candidate]:
    return _matching((str(each.number) for each in context.sessions), typed)


async def _files(context: Context, typed: str) -> list[Candidate]:
    from pathlib import Path  # 3 ms, for a Tab alone

    folder, _, beginning = typed.rpartition("/")
    try:
        entries = sorted(
            Path(folder + "/" if folder or typed.startswith("/") else ".").expanduser().iterdir()
        )
    except OSError:
        return []
    names = (entry.name + ("/" if entry.is_dir() else "") for entry in entries)
    return [Candidate(name, len(beginning)) for name in names if name.startswith(beginning)]


async def _nothing(context: Context, typed: str) -> list[Candidate]:
    return []


def _matching(words: Iterable[str], typed: str) -> list[Candidate]:
    last = typed.rpartition(" ")[2]
    return [Candidate(word, len(last)) for word in words if word.startswith(last)]


#: By `Command.completes`.
_ARGUMENTS: dict[str, Callable[[Context, str], Awaitable[list[Candidate]]]] = {
    "": _nothing,
    "alias": _aliases,
    "breakpoint": _breakpoints,
    "command": _help,
    "expression": names_in_frame,
    "file": _files,
    "location": _locations,
    "session": _sessions,
    "setting": _settings,
    "shown": _shown,
    "thread": _threads,
    "topic": _topics,
}
