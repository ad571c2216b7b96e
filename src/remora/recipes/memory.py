"""The objects of the program by type: how many there are, and how big they are.

Counted is what the garbage collector knows: containers and instances, with the memory of each by itself.
What it does not know, such as texts, bytes, numbers and arrays, is counted with --leaves, each once. With
--wait it counts twice and shows what has grown. For the list of all objects the program is held up for
some 30 ms for each million of them; it goes on while they are counted.
"""

from __future__ import annotations

import gc
import os
import sys
import time

from ..agent.inspection.presentation import class_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, Tuple

    from . import Arguments

    #: Counts and sizes by type.
    Sums = Tuple[Dict[type, int], Dict[type, int]]

ARGUMENTS: Arguments = (
    {"name": "pattern", "help": "only types whose full name has this in it"},
    {"name": "--top", "kind": "count", "help": "how many types"},
    {"name": "--sort", "choices": ("size", "count"), "help": "by which of the two"},
    {"name": "--wait", "kind": "seconds", "help": "count again after so long, and show the difference"},
    {"name": "--leaves", "kind": "flag", "help": "texts, bytes and numbers as well; takes memory meanwhile"},
)

_SLICE = 0.1


def collect(
    pattern: str = "", top: int = 20, sort: str = "size", wait: float = 0.0, leaves: bool = False
) -> dict[str, Any]:
    """Return `types` (type, count, size in bytes), their `total`, and of the process `resident` and `blocks`.

    With `wait`, counts and sizes are differences.
    """
    before: Sums = _sums(leaves) if wait else ({}, {})
    if wait:
        _sleep(wait)
    counts, sizes = map(_difference, _sums(leaves), before)
    rows = [
        {"type": class_name(cls, full=True), "count": counts[cls], "size": sizes[cls]}
        for cls in counts
        if counts[cls] or sizes[cls]
    ]
    rows = [row for row in rows if pattern in str(row["type"])]
    rows.sort(key=lambda row: (abs(row[sort]), row["type"]), reverse=True)  # type: ignore[arg-type]
    total = {key: sum(row[key] for row in rows) for key in ("count", "size")}  # type: ignore[misc]
    return {
        "types": rows[:top],
        "total": {"types": len(rows), **total},
        "waited": wait,
        "resident": _resident(),
        "blocks": sys.getallocatedblocks(),
    }


def _sums(leaves: bool) -> Sums:
    sums: Sums = ({}, {})
    objects = gc.get_objects()
    _add(sums, objects)
    if leaves:
        _add(sums, _untracked(objects))
    return sums


def _add(sums: Sums, objects: Iterable[Any]) -> None:
    counts, sizes = sums
    for each in objects:
        cls = type(each)
        counts[cls] = counts.get(cls, 0) + 1
        try:
            sizes[cls] = sizes.get(cls, 0) + sys.getsizeof(each, 0)
        except Exception:
            sizes[cls] = sizes.get(cls, 0) + object.__sizeof__(each)  # its own `__sizeof__` is at fault


def _untracked(objects: list[Any]) -> Iterable[Any]:
    """Yield what these objects refer to and the collector does not know, each once."""
    seen: set[int] = set()
    for each in objects:
        for leaf in gc.get_referents(each):
            if not gc.is_tracked(leaf) and id(leaf) not in seen:
                seen.add(id(leaf))
                yield leaf


def _difference(now: dict[type, int], before: dict[type, int]) -> dict[type, int]:
    return {cls: now.get(cls, 0) - before.get(cls, 0) for cls in {**before, **now}}


def _sleep(seconds: float) -> None:
    """Sleep so that the question can be interrupted."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(min(_SLICE, max(0.0, end - time.monotonic())))


def _resident() -> int | None:
    """Return the bytes of the process that are in memory; None where there is no /proc."""
    try:
        with open("/proc/self/statm", "rb") as file:
            pages = int(file.read().split()[1])
    except OSError:
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")
