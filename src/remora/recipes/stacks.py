"""The stack of every thread and of every asyncio task.

Threads with the same stack are shown together. The threads of the debugger are left out.
"""

from __future__ import annotations

import os
import sys

from ..agent.inspection.frames import function_name, visible_stack
from ..agent.inspection.tasks import tasks
from ..agent.threads import main_ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    from . import Arguments

ARGUMENTS: Arguments = (
    {"name": "pattern", "help": "only threads and tasks whose name, functions or files have this in them"},
    {"name": "--depth", "kind": "count", "help": "how many calls of each, innermost first"},
    {"name": "--no-tasks", "kind": "flag", "help": "threads alone"},
)


def collect(pattern: str = "", depth: int = 50, no_tasks: bool = False) -> dict[str, Any]:
    """Return `threads` and `tasks`, each with `name`, `state` of tasks, and `frames`, innermost first."""
    found = [] if no_tasks else map(_task, tasks()[0])
    return {
        kind: [{**each, "frames": each["frames"][:depth]} for each in entries if _fits(each, pattern)]
        for kind, entries in (("threads", _threads()), ("tasks", found))
    }


def _threads() -> list[dict[str, Any]]:
    hidden = getattr(sys.modules.get("_remora"), "own_threads", ())
    known = dict(getattr(sys.modules.get("threading"), "_active", {}))
    found = [
        {**_identity(known.get(ident), ident), "frames": _calls(frame)}
        for ident, frame in sys._current_frames().items()
        if ident not in hidden
    ]
    return sorted(found, key=lambda thread: (thread["tid"] or 0, thread["ident"]))


def _identity(thread: Any, ident: int) -> dict[str, Any]:
    """Return what `threading` knows of a thread, if it knows it; the main thread is known in any case."""
    if thread is None and ident == main_ident():
        return {"name": "MainThread", "ident": ident, "tid": os.getpid(), "daemon": False}
    if thread is None:
        return {"name": "", "ident": ident, "tid": None, "daemon": None}
    tid = getattr(thread, "native_id", None)
    return {"name": str(thread.name), "ident": ident, "tid": tid, "daemon": bool(thread.daemon)}


def _calls(frame: FrameType) -> list[dict[str, Any]]:
    return [
        {"function": function_name(each), "file": each.f_code.co_filename, "line": each.f_lineno or 0}
        for each in visible_stack(frame)
    ]


def _task(task: dict[str, Any]) -> dict[str, Any]:
    chain = [
        {"function": each["name"], "file": each["path"], "line": each["line"]}
        for each in reversed(task["awaits"])
    ]
    return {"name": task["name"], "state": task["state"], "frames": chain}


def _fits(entry: dict[str, Any], pattern: str) -> bool:
    texts = [entry["name"], *(frame[key] for frame in entry["frames"] for key in ("function", "file"))]
    return any(pattern in text for text in texts)
