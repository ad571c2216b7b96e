"""Where memory was allocated: switches tracemalloc, and shows the lines or calls that hold most.

    on      begin to trace; what was allocated before is not known. Where it allocates much, the program gets
            several times slower, and more so with --frames
    off     stop, and forget everything
    show    what tracing knows now; with --wait, what has grown meanwhile
    mark    remember what is held now, for `grown`
    grown   the difference to the mark

The program is held up while what it holds is read out: about a second for each million blocks.
"""

from __future__ import annotations

# Not `tracemalloc`, which brings `pickle` and others into a program that has none.
import _tracemalloc
import time

from ..agent.inspection.presentation import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterable, Tuple

    from . import Arguments

    #: Size in bytes and number of blocks, by what they are grouped by.
    Sums = Dict[Any, Tuple[int, int]]

ARGUMENTS: Arguments = (
    {"name": "action", "choices": ("show", "on", "off", "mark", "grown"), "help": "see above"},
    {"name": "--frames", "kind": "count", "help": "with `on`: how many calls are kept of each block"},
    {"name": "--by", "choices": ("line", "file", "calls"), "help": "what is added up"},
    {"name": "--top", "kind": "count", "help": "how many of them"},
    {"name": "--pattern", "help": "only those with this in the name of a file"},
    {"name": "--wait", "kind": "seconds", "help": "with `show`: look again after so long"},
)

_MARK = "_remora_mark"
_SLICE = 0.1


def collect(
    action: str = "show",
    frames: int = 1,
    by: str = "line",
    top: int = 20,
    pattern: str = "",
    wait: float = 0.0,
) -> dict[str, Any]:
    """Return `tracing`, and of what is shown the `rows` (frames, size, count) and their `total`."""
    if action == "on":
        return _start(frames)
    if not _tracemalloc.is_tracing():
        return {"action": action, "tracing": False}
    if action == "off":
        _tracemalloc.__dict__.pop(_MARK, None)
        _tracemalloc.stop()
        return {"action": action, "tracing": False}
    if action == "mark":
        _tracemalloc.__dict__[_MARK] = (by, _sums(by))
        return {"action": action, **_state()}
    return _show(action, by, top, pattern, wait)


def _start(frames: int) -> dict[str, Any]:
    if _tracemalloc.is_tracing() and _tracemalloc.get_traceback_limit() != frames:
        known = _tracemalloc.get_traceback_limit()
        return {"refusal": "it is on already, with %d frames; switch it off first" % known}
    if not _tracemalloc.is_tracing():
        _tracemalloc.start(frames)
    return {"action": "on", **_state()}


def _show(action: str, by: str, top: int, pattern: str, wait: float) -> dict[str, Any]:
    before: Sums = {}
    if action == "grown":
        marked, before = _tracemalloc.__dict__.get(_MARK, ("", {}))
        if marked != by:
            return {"refusal": "there is no mark by %s; set one with `mark --by %s`" % (by, by)}
    elif wait:
        before = _sums(by)
        _sleep(wait)
    rows = _rows(_sums(by), before, pattern)
    return {
        "action": action,
        **_state(),
        "difference": action == "grown" or wait > 0,
        "by": by,
        "rows": rows[:top],
        "total": {key: sum(row[key] for row in rows) for key in ("size", "count")},
    }


def _rows(now: Sums, before: Sums, pattern: str) -> list[dict[str, Any]]:
    found = []
    for key in {**before, **now}:
        (size, count), (size_before, count_before) = now.get(key, (0, 0)), before.get(key, (0, 0))
        size, count = size - size_before, count - count_before
        if (size or count) and any(pattern in file for file, _ in key):
            calls = [{"file": printable(file), "line": line} for file, line in key]
            found.append({"frames": calls, "size": size, "count": count})
    found.sort(key=lambda row: (abs(row["size"]), row["count"]), reverse=True)  # type: ignore[arg-type]
    return found


def _sums(by: str) -> Sums:
    """Add up what is held, without what this question holds itself."""
    group = _GROUPS[by]
    found: Sums = {}
    for trace, size, count in _by_trace():
        key = group(trace)
        if not key[-1][0].startswith("<remora>/"):
            known = found.get(key, (0, 0))
            found[key] = (known[0] + size, known[1] + count)
    return found


def _by_trace() -> Iterable[tuple[Any, int, int]]:
    """Return each trace with size and number of its blocks; blocks of one trace share one object for it."""
    traces: Dict[int, Any] = {}
    sizes: Dict[int, int] = {}
    counts: Dict[int, int] = {}
    # As the module's own snapshot, without an object for each block.
    for _, size, trace, *_ in _tracemalloc._get_traces():
        key = id(trace)
        if key not in sizes:
            traces[key], sizes[key], counts[key] = trace, 0, 0
        sizes[key] += size
        counts[key] += 1
    return [(trace, sizes[key], counts[key]) for key, trace in traces.items()]


def _state() -> dict[str, Any]:
    held, peak = _tracemalloc.get_traced_memory()
    return {
        "tracing": True,
        "frames": _tracemalloc.get_traceback_limit(),
        "held": held,
        "peak": peak,
        "overhead": _tracemalloc.get_tracemalloc_memory(),
        "marked": _MARK in _tracemalloc.__dict__,
    }


def _sleep(seconds: float) -> None:
    """Sleep so that the question can be interrupted."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(min(_SLICE, max(0.0, end - time.monotonic())))


#: From a trace, whose innermost call comes first, to what is added up: (file, line) pairs, outermost first.
_GROUPS: dict[str, Callable[[Any], Any]] = {
    "line": lambda trace: trace[:1],
    "file": lambda trace: ((trace[0][0], 0),),
    "calls": lambda trace: trace[::-1],
}
