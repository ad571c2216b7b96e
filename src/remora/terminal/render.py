"""DAP bodies as text for people.

Pure: nothing here asks, prints or remembers.  `width` is the number of columns
of the terminal; None (a pipe) cuts nothing.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ..printable import printable
from .breakpoints import Breakpoint
from .debuggee import Stop
from .style import Style
from .wire import Body

if TYPE_CHECKING:
    from .sessions import Held

#: trepan's two letters for what happened, by the `reason` of the `stopped` event.
GLYPHS = {
    "breakpoint": "xx",
    "function breakpoint": "xx",
    "data breakpoint": "xx",
    "instruction breakpoint": "xx",
    "exception": "!!",
    "pause": "?!",
    "signal": "?!",
}
CALL, RETURN, LINE = "->", "<-", "--"
#: By the event that a step has come to.
EVENT_GLYPHS = {"call": CALL, "return": RETURN, "line": LINE, "exception": "!!"}


def event_glyph(reason: str, deeper: int = 0, event: str = "") -> str:
    """Return the glyph of a stop; `deeper` tells by how many frames the stack grew since the last one."""
    if event in EVENT_GLYPHS:
        return EVENT_GLYPHS[event]
    if reason in GLYPHS:
        return GLYPHS[reason]
    if reason == "step" and deeper:
        return CALL if deeper > 0 else RETURN
    return LINE


def cut(text: str, width: int | None) -> str:
    """Return one line of at most `width` characters."""
    line = printable(text).replace("\n", "\\n")
    return line if width is None or len(line) <= width else line[: max(width - 1, 1)] + "…"


def place(frame: Body, style: Style, *, whole_path: bool = False) -> str:
    """`file.py:12` of a frame."""
    source = frame.get("source") or {}
    path = source.get("path") or source.get("name") or "?"
    name = path if whole_path else source.get("name") or posixpath.basename(path)
    return f"{style('file', printable(name))}:{style('line', str(frame['line']))}"


def function_of(frame: Body) -> tuple[str, str]:
    """What two frames of one function have in common: path and name."""
    return (frame.get("source") or {}).get("path", ""), frame["name"]


def location_header(frame: Body, thread_name: str, style: Style) -> str:
    """`(file.py:12 MainThread): function`."""
    thread = style("thread", printable(thread_name))
    return f"({place(frame, style)} {thread}): {style('function', printable(frame['name']))}"


def stop_line(stop: Stop, breakpoints: Iterable[int] = ()) -> str:
    """What is worth a line beside the glyph: an exception's text, a breakpoint's number, or nothing.

    Of a picture from outside, what it shows.
    """
    if stop.reason == "pause" and stop.text:
        return printable(stop.text)
    if stop.reason == "exception":
        return printable(": ".join(part for part in (stop.text, stop.description) if part) or "exception")
    if stop.reason == "signal":
        return f"signal {printable(stop.description or stop.text)}"
    numbers = ", ".join(map(str, breakpoints))
    return f"breakpoint {numbers}" if numbers else ""


def listing(
    lines: Sequence[str],
    first: int,
    last: int,
    style: Style,
    *,
    current: int | None = None,
    glyph: str = "->",
    breakpoints: Iterable[int] = (),
    width: int | None = None,
) -> str:
    """Lines `first` to `last` (counted from 1) with their numbers; `current` is marked with `glyph`."""
    shown = [cut(line.expandtabs(), width and width - 8) for line in lines[first - 1 : last]]
    marked = set(breakpoints)
    rows = []
    for number, text in enumerate(style.source(shown), first):
        mark = glyph if number == current else " b" if number in marked else "  "
        role = "current" if number == current else "faint"
        rows.append(f"{style('glyph', mark)} {style(role, f'{number:>4}')} {text}".rstrip())
    return "\n".join(rows)


def frame_row(index: int, frame: Body, style: Style, *, selected: bool = False) -> str:
    """One line of a backtrace."""
    mark = style("glyph", "->") if selected else "  "
    name = style("function", printable(frame["name"]))
    if frame.get("presentationHint") == "label":
        return f"{mark}     {style('faint', printable(frame['name']))}"
    return f"{mark} #{index:<3} {name} at {place(frame, style)}"


def variable(body: Body, style: Style, width: int | None, indent: str = "") -> str:
    """`name = value` of a DAP `Variable`."""
    name = printable(body["name"])
    return f"{indent}{style('name', name)} = {cut(body['value'], width and width - len(indent + name) - 3)}"


def variables(bodies: Iterable[Body], style: Style, width: int | None, indent: str = "") -> str:
    return "\n".join(variable(body, style, width, indent) for body in bodies)


def thread_row(
    thread_id: int,
    name: str,
    style: Style,
    *,
    stop: Stop | None,
    frame: Body | None,
    selected: bool = False,
    state: str = "",
) -> str:
    """One line of `info threads`; `state` is what a picture from outside tells of the thread."""
    mark = style("glyph", "->") if selected else "  "
    reason = state or (stop.reason if stop is not None and stop.reason != "pause" else "")
    parts = [
        f"{mark} {thread_id:<4} {style('thread', printable(name))} ",
        f"{printable(frame['name'])} at {place(frame, style)}" if frame else "" if state else "running",
        f"({printable(reason)})" if reason else "",
    ]
    return " ".join(part for part in parts if part)


def client_row(client: Body, style: Style) -> str:
    """One line of `info clients`."""
    mark = style("glyph", "->") if client["isYou"] else "  "
    count = client["breakpoints"]
    does = "only looks" if client["observes"] else f"{count} breakpoint{'s' * (count != 1)}"
    return f"{mark} {client['id']:<4} {printable(client['name'])}  ({does}{', this one' * client['isYou']})"


def session_row(held: Held, style: Style, *, selected: bool = False) -> str:
    """One line of `info sessions`."""
    mark = style("glyph", "->") if selected else "  "
    debuggee = held.context.debuggee
    state = debuggee.ended or (f"stopped: {debuggee.stop.reason}" if debuggee.stop else "running")
    return f"{mark} {held.number:<4} {printable(held.name)}  ({state})"


def task_rows(task: Body, style: Style) -> str:
    """The lines of `info tasks` for one of them: its state and, innermost first, what it awaits."""
    head = f"{style('thread', printable(task['name']))}  {task['state']}  {printable(task['coroutine'])}"
    return "\n".join(
        [head] + [f"    {printable(each['name'])} at {place(each, style)}" for each in task["awaits"]]
    )


def breakpoint_place(breakpoint: Breakpoint, style: Style) -> str:
    if breakpoint.source is None:
        offset = f" *{breakpoint.instruction[1]}" if breakpoint.instruction else ""
        return style("function", printable(breakpoint.function)) + offset
    line = breakpoint.actual_line if breakpoint.actual_line is not None else breakpoint.line
    path = breakpoint.source.get("path") or breakpoint.source.get("name") or "?"
    name = posixpath.basename(path) if style.basename else path
    return f"{style('file', printable(name))}:{style('line', str(line))}"


def breakpoint_set(breakpoint: Breakpoint, style: Style) -> str:
    """The sentence that answers `break`."""
    kind = "logpoint" if breakpoint.log_message else "breakpoint"
    kind = f"temporary {kind}" if breakpoint.temporary else kind
    pending = "" if breakpoint.verified else f" (pending{_because(breakpoint.message)})"
    return f"{kind} {breakpoint.number} at {breakpoint_place(breakpoint, style)}{pending}"


def breakpoint_rows(breakpoint: Breakpoint, style: Style) -> str:
    """The lines of `info breakpoints` for one of them."""
    kind = "logpoint" if breakpoint.log_message else "breakpoint"
    disposition = "del " if breakpoint.temporary else "keep"
    enabled = "y" if breakpoint.enabled else "n"
    at = breakpoint_place(breakpoint, style)
    rows = [f"{style('number', f'{breakpoint.number:<4}')} {kind:<10} {disposition} {enabled}  {at}"]
    details = {
        "stops only if": breakpoint.condition,
        "hit condition": breakpoint.hit_condition,
        "prints": breakpoint.log_message,
        "hits": str(breakpoint.hits) if breakpoint.hits else None,
        "pending": None
        if breakpoint.verified or not breakpoint.enabled
        else breakpoint.message or "not found yet",
    }
    rows += [f"       {label}: {printable(text)}" for label, text in details.items() if text]
    return "\n".join(rows)


def _because(message: str) -> str:
    return f": {printable(message)}" if message else ""


def exception(body: Body) -> str:
    """The lines of an `exceptionInfo` answer."""
    details = body.get("details") or {}
    parts = [
        details.get("fullTypeName") or body["exceptionId"],
        body.get("description") or details.get("message"),
    ]
    rows = [": ".join(part for part in parts if part)]
    rows += [details["stackTrace"].rstrip()] if details.get("stackTrace") else []
    return printable("\n".join(rows))


def columns(words: Sequence[str], width: int | None) -> str:
    """Words in as many columns as fit."""
    if not words:
        return ""
    column = max(map(len, words)) + 2
    across = max((width or 80) // column, 1)
    rows = (words[start : start + across] for start in range(0, len(words), across))
    return "\n".join("".join(word.ljust(column) for word in row).rstrip() for row in rows)
