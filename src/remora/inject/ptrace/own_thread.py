"""Runs a piece of tracing on a thread of its own.

The kernel ties a tracee to the thread that traces it, and lets it go when that
thread ends.  So a tracee that never stopped is not left behind, and Ctrl-C,
which only the main thread gets, does not come between two requests.
"""

from __future__ import annotations

import os
import threading
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

#: Seconds
_PATIENCE, _LOOK_EVERY = 2.0, 0.0005


def run_in_own_thread(work: Callable[[], None]) -> None:
    """Run `work` and wait for it.  Raises what it raised."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # it goes on in the thread that waits
            errors.append(error)

    thread = threading.Thread(target=run, name="remora.tracing")
    thread.start()
    try:
        thread.join()
    finally:
        thread.join()  # also after a Ctrl-C: it takes a second or so at most
    _wait_until_gone(thread.native_id)
    if errors:
        raise errors[0]


def _wait_until_gone(tid: int | None) -> None:
    """Python's thread ends before that of the kernel, which lets go of its tracees last."""
    deadline = time.monotonic() + _PATIENCE
    while os.path.exists("/proc/self/task/%d" % (tid or 0)) and time.monotonic() < deadline:
        time.sleep(_LOOK_EVERY)
