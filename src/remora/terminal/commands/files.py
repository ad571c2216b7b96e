"""Commands that show source text."""

from __future__ import annotations

from ..context import Context
from ..locations import resolve_line
from ..locspec import BadLocation, Here, Range, parse_range
from ..registry import command
from ..wire import Body, CommandError


@command(
    "list",
    "l",
    category="files",
    arguments="[LOCATION | FIRST,LAST | + | - | .]",
    completes="location",
    repeats="name",
)
async def list_(context: Context, arguments: str) -> None:
    """Show lines of source.

    Without arguments: around the current line, then on from there.  `.` goes
    back to the current line, `-` shows the lines before those last shown, `+`
    those after.  LOCATION shows the lines around it; `FIRST,LAST` and
    `FIRST,+COUNT` those lines.
    """
    if arguments in ("", "+", "-") and context.listed is not None:
        await _list_on(context, back=arguments == "-")
        return
    if arguments == "-":
        source, line = await resolve_line(context, Here())
        size, around = context.settings.listsize, context.settings.context
        if line - around <= 1:
            raise CommandError("that was the beginning of the file")
        await _show(context, source, max(line - around - size, 1), line - around - 1)
        return
    try:
        lines = parse_range("" if arguments == "+" else arguments)
    except BadLocation as error:
        raise CommandError(str(error)) from None
    source, first, last = await _bounds(context, lines)
    await _show(context, source, first, last)


@command("list-all", "ll", "longlist", category="files")
async def list_all(context: Context, arguments: str) -> None:
    """Show the whole file of the selected frame."""
    frame = await context.debuggee.frame()
    if not frame.get("source"):
        raise CommandError("the selected frame has no source file")
    await _show(context, frame["source"], 1, len(await context.sources.lines(frame["source"])))


async def _list_on(context: Context, *, back: bool) -> None:
    assert context.listed is not None
    source, first, last = context.listed
    size = context.settings.listsize
    if not back and last >= len(await context.sources.lines(source)):
        raise CommandError("that was the end of the file; 'list .' goes back to the current line")
    if back and first <= 1:
        raise CommandError("that was the beginning of the file")
    start = max(first - size, 1) if back else last + 1
    await _show(context, source, start, first - 1 if back else last + size)


async def _bounds(context: Context, lines: Range) -> tuple[Body, int, int]:
    size = context.settings.listsize
    if lines.first is None and lines.last is not None:
        source, _ = await resolve_line(context, Here())
        return source, max(lines.last - size + 1, 1), lines.last
    source, line = await resolve_line(context, lines.first or Here())
    if lines.count is not None:
        return source, line, line + lines.count - 1
    if lines.last is not None:
        return source, line, lines.last if lines.last >= line else line + lines.last
    first = max(line - size // 2, 1)
    return source, first, first + size - 1


async def _show(context: Context, source: Body, first: int, last: int) -> None:
    current = None
    if context.debuggee.stop is not None:
        frame = await context.debuggee.frame()
        current = frame["line"] if frame.get("source", {}).get("path") == source.get("path") else None
    await context.show_source(source, first, last, current=current)
