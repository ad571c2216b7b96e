"""One remora after the other gets into a process.

Two at once that make calls, on different threads, would each have its thread wait for locks that the other's
holds, which is stopped at every system call; two that leave a script would leave it in the same place.
Waiting is no guarantee: one that hangs is not waited for without end, and one that sees the process through
another /proc is not known.

Source: flock(2); the lock is on the directory /proc/PID, and goes with the descriptor.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Iterator

_RETRY = 0.002


@contextmanager
def turn(pid: int, deadline: float) -> Iterator[None]:
    """Keep others from it until the end of the block; the wait is until `deadline` (of `time.monotonic`)."""
    try:
        place = _place(pid)
    except OSError:
        yield  # it has gone, which whoever traces it finds out
        return
    try:
        while not _take(place) and time.monotonic() < deadline:
            time.sleep(_RETRY)
        yield
    finally:
        os.close(place)


def stranger(pid: int, tracer: Callable[[], int]) -> int:
    """Who traces it and is no remora in its turn, which would let go soon: what `tracer` says, or 0."""
    try:
        place = _place(pid)
    except OSError:
        return 0
    try:
        # As long as this is ours, nobody has the turn.
        return tracer() if _take(place, fcntl.LOCK_SH) else 0
    finally:
        os.close(place)


def _place(pid: int) -> int:
    return os.open("/proc/%d" % pid, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


def _take(place: int, kind: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(place, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        pass  # a kernel that knows no locks there
    return True
