"""What recipes have collected, as text for people.  Pure.

One function for each recipe, of the same name: from its data and the width, 0 for any, to lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..printable import printable_line
from .columns import cut, cut_front, length_of_time, many, size, table

Data = dict[str, Any]


def render(name: str, data: Data, width: int = 0) -> str:
    """The text of what the recipe `name` has collected, or why it has not; without the last end of line."""
    if "refusal" in data:
        return printable_line(str(data["refusal"]))
    # Names of threads and the like are the program's, and may hold what a terminal obeys.
    return "\n".join(printable_line(line) for line in RENDERERS[name](data, width))


def stacks(data: Data, width: int) -> Iterator[str]:
    for alike in _alike(data["threads"]):
        yield from _stack(", ".join(_thread(each) for each in alike), alike, width)
    for alike in _alike(data["tasks"]):
        yield from _stack(
            ", ".join(f"{each['name']}, {each['state']}" for each in alike), alike, width, "task"
        )
    yield many(len(data["threads"]), "thread") + (
        f", {many(len(data['tasks']), 'task')}" if data["tasks"] else ""
    )


def _alike(entries: list[Data]) -> list[list[Data]]:
    """Those with the same stack together, in the order of the first of them."""
    found: dict[str, list[Data]] = {}
    for each in entries:
        found.setdefault(str(_calls(each)), []).append(each)
    return list(found.values())


def _stack(names: str, group: list[Data], width: int, word: str = "thread") -> Iterator[str]:
    yield cut(f"{many(len(group), word) if len(group) > 1 else word} {names}", width)
    yield from (_call(frame, width) for frame in group[0]["frames"])
    yield ""


def _calls(entry: Data) -> list[tuple[str, str, int]]:
    return [(frame["file"], frame["function"], frame["line"]) for frame in entry["frames"]]


def _call(frame: Data, width: int) -> str:
    function = f"    {frame['function']}  "
    place = f"{frame['file']}:{frame['line']}"
    return cut(function + cut_front(place, width and max(1, width - len(function))), width)


def _thread(thread: Data) -> str:
    name = thread["name"] or f"{thread['ident']:#x}"
    return name if thread["tid"] is None else f"{name} [{thread['tid']}]"


def tasks(data: Data, width: int) -> Iterator[str]:
    if not data["tasks"]:
        yield "no tasks"
        return
    rows = [
        (each["name"], each["state"], each["coroutine"], _where(each), each["awaited_by"])
        for each in data["tasks"]
    ]
    yield from table(rows, ("task", "state", "coroutine", "where", "awaited by"), width)
    yield ""
    states = sorted({each["state"] for each in data["tasks"]})
    counts = ", ".join(f"{sum(each['state'] == state for each in data['tasks'])} {state}" for state in states)
    yield f"{many(len(data['tasks']), 'task')}: {counts}"


def _where(task: Data) -> str:
    if not task["frames"]:
        return ""
    inner = task["frames"][0]
    return f"{inner['function']} {inner['file'].rpartition('/')[2]}:{inner['line']}"


def modules(data: Data, width: int) -> Iterator[str]:
    rows = [
        (
            each["name"],
            each["version"],
            "" if each["size"] is None else size(each["size"]),
            (each["file"] or f"({each['kind']})")
            + ("  CHANGED since the program started" if each["changed"] else ""),
        )
        for each in data["modules"]
    ]
    yield from table(rows, ("module", "version", "size", "file"), width, right="c", keeps_end=True)
    changed = sum(each["changed"] for each in data["modules"])
    yield ""
    yield many(len(rows), "module") + (f", {changed} of them changed on disk" if changed else "")


def gc(data: Data, width: int) -> Iterator[str]:
    if "seconds" in data:
        yield f"collected {many(data['found'], 'object')} in {length_of_time(data['seconds'])}"
    elif data["action"] != "show":
        yield f"done: {data['action']}"
    yield f"automatic collection is {'on' if data['enabled'] else 'OFF'}"
    rows = [
        (number, *(each[key] for key in ("count", "threshold", "collections", "collected", "uncollectable")))
        for number, each in enumerate(data["generations"])
    ]
    head = ("generation", "count", "threshold", "collections", "collected", "uncollectable")
    yield from table(rows, head, width, right="abcdef")
    yield f"frozen: {many(data['frozen'], 'object')}; in gc.garbage: {data['uncollectable']}"
    yield from (cut(f"    {each['type']}: {each['value']}", width) for each in data["garbage"])
    yield from (cut(f"callback: {each}", width) for each in data["callbacks"])


def memory(data: Data, width: int) -> Iterator[str]:
    sign = "+" if data["waited"] else ""
    rows = [(f"{each['count']:{sign},}", size(each["size"], sign), each["type"]) for each in data["types"]]
    yield from table(rows, ("count", "size", "type"), width, right="ab")
    total = data["total"]
    yield ""
    resident = f"; the process has {size(data['resident'])} in memory" if data["resident"] else ""
    what = f"grown in {length_of_time(data['waited'])}: " if data["waited"] else ""
    yield (
        f"{what}{total['count']:{sign},} objects of {many(total['types'], 'type')}, "
        f"{size(total['size'], sign)}{resident}"
    )


def referrers(data: Data, width: int) -> Iterator[str]:
    yield cut(f"{data['object']['type']}: {data['object']['value']}", width)
    direct = sorted(data["direct"].items(), key=lambda pair: (-pair[1], pair[0]))
    yield cut(
        "referred to by " + (", ".join(f"{count} {name}" for name, count in direct) or "nothing known"), width
    )
    yield from (cut("    " + _way(each), width) for each in data["paths"])
    if data["more"]:
        yield "there is more: see --depth and --paths"


def _way(path: Data) -> str:
    root, where, way = path["root"], path["where"], path["path"]
    if root == "module":
        return f"{where}{way}"
    if root == "local":
        return f"{way[1:]}  in {where}"
    return f"{'(namespace)' if root == 'namespace' else f'({where}, held by nothing known)'}{way}"


def tracemalloc(data: Data, width: int) -> Iterator[str]:
    if not data["tracing"]:
        yield "tracing is off; `tracemalloc on` begins it"
        return
    sign = "+" if data.get("difference") else ""
    if "rows" in data:
        yield from (_by_calls if data["by"] == "calls" else _by_place)(data["rows"], sign, width)
        total = data["total"]
        yield ""
        yield f"{'grown' if sign else 'held'}: {size(total['size'], sign)} in {total['count']:{sign},} blocks"
    mark = "; a mark is set" if data["marked"] else ""
    yield (
        f"tracing is on, {many(data['frames'], 'call')} of each block: {size(data['held'])} held, "
        f"{size(data['peak'])} at most; tracing itself takes {size(data['overhead'])}{mark}"
    )


def _by_place(rows: list[Data], sign: str, width: int) -> Iterator[str]:
    cells = [(*_amounts(row, sign), _place(row["frames"][0])) for row in rows]
    yield from table(cells, ("size", "blocks", "where"), width, right="ab", keeps_end=True)


def _by_calls(rows: list[Data], sign: str, width: int) -> Iterator[str]:
    for row in rows:
        yield "{} in {} blocks".format(*_amounts(row, sign))
        yield from ("    " + cut_front(_place(frame), max(0, width - 4)) for frame in row["frames"])


def _amounts(row: Data, sign: str) -> tuple[str, str]:
    return size(row["size"], sign), f"{row['count']:{sign},}"


def _place(frame: Data) -> str:
    return f"{frame['file']}:{frame['line']}" if frame["line"] else str(frame["file"])


def logging(data: Data, width: int) -> Iterator[str]:
    if "before" in data:
        logger = data["loggers"][0]
        yield f"{logger['name']}: {data['before']} -> {logger['level']}"
    rows = [
        (each["name"], each["level"], each["effective"], ", ".join(_logger_details(each)))
        for each in data["loggers"]
    ]
    yield from table(rows, ("logger", "level", "effective", "handlers"), width)
    if data["disabled"] != "NOTSET":
        yield f"logging.disable() keeps everything up to {data['disabled']} from all of them"


def _logger_details(logger: Data) -> Iterator[str]:
    for each in logger["handlers"]:
        level = "" if each["level"] == "NOTSET" else f" from {each['level']}"
        to = f" to {each['to']}" if each["to"] else ""
        yield f"{each['type']}{to}{level}"
    if logger["filters"]:
        yield many(logger["filters"], "filter")
    if not logger["propagate"]:
        yield "does not propagate"
    if logger["disabled"]:
        yield "DISABLED"


def files(data: Data, width: int) -> Iterator[str]:
    rows = [
        (each["number"], each["kind"], each["mode"], _file(each), ", ".join(each["held_by"]))
        for each in data["files"]
    ]
    yield from table(rows, ("fd", "kind", "mode", "what", "held by"), width, right="a")
    limit = f" of {data['limit']:,} that may be" if data["limit"] >= 0 else ""
    yield ""
    yield f"{many(len(rows), 'descriptor')}{limit}"


def _file(file: Data) -> str:
    if file["kind"] == "file":
        return f"{file['name']} (at {file['position']:,} of {file['size']:,})"
    state = file.get("state")
    return f"{file['name']} ({state})" if state else str(file["name"])


def process(data: Data, width: int) -> Iterator[str]:
    user, cpu, status = data["user"], data["cpu"], data["status"]
    effective = "" if user["uid"] == user["effective"] else f", effective {user['effective']}"
    rows = [
        ("pid", f"{data['pid']}, started by {data['parent']}"),
        ("command", " ".join(data["command"])),
        ("python", f"{data['python']} at {data['executable']}"),
        ("directory", data["directory"]),
        ("user", f"{user['uid']}{effective}, group {user['gid']}"),
        ("runs for", "?" if data["uptime"] is None else length_of_time(data["uptime"])),
        (
            "cpu",
            f"{cpu['user']:.2f} s user, {cpu['system']:.2f} s system, {cpu['children']:.2f} s of children",
        ),
        ("load", " ".join(f"{each:.2f}" for each in data["load"])),
        *((_STATUS.get(name, name), value) for name, value in status.items()),
        (
            "limits",
            ", ".join(f"{name} {value}" for name, value in data["limits"].items() if value != "unlimited"),
        ),
        ("path", ":".join(data["path"])),
    ]
    yield from (cut(f"{name:<12} {value}", width) for name, value in rows)
    for name, value in data.get("environment", {}).items():
        yield cut(f"{name}={value}", width)


_STATUS = {"VmRSS": "memory", "VmHWM": "at most", "VmSwap": "swapped", "Threads": "threads",
           "Cpus_allowed_list": "processors"}  # fmt: skip

RENDERERS: dict[str, Callable[[Data, int], Iterable[str]]] = {
    each.__name__: each
    for each in (files, gc, logging, memory, modules, process, referrers, stacks, tasks, tracemalloc)
}
