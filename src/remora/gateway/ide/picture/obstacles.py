"""What keeps a debugger out of a process that is looked at from outside, and when that has gone.

Decides by which facts of /proc this is noticed; nothing of the process itself is
touched.  Must not know who is told.  Runs in one event loop.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from remora.observe import kernel

if TYPE_CHECKING:
    from remora.observe.picture import Picture

#: Seconds between two looks.
_LOOK_EVERY = 0.5


@dataclass(frozen=True)
class Obstacle:
    """One thing that is in the way."""

    is_there: Callable[[], bool]
    #: A clause for people: what it means that it has gone.
    gone: str


def obstacles(picture: Picture) -> list[Obstacle]:
    """Those that a picture of a process shows; none where nothing seems to be in the way."""
    pid = picture.pid
    if picture.core or pid is None:
        return []
    found = []
    if any(each.state == "T" for each in picture.threads):
        found.append(Obstacle(lambda: _is_stopped(pid), "is not stopped any more"))
    if _is_traced(pid):  # which the picture does not tell
        found.append(Obstacle(lambda: _is_traced(pid), "is not traced any more"))
    waiting = _in_line_for_gil(picture)
    if waiting:
        found.append(Obstacle(lambda: _are_all_there(pid, waiting), "has released the GIL"))
    return found


async def wait_gone(pid: int, obstacles: list[Obstacle]) -> str:
    """Wait until none of them is in the way, or the process has ended; a sentence about that for people."""
    gone = ""
    while obstacles:
        await asyncio.sleep(_LOOK_EVERY)
        if not _status(pid, "State"):
            return f"Process {pid} has ended; this picture of it is what is left."
        gone = next((each.gone for each in obstacles if not each.is_there()), gone)
        obstacles = [each for each in obstacles if each.is_there()]
    return f"Process {pid} {gone}: it can be attached to now."


def _in_line_for_gil(picture: Picture) -> list[int]:
    """Threads that have not begun to run Python, because they wait for the GIL.

    The one by which remora has tried to get in is among them.  It ends when it has had the GIL.  Who waits
    for the GIL looks for it again and again, and may have been met at that: it seems to run then.
    """
    if not any(each.holds_gil for each in picture.threads):
        return []
    without_python = [each for each in picture.threads if not each.frames]
    return [each.tid for each in without_python if each.wait is None or each.wait.kind == "gil"]


def _are_all_there(pid: int, tids: list[int]) -> bool:
    return all(os.path.exists(f"/proc/{pid}/task/{tid}") for tid in tids)


def _is_stopped(pid: int) -> bool:
    return _status(pid, "State").startswith("T")


def _is_traced(pid: int) -> bool:
    return _status(pid, "TracerPid") not in ("", "0")


def _status(pid: int, name: str) -> str:
    return kernel.status_of(f"/proc/{pid}").get(name, "")
