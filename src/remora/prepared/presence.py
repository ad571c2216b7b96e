"""Whether a client is there, and waiting for one.

Decides nothing about stops: who waits says whether one follows.  Any thread of
the program; `client_came` is called by the agent, however that has come in.
"""

from __future__ import annotations

import sys

from .door import original

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List, Optional


#: Seconds.
_LOOK_EVERY = 0.5


class _Waiting:
    """One thread that waits; `stops` says whether it stops the program once it has waited."""

    def __init__(self, stops: bool) -> None:
        self.stops = stops
        self.bell = original("_thread").allocate_lock()
        self.bell.acquire()


_waiting: List[_Waiting] = []


def agent() -> Any:
    """The agent's package, while it is in this process; else None."""
    return sys.modules.get("_remora")


def is_watched() -> bool:
    """Whether a client is ready for a stop."""
    asked = getattr(agent(), "is_watched", None)
    return asked is not None and bool(asked())


def wait(timeout: Optional[float], *, stops: bool) -> bool:
    """Wait until a client is ready, `timeout` seconds or as long as it takes; False if none has come.

    `stops`: the caller stops the program next, so that the client need not.
    """
    mine = _Waiting(stops)
    _waiting.append(mine)
    try:
        if is_watched():
            return True
        return _rings(mine.bell, timeout)
    finally:
        _waiting.remove(mine)


def _rings(bell: Any, timeout: Optional[float]) -> bool:
    """Whether it does in time.

    A signal that comes in the moment before a thread blocks does not wake it: Ctrl-C would be lost.
    """
    left = float("inf") if timeout is None else timeout
    while not bell.acquire(True, max(0.0, min(left, _LOOK_EVERY))):
        left -= _LOOK_EVERY
        if left <= 0:
            return False
    return True


def client_came() -> bool:
    """A client is ready: wake who waits.  True if one of them stops the program by itself."""
    woken = list(_waiting)
    for each in woken:
        if each.bell.locked():
            each.bell.release()
    return any(each.stops for each in woken)
