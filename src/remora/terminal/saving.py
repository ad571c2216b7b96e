"""Breakpoints as commands: what `save` writes, `load` and `source` read back."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from .breakpoints import Breakpoint
from .exception_stops import ExceptionStops
from .locspec import BadLocation, Function, Location, parse_location
from .wire import CommandError

#: What the commands about a breakpoint begin with; the others that follow are about the same one.
BEGINNINGS = ("break ", "tbreak ", "logpoint ", "catch ", "#")


def as_commands(breakpoints: Iterable[Breakpoint], exceptions: ExceptionStops) -> Iterator[str]:
    """The commands that set these breakpoints again; those in text that has no name are left out."""
    for each in breakpoints:
        place = _place(each)
        if place is None:
            continue
        condition = f" if {each.condition}" if each.condition else ""
        if each.log_message:
            yield f"logpoint {place} {each.log_message}"
            if each.condition:
                yield f"condition . {each.condition}"
        else:
            yield f"{'tbreak' if each.temporary else 'break'} {place}{condition}"
        if each.hit_condition:
            yield f"ignore . {each.hit_condition.lstrip('>')}"
        if not each.enabled:
            yield "disable ."
    if exceptions.said:
        yield f"catch {exceptions.said}"


def write_commands(path: str, commands: Iterable[str], program: str) -> int:
    """Write them into a file that its user alone can read; returns how many there are.

    Without any, the file is removed.  Raises `CommandError` when it cannot be written.
    """
    lines = list(commands)
    try:
        if not lines:
            if os.path.exists(path):
                os.unlink(path)
            return 0
        os.makedirs(os.path.dirname(path) or ".", mode=0o700, exist_ok=True)
        text = "\n".join([f"# Breakpoints of {_one_line(program)}", *lines, ""])
        descriptor = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise CommandError(f"cannot write '{path}': {error.strerror}") from None
    return len(lines)


def _place(breakpoint: Breakpoint) -> str | None:
    """The location, unless a name in it, which may be the program's, would read as something else."""
    if breakpoint.instruction is not None:
        return None  # another day's byte code may be another
    if breakpoint.source is None:
        return breakpoint.function if isinstance(_location(breakpoint.function), Function) else None
    path = breakpoint.source.get("path")
    if not path or '"' in path or len(path.splitlines()) != 1:
        return None
    quoted = f'"{path}"' if "," in path or len(path.split()) > 1 or path != path.strip() else path
    return f"{quoted}:{breakpoint.line}"


def _location(text: str) -> Location | None:
    try:
        return parse_location(text)
    except BadLocation:
        return None


def _one_line(text: str) -> str:
    return " ".join(text.splitlines())
