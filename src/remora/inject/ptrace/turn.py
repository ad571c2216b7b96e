"""One remora after the other makes calls in a process.

Two at once, on different threads, would each have its thread wait for locks that the other's holds, which is
stopped at every system call.  Waiting is no guarantee: another one that hangs is not waited for long, and one
that sees the process through another /proc is not known.

Source: flock(2); the lock is on the directory /proc/PID, and goes with the descriptor.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

_PATIENCE = 2.0
_RETRY = 0.002


@contextmanager
def turn(pid: int) -> Iterator[None]:
    """Keep others from it until the end of the block; the wait is at most some 2 s."""
    try:
        place = os.open("/proc/%d" % pid, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        yield  # it has gone, which whoever traces it finds out
        return
    try:
        _wait(place)
        yield
    finally:
        os.close(place)


def _wait(place: int) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            time.sleep(_RETRY)
        except OSError:
            return  # a kernel that knows no locks there
