"""From a written location to a DAP source and line: which of the program's files is meant by a name.

The adapter knows the program's files; the file system here is not looked at.
"""

from __future__ import annotations

import ast
import posixpath

from ..client import RequestFailed
from .context import Context
from .locspec import BadLocation, Function, Here, Line, Location, Offset, parse_location
from .wire import Body, CommandError

SourceLine = tuple[Body, int]


def read_location(text: str) -> Location:
    """Parse a location for a command; raises `CommandError`."""
    try:
        return parse_location(text)
    except BadLocation as error:
        raise CommandError(str(error)) from None


async def resolve_line(context: Context, location: Location) -> SourceLine:
    """Return the source and line that a location means; raises `CommandError`."""
    match location:
        case Here():
            return await _current(context)
        case Offset(lines):
            source, line = await _current(context)
            if line + lines < 1:
                raise CommandError(f"line {line} has no {-lines} lines before it")
            return source, line + lines
        case Line(line, None):
            return (await _current_source(context)), line
        case Line(line, str(file)):
            return (await resolve_file(context, file)), line
        case Function():
            return await _function_line(context, location)
    raise AssertionError(location)


async def resolve_file(context: Context, name: str) -> Body:
    """Return the source that a file name means: an absolute path, or the end of a loaded source's path.

    Raises `RequestFailed` when several sources end so.
    """
    if posixpath.isabs(name):
        return {"path": name}
    current = await _source_in_view(context)
    if current is not None and ends_path(current.get("path", ""), name):
        return current
    body = await context.debuggee.client.request("remora/resolveSource", {"path": name})
    return {"path": body["path"]}


async def loaded_sources(context: Context) -> list[Body]:
    """The sources that the program has loaded; none when the adapter cannot tell."""
    if not context.debuggee.capabilities.get("supportsLoadedSourcesRequest"):
        return []
    body = await context.debuggee.client.request("loadedSources", {})
    sources: list[Body] = body["sources"]
    return sources


def ends_path(path: str, name: str) -> bool:
    """Tell whether `path` ends with the whole components of `name`."""
    name = posixpath.normpath(name)
    return path == name or path.endswith("/" + name.removeprefix("../"))


async def _source_in_view(context: Context) -> Body | None:
    if context.listed is not None:
        return context.listed[0]
    if context.debuggee.stop is None:
        return None
    return (await context.debuggee.frame()).get("source")


async def _current(context: Context) -> SourceLine:
    frame = await context.debuggee.frame()
    if not frame.get("source"):
        raise CommandError("the selected frame has no source file; write FILE:LINE")
    return frame["source"], frame["line"]


async def _current_source(context: Context) -> Body:
    source = await _source_in_view(context)
    if source is None:
        context.debuggee.check_stopped()
        raise CommandError("the selected frame has no source file; write FILE:LINE")
    return source


async def _function_line(context: Context, function: Function) -> SourceLine:
    """Ask the program where a function begins."""
    module = "" if function.module is None else f"__import__('sys').modules[{function.module!r}]."
    name = f"{module}{function.name}"
    code = f"getattr({name}, '__wrapped__', {name}).__code__"
    where = f"(lambda code: (code.co_filename, code.co_firstlineno))({code})"
    try:
        body = await context.debuggee.evaluate(where, "clipboard")
    except RequestFailed as error:
        raise CommandError(f"cannot find the source of '{function}': {error}") from None
    path, line = ast.literal_eval(body["result"])
    return {"path": path}, line
