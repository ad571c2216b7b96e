"""Byte code as text for people.  Pure, as `render`."""

from __future__ import annotations

from collections.abc import Iterable

from ..printable import printable
from .render import cut
from .style import Style
from .wire import Body

#: What `info code` shows, and the fields that it takes it from.
_LISTS = ("arguments", "locals", "cells", "free", "names", "constants", "flags")


def instruction_rows(instructions: Iterable[Body], code: Body, style: Style) -> str:
    """One line an instruction: its source line where that begins, a mark at the current one, offset, text."""
    base = int(code["instructionPointerReference"], 16)
    rows = []
    last = None
    for each in instructions:
        offset = int(each["address"], 16) - base
        line = "" if each.get("line") == last else str(each.get("line", ""))
        last = each.get("line")
        mark = style("glyph", "->") if offset == code.get("offset") else "  "
        target = ">>" if each.get("symbol") else "  "
        number = style("line", f"{line:>5}")
        rows.append(f"{number} {mark} {target} {offset:>5} {printable(each['instruction'])}".rstrip())
    return "\n".join(rows)


def code_rows(code: Body, style: Style, width: int | None) -> str:
    """The lines of `info code`."""
    source = code.get("source") or {}
    path = printable(source.get("path") or source.get("name") or "?")
    place = f"{style('file', path)}:{style('line', str(code['line']))}"
    rows = [
        f"{style('function', printable(code['name']))} at {place}",
        f"  {code['size']} bytes, stack of {code['stackSize']}",
    ]
    for name in _LISTS:
        if code[name]:
            text = ", ".join(map(str, code[name]))
            rows.append(f"  {style('name', name)}: {cut(text, width and width - len(name) - 4)}")
    return "\n".join(rows)


def line_rows(code: Body, style: Style) -> str:
    """The lines of `info lines`: each with all places where its byte code begins."""
    places: dict[int, list[str]] = {}
    for each in code["lines"]:
        places.setdefault(each["line"], []).append(f"{each['offset']}-{each['end']}")
    return "\n".join(
        f"{style('line', f'{line:>5}')}  {', '.join(found)}" for line, found in sorted(places.items())
    )
