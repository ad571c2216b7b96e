"""Awaiting at a prompt.

Decides where a coroutine of evaluated text can be run.  Runs on the thread
that owns the frame.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Coroutine


class NeedsEventLoop(Exception):
    """An awaited object waits for an event loop that is stopped together with its thread."""


def complete(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine to its end on this thread.

    If this thread has a running event loop, that is stopped together with the
    thread and cannot drive the coroutine, and another loop must not, since
    most awaitable objects belong to their loop: raises `NeedsEventLoop`.
    Elsewhere a private loop is used, or none if the program has no asyncio.
    """
    asyncio: Any = sys.modules.get("asyncio")
    if asyncio is None:
        return _complete_without_loop(coroutine)
    if asyncio._get_running_loop() is not None:
        coroutine.close()
        raise NeedsEventLoop(
            "the event loop of this thread is stopped with it, so nothing can be awaited here;"
            " start a task instead: asyncio.ensure_future(...), then continue"
        )
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(coroutine)
    finally:
        loop.close()


def _complete_without_loop(coroutine: Coroutine[Any, Any, Any]) -> Any:
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    coroutine.close()
    raise NeedsEventLoop("this waits for an event loop, and the program has not imported asyncio")
