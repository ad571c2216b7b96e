"""From a written location to a DAP source and line: which of the program's files is meant by a name.

The adapter knows the program's files; the file system here is not looked at.
"""

from __future__ import annotations

import ast
import posixpath
import re

from ..client import RequestFailed
from .context import Context
from .locspec import BadLocation, Function, Here, Instruction, Line, Location, Offset, Value, parse_location
from .wire import Body, CommandError

SourceLine = tuple[Body, int]

_MODULE = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
#: A function of a value: the names of the module and of the function itself.
_NAMES = "(lambda f: (getattr(f, '__module__', None), getattr(f, '__qualname__', None)))"


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
        case Instruction():
            raise CommandError(f"say a line: '{location}' is an instruction")
        case Function() | Value():
            return await _function_line(context, location)
    raise AssertionError(location)


async def named_function(context: Context, location: Location) -> Location:
    """Return the function that a location means by the name that it has in the program; others as they are.

    `self.queue.put` becomes `queue:Queue.put`.  A name that means nothing in the
    selected frame stays: its module may be loaded later.
    Raises `CommandError` for an expression whose value is no function.
    """
    if isinstance(location, Function) and (location.module is not None or "." not in location.name):
        return location
    if not isinstance(location, Function | Value):
        return location
    text = location.name if isinstance(location, Function) else location.expression
    try:
        body = await context.debuggee.evaluate(f"{_NAMES}({text})", "clipboard")
        module, name = ast.literal_eval(body["result"])
    except (RequestFailed, ValueError, SyntaxError, TypeError) as error:
        if isinstance(location, Function):
            return location
        raise CommandError(f"cannot find the function '{location}': {error}") from None
    if not isinstance(name, str):
        if isinstance(location, Function):
            return location
        raise CommandError(f"'{location}' is not a function with a name")
    if isinstance(location, Function) and name == location.name:
        return location
    found = Function(name, module if isinstance(module, str) else None)
    # The names are the program's, which may have called itself anything.
    if _parsed(str(found)) != found:
        raise CommandError(f"'{location}' calls itself '{found}', which is no name of a function")
    return found


def _parsed(text: str) -> Location | None:
    try:
        return parse_location(text)
    except BadLocation:
        return None


async def resolve_file(context: Context, name: str) -> Body:
    """Return the source that a file name means: an absolute path, or the end of a loaded source's path.

    Raises `RequestFailed` when several sources end so.
    """
    if posixpath.isabs(name):
        return {"path": context.paths.theirs(name) or name}
    current = await _source_in_view(context)
    if current is not None and ends_path(current.get("path", ""), name):
        return current
    body = await context.debuggee.client.request("remora/resolveSource", {"path": name})
    path = None if body["loaded"] else await _module_path(context, name)
    return {"path": path or body["path"]}


async def _module_path(context: Context, name: str) -> str | None:
    """The file of an imported module; None when there is no such module."""
    if not _MODULE.fullmatch(name):
        return None
    module = f"__import__('sys').modules.get({name!r})"
    try:
        body = await context.debuggee.evaluate(f"getattr({module}, '__file__', None)", "clipboard")
        path = ast.literal_eval(body["result"])
    except (RequestFailed, ValueError, SyntaxError):
        return None
    return path if isinstance(path, str) else None


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


async def _function_line(context: Context, function: Function | Value) -> SourceLine:
    """Ask the program where a function begins."""
    if isinstance(function, Value):
        name = f"({function.expression})"
    elif function.module is not None:
        name = f"__import__('sys').modules[{function.module!r}].{function.name}"
    else:
        name = function.name
    code = f"getattr({name}, '__wrapped__', {name}).__code__"
    where = f"(lambda code: (code.co_filename, code.co_firstlineno))({code})"
    try:
        body = await context.debuggee.evaluate(where, "clipboard")
    except RequestFailed as error:
        raise CommandError(f"cannot find the source of '{function}': {error}") from None
    path, line = ast.literal_eval(body["result"])
    return {"path": path}, line
