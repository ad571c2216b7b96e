"""Awaiting at a prompt.

Decides where a coroutine of evaluated text is run: on a loop of its own, on
the thread that owns the frame, since the loop of a stopped thread is stopped
with it.  What belongs to that loop cannot be awaited, which is said.
"""

from __future__ import annotations

import sys

from ..interruption import Interrupted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Coroutine, Generator

#: Seconds between two moments at which an interruption is met while the loop waits for something.
_BREATH = 0.1

#: Seconds for what the coroutine has started to end when it is cancelled.
_CLEARING = 1.0


class NeedsEventLoop(Exception):
    """An awaited object waits for an event loop that does not run."""


def complete(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine to its end on this thread; its context sees no other running loop meanwhile.

    Raises `NeedsEventLoop` if it awaits what only the stopped loop can give.
    """
    asyncio: Any = sys.modules.get("asyncio")
    if asyncio is None:
        return _complete_without_loop(coroutine)
    stopped = asyncio._get_running_loop()
    if stopped is None:
        return _complete_on_new_loop(asyncio, coroutine)
    # From 3.12 on a task can be put aside; before, each loop has its own.
    swap = getattr(asyncio.tasks, "_swap_current_task", None)
    task = swap(stopped, None) if swap is not None else None
    asyncio._set_running_loop(None)
    try:
        return _complete_on_new_loop(asyncio, coroutine)
    finally:
        asyncio._set_running_loop(stopped)
        if swap is not None:
            swap(stopped, task)


def _complete_on_new_loop(asyncio: Any, coroutine: Coroutine[Any, Any, Any]) -> Any:
    loop = asyncio.new_event_loop()
    interruptions: list[BaseException] = []

    def breathe() -> None:
        loop.call_later(_BREATH, breathe)

    def failed(loop: Any, context: dict[str, Any]) -> None:
        # A loop does not let exceptions of callbacks out, not even this one.
        if isinstance(context.get("exception"), Interrupted):
            interruptions.append(context["exception"])
            loop.stop()
        else:
            loop.default_exception_handler(context)

    def create_task(loop: Any, coroutine: Any, **details: Any) -> Any:
        return asyncio.Task(_guarded(coroutine, loop), loop=loop, **details)

    loop.set_exception_handler(failed)
    loop.set_task_factory(create_task)
    breathe()
    try:
        return loop.run_until_complete(coroutine)
    except RuntimeError:
        if interruptions:
            raise Interrupted from None
        raise
    finally:
        clear_loop(asyncio, loop)


async def _guarded(coroutine: Any, loop: Any) -> Any:
    return await _Guard(coroutine, loop)


class _Guard:
    """A coroutine, which may not await futures of another loop than `loop`.

    A task would refuse such a future as well, but leave it marked as being awaited
    (`_asyncio_future_blocking`), so that the program could not await it either.
    """

    def __init__(self, coroutine: Any, loop: Any) -> None:
        self._coroutine = coroutine
        self._loop = loop

    def __await__(self) -> Generator[Any, Any, Any]:
        resume: Any = self._coroutine.send
        given: Any = None
        while True:
            try:
                awaited = resume(given)
            except StopIteration as stop:
                return stop.value
            if getattr(awaited, "_asyncio_future_blocking", False) and awaited.get_loop() is not self._loop:
                awaited._asyncio_future_blocking = False
                resume, given = (
                    self._coroutine.throw,
                    NeedsEventLoop(
                        "this waits for the event loop of this thread, which is stopped with it;"
                        " start a task instead: asyncio.ensure_future(...), then continue"
                    ),
                )
                continue
            try:
                resume, given = self._coroutine.send, (yield awaited)
            except BaseException as error:  # handed on, as `yield from` does
                resume, given = self._coroutine.throw, error


def clear_loop(asyncio: Any, loop: Any) -> None:
    """Cancel what is left on a loop, and close it."""
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.wait(left, timeout=_CLEARING))
    loop.close()


def _complete_without_loop(coroutine: Coroutine[Any, Any, Any]) -> Any:
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    coroutine.close()
    raise NeedsEventLoop("this waits for an event loop, and the program has not imported asyncio")
