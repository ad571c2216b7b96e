"""From the records that another program prints of what it has read, to stacks.  Pure.

Decides how much of a value is shown, and what becomes of a thread that is in several interpreters.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import native
from .picture import Frame, Variable
from .reader import Record
from .readings import Stack

#: What is shown of one frame's variables, and of one of them.
_VARIABLES, _TEXT = 200, 500


def by_thread(threads: Sequence[Record], numbers: dict[int, int]) -> dict[int, list[Record]]:
    """The records of each thread; `numbers` are those of this host by those of the process's namespace."""
    stacks: dict[int, list[Record]] = {}
    for each in threads:
        tid: int = each["tid"]
        stacks.setdefault(numbers.get(tid, tid), []).append(each)
    # A thread goes from the main interpreter into others, which are therefore further in.
    return {tid: sorted(parts, key=_interpreter, reverse=True) for tid, parts in stacks.items()}


def stack(parts: Sequence[Record]) -> Stack:
    """Of one thread, whose calls in several interpreters are its parts."""
    return Stack(
        tuple(frame for part in parts for frame in _frames(part)),
        next((part["name"] for part in parts if part["name"]), ""),
        any(part["holds_gil"] for part in parts),
        any(part["collects"] for part in parts),
    )


def is_whole(part: Record) -> bool:
    """Whether its outermost frame is one that C has called, as that of every whole stack is."""
    return not part["frames"] or part["frames"][-1]["is_entry"]


def version(threads: Sequence[Record]) -> str:
    """As in "3.12"; "" if the reader does not tell."""
    versions: list[Any] = [each["version"] for each in threads if each.get("version")]
    return ".".join(map(str, versions[0])) if versions else ""


def _interpreter(part: Record) -> int:
    return part.get("interpreter") or 0


def _frames(part: Record) -> list[Frame]:
    python = [_frame(each) for each in part["frames"] if not each["is_shim"]]
    return native.merged(part["native"], part["frames"], python) if part["native"] else python


def _frame(record: Record) -> Frame:
    return Frame(
        function=record["function"],
        file=record["file"],
        line=max(record["line"], 0),
        variables=None if record["locals"] is None else tuple(_variables(record)[:_VARIABLES]),
    )


def _variables(record: Record) -> list[Variable]:
    arguments = [Variable(name, _cut(value), True) for name, value in record["arguments"].items()]
    return arguments + [Variable(name, _cut(value)) for name, value in record["locals"].items()]


def _cut(text: str) -> str:
    return text if len(text) <= _TEXT else text[:_TEXT] + "…"
