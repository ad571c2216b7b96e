"""The asyncio tasks of all event loops of the process.

Decides what is told of a task; asks asyncio only if the program has it.  Runs
on the agent's thread, while the program may be running.
"""

from __future__ import annotations

import sys

from .frames import is_agent_code
from .presentation import printable, type_name
from .static import ABSENT, class_attribute, is_a, loaded_class, stored_attribute

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, AsyncIterator, Iterable, Iterator

_CHAIN = 100


def tasks(start: int = 0, count: int | None = None) -> tuple[list[dict[str, Any]], int]:
    """Return the unfinished tasks of all loops, or `count` of them from `start` on, and how many there are.

    Each has `id`, `name`, `state` ("running", "waiting", "ready"), the
    `coroutine` by its qualified name, `awaits`: the chain of coroutines from
    the task's own to the innermost, each {name, path, line}.
    """
    found = unfinished_tasks()
    page = found[start:] if count is None else found[start : start + count]
    return [describe_task(task, is_running) for task, is_running in page], len(found)


def unfinished_tasks() -> list[tuple[Any, bool]]:
    """Return the program's unfinished tasks in all loops, and of each whether it runs just now."""
    asyncio: Any = sys.modules.get("asyncio")
    if not hasattr(asyncio, "all_tasks"):  # not imported, or just being imported
        return []
    found = []
    for loop in _loops():
        running = asyncio.current_task(loop)
        tasks = sorted(asyncio.all_tasks(loop), key=id)
        found += [(task, task is running) for task in tasks if not _is_ours(task.get_coro())]
    return found


def _is_ours(coroutine: Any) -> bool:
    """Whether a task is of what somebody runs at a prompt."""
    code = getattr(coroutine, "%s_code" % _prefix_of(coroutine), None)
    return code is not None and is_agent_code(code)


def describe_task(task: Any, running: bool) -> dict[str, Any]:
    """Return what `tasks` tells of one task."""
    chain = list(await_chain(task.get_coro()))
    waiter = getattr(task, "_fut_waiter", None)
    return {
        "id": id(task),
        "name": printable(str(task.get_name())),
        "state": "running" if running else "ready" if waiter is None else "waiting",
        "coroutine": _name(chain[0]) if chain else type_name(task.get_coro()),
        "awaits": [_location(each) for each in chain],
    }


def await_chain(coroutine: Any) -> Iterator[Any]:
    """Yield a coroutine and those that it awaits, outermost first, as far as they have frames."""
    for _ in range(_CHAIN):
        prefix = _prefix_of(coroutine)
        if prefix is None:
            return
        yield coroutine
        coroutine = _unwrapped(getattr(coroutine, "gi_yieldfrom" if prefix == "gi" else prefix + "_await"))


def frame_of(coroutine: Any) -> FrameType | None:
    """Return the frame of one of an await chain, if it has one still."""
    frame: FrameType | None = getattr(coroutine, f"{_prefix_of(coroutine)}_frame")
    return frame


def loops_of(frames: Iterable[FrameType]) -> Iterator[Any]:
    """Yield the event loops that a stack runs, innermost first, found in the frames of asyncio."""
    loop_class = loaded_class("asyncio", "AbstractEventLoop")
    if loop_class is None:
        return
    for frame in frames:
        if _is_asyncio(frame):
            yield from (value for value in _candidates(frame) if is_a(value, loop_class))


def _prefix_of(value: Any) -> str | None:
    """Return how the attributes of a coroutine or generator begin, or None if `value` is neither."""
    known = _PREFIXES.get(type(value))
    if known is not None:
        return known
    for prefix in ("cr", "gi", "ag"):
        if class_attribute(type(value), prefix + "_frame") is not ABSENT:
            return prefix
    return None


def _unwrapped(awaited: Any) -> Any:
    """Return the coroutine behind the wrappers that do not tell it: `__await__()`, `asend()`."""
    if type(awaited).__name__ not in (
        "coroutine_wrapper",
        "async_generator_asend",
        "async_generator_athrow",
    ):
        return awaited
    import gc

    return next(
        (each for each in gc.get_referents(awaited) if _prefix_of(each) is not None),
        None,
    )


def _location(coroutine: Any) -> dict[str, Any]:
    frame, code = frame_of(coroutine), getattr(coroutine, f"{_prefix_of(coroutine)}_code")
    line = code.co_firstlineno if frame is None else frame.f_lineno or code.co_firstlineno
    return {"name": _name(coroutine), "path": printable(code.co_filename), "line": line}


def _name(coroutine: Any) -> str:
    return printable(str(coroutine.__qualname__))


def _loops() -> list[Any]:
    """Return the event loops that run or have tasks, each once."""
    found: dict[int, Any] = {}
    for loop in (*_loops_of_registered_tasks(), *_loops_of_threads()):
        found[id(loop)] = loop
    return list(found.values())


def _loops_of_registered_tasks() -> Iterator[Any]:
    """Yield the loops of the tasks that asyncio keeps in sets of its own (all of them before 3.14)."""
    module = sys.modules.get("asyncio.tasks")
    for name in ("_all_tasks", "_scheduled_tasks", "_eager_tasks"):
        for task in _members(getattr(module, name, ())):
            yield task.get_loop()


def _members(tasks: Iterable[Any]) -> list[Any]:
    """Return the members of a set that other threads change: asyncio itself retries as often."""
    for _ in range(1000):
        try:
            return list(tasks)
        except RuntimeError:
            continue
    return []


def _loops_of_threads() -> Iterator[Any]:
    """Yield the loops that threads are running, found in the frames of asyncio on their stacks.

    From 3.14 on asyncio keeps its tasks in lists of each thread, which only a
    loop leads to (CPython issue 107803).
    """
    for frame in list(sys._current_frames().values()):
        yield from loops_of(with_callers(frame))


def with_callers(frame: FrameType | None) -> Iterator[FrameType]:
    """Yield `frame` and those that have called it."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def _is_asyncio(frame: FrameType) -> bool:
    package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
    return package in ("asyncio", "uvloop") and not is_agent_code(frame.f_code)


def _candidates(frame: FrameType) -> Iterator[Any]:
    variables = frame.f_locals
    for name in ("self", "loop", "runner"):
        value = variables.get(name)
        yield value
        yield stored_attribute(value, "_loop")


async def _coroutine() -> None: ...


async def _asynchronous_generator() -> AsyncIterator[None]:
    yield


def _prefixes() -> dict[type, str]:
    coroutine = _coroutine()
    coroutine.close()
    return {type(coroutine): "cr", type(None for _ in ()): "gi", type(_asynchronous_generator()): "ag"}


#: Those of the interpreter's own kinds; others (Cython) have the same attributes.
_PREFIXES = _prefixes()
