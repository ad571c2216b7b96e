"""The asyncio tasks: name, state, what each awaits, and who awaits it.

Tasks of all event loops are shown, in all threads, until they are done; `stacks` shows their whole chains.
"""

from __future__ import annotations

import sys

from ..agent.inspection.awaiters import awaiting_tasks
from ..agent.inspection.presentation import printable
from ..agent.inspection.tasks import describe_task, unfinished_tasks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from . import Arguments

ARGUMENTS: Arguments = (
    {"name": "pattern", "help": "only tasks whose name or coroutines have this in them"},
    {"name": "--state", "choices": ("running", "ready", "waiting"), "help": "only tasks in this state"},
)


def collect(pattern: str = "", state: str = "") -> dict[str, Any]:
    """Return `tasks`: name, state, coroutine, `frames` innermost first, and `awaited_by`, a name or ""."""
    asyncio = sys.modules.get("asyncio")
    if asyncio is None:
        return {"refusal": "the program has not imported asyncio"}
    found = (_describe(task, is_running) for task, is_running in unfinished_tasks())
    return {"tasks": [task for task in found if _fits(task, pattern) and state in ("", task["state"])]}


def _describe(task: Any, is_running: bool) -> dict[str, Any]:
    described = describe_task(task, is_running)
    frames = [
        {"function": each["name"], "file": each["path"], "line": each["line"]}
        for each in reversed(described["awaits"])
    ]
    awaiting = next(awaiting_tasks(task), None)
    return {
        "name": described["name"],
        "state": described["state"],
        "coroutine": described["coroutine"],
        "frames": frames,
        "awaited_by": "" if awaiting is None else printable(str(awaiting.get_name())),
    }


def _fits(task: dict[str, Any], pattern: str) -> bool:
    return any(pattern in text for text in (task["name"], *(each["function"] for each in task["frames"])))
