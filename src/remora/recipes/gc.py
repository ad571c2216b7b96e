"""The garbage collector: what it has counted and collected, and what it cannot free.

With an action it does that first: `collect` looks for garbage in all generations, for which the program
is held up, `freeze` takes everything that lives now out of its sight and `unfreeze` back, `enable` and
`disable` switch it. What is set stays when you leave.
"""

from __future__ import annotations

import gc
import time

from ..agent.inspection.presentation import render, type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from . import Arguments

ARGUMENTS: Arguments = (
    {
        "name": "action",
        "choices": ("show", "collect", "freeze", "unfreeze", "enable", "disable"),
        "help": "what to do first",
    },
)

#: Objects that are shown of those which cannot be freed.
_SHOWN = 20


def collect(action: str = "show") -> dict[str, Any]:
    """Return the collector's state, and of the action `collect` how long it took and how much it found."""
    done: dict[str, Any] = {}
    if action == "collect":
        begun = time.perf_counter()
        found = gc.collect()
        done = {"found": found, "seconds": round(time.perf_counter() - begun, 6)}
    elif action != "show":
        {"freeze": gc.freeze, "unfreeze": gc.unfreeze, "enable": gc.enable, "disable": gc.disable}[action]()
    return {"action": action, **done, **_state()}


def _state() -> dict[str, Any]:
    garbage = [{"type": type_name(each, full=True), "value": render(each, limit=100, static=True)}
               for each in gc.garbage[:_SHOWN]]  # fmt: skip
    generations = [
        {"count": count, "threshold": threshold, **statistics}
        for count, threshold, statistics in zip(gc.get_count(), gc.get_threshold(), gc.get_stats())
    ]
    return {
        "enabled": gc.isenabled(),
        "generations": generations,
        "frozen": gc.get_freeze_count(),
        "uncollectable": len(gc.garbage),
        "garbage": garbage,
        "callbacks": [render(each, limit=100, static=True) for each in gc.callbacks],
    }
