"""Whether something costs what it should, on a machine whose own speed says nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

_FEWEST, _MOST = 5, 60


def costs_at_most(times: float, cheap: Callable[[], Any], act: Callable[[], Any]) -> bool:
    """Whether `act` takes no longer than `times` what `cheap` takes, each at its best of a few rounds.

    While it seems to take longer, more rounds are tried: it may have been the machine.
    """
    best_cheap = best = float("inf")
    for done in range(1, _MOST + 1):
        best_cheap = min(best_cheap, _seconds(cheap))
        best = min(best, _seconds(act))
        if done >= _FEWEST and best <= times * best_cheap:
            return True
    return False


def _seconds(act: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun
