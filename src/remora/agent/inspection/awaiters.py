"""Who waits for the task that a thread runs.

Decides which task awaits another one, through what asyncio puts between them:
`gather`, `wait`, `wait_for`, `shield`, task groups.  It reads the callbacks of
futures and asks nobody, so that it costs the same with ten thousand tasks.
Runs on the agent's thread, while the thread that runs the loop is stopped.
"""

from __future__ import annotations

import sys

from .presentation import printable
from .static import ABSENT, FUNCTION, METHOD, class_attribute, is_a, loaded_class, stored_attribute
from .tasks import await_chain, frame_of, loops_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Iterator

_CHAIN = 50


class Awaiter:
    """A task that waits, and where: its frames, innermost first."""

    def __init__(self, task: Any) -> None:
        self.task = task
        self.name = printable(str(task.get_name()))
        frames = [frame_of(each) for each in await_chain(task.get_coro())]
        self.frames: list[FrameType] = [frame for frame in reversed(frames) if frame is not None]


def awaiters_of_stack(frames: list[FrameType]) -> list[Awaiter]:
    """Return the tasks that wait for the one that a stack runs, each after the one that it waits for."""
    task = _running_task(frames)
    return [] if task is None else [Awaiter(each) for each in awaiting_tasks(task)]


def awaiting_tasks(task: Any) -> Iterator[Any]:
    """Yield the task that awaits `task`, the one that awaits that, and so on."""
    seen = {id(task)}
    for _ in range(_CHAIN):
        task = _awaiting_task(task, seen)
        if task is None:
            return
        yield task


def _running_task(frames: list[FrameType]) -> Any:
    asyncio: Any = sys.modules.get("asyncio")
    if not hasattr(asyncio, "current_task"):  # not imported, or just being imported
        return None
    for loop in loops_of(frames):
        task = asyncio.current_task(loop)
        if task is not None:
            return task
    return None


def _awaiting_task(future: Any, seen: set[int]) -> Any:
    """Return the task that goes on when a future is done; futures that are passed on the way are `seen`."""
    for callback, *_ in getattr(future, "_callbacks", None) or ():
        for found in _behind(callback):
            if id(found) in seen:
                continue
            seen.add(id(found))
            task = found if _is_task(found) else _awaiting_task(found, seen)
            if task is not None:
                return task
    return None


def _behind(callback: Any) -> Iterator[Any]:
    """Yield the tasks that a callback wakes, and the futures that it makes done."""
    owner = _owner(callback)
    group = loaded_class("asyncio", "TaskGroup")
    if _is_task(owner):
        yield owner
    elif group is not None and is_a(owner, group):
        yield stored_attribute(owner, "_parent_task")
    else:
        yield from (each for each in _enclosed(callback) if _is_future(each) and not _is_task(each))


def _owner(callback: Any) -> Any:
    """Return the object whose method a callback is."""
    if type(callback) is METHOD:
        return callback.__self__
    if type(callback).__name__ == "TaskWakeupMethWrapper":  # of `_asyncio`, up to 3.8
        import gc

        return next(filter(_is_task, gc.get_referents(callback)), None)
    return getattr(callback, "__self__", None) if type(callback) is type(len) else None


def _enclosed(callback: Any) -> Iterator[Any]:
    """Yield what a callback has got by `functools.partial` or by being a closure."""
    partial: Any = loaded_class("functools", "partial")
    if partial is not None and type(callback) is partial:
        yield from callback.args
        callback = callback.func
    if type(callback) is FUNCTION:
        for cell in callback.__closure__ or ():
            try:
                yield cell.cell_contents
            except ValueError:  # empty
                continue


def _is_future(value: Any) -> bool:
    return class_attribute(type(value), "_asyncio_future_blocking") is not ABSENT


def _is_task(value: Any) -> bool:
    return _is_future(value) and class_attribute(type(value), "get_coro") is not ABSENT
