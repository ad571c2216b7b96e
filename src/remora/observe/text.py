"""A picture as text for people.

Decides words, order and folding.  Pure: `paint` gives a piece of text the colour
of its role, whatever that is; control characters of the program are shown, never obeyed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from remora.printable import printable_line

from .picture import Cycle, Frame, Link, Lock, Picture, Task, Thread

Paint = Callable[[str, str], str]

#: What one thread does, and what several do, by the kind of their wait.
_DOES = {
    "": ("runs", "run"),
    "gil": ("waits for the GIL", "wait for the GIL"),
    "lock": ("waits for a lock", "wait for a lock"),
    "futex": ("waits for a lock", "wait for a lock"),
    "open": ("opens a file", "open files"),
    "notification": ("waits to be notified", "wait to be notified"),
    "thread": ("waits for the end of a thread", "wait for the end of threads"),
    "sleep": ("sleeps", "sleep"),
    "poll": ("waits for events", "wait for events"),
    "read": ("reads", "read"),
    "write": ("writes", "write"),
    "connect": ("connects", "connect"),
    "accept": ("waits for a connection", "wait for connections"),
    "child": ("waits for a child process", "wait for child processes"),
    "signal": ("waits for a signal", "wait for signals"),
    "file lock": ("waits for a file lock", "wait for file locks"),
    "disk": ("waits for a disk", "wait for a disk"),
    "stopped": ("is stopped", "are stopped"),
    "traced": ("is stopped by a tracer", "are stopped by a tracer"),
    "ended": ("has ended", "have ended"),
}
#: So many names are told of what is folded, and so many equal calls are.
_MOST_NAMES, _FEWEST_REPEATED = 20, 3
_ELSE = ("waits in the kernel", "wait in the kernel")
_KNOWN_BY = {
    "owner": "the locks tell their owners",
    "stack": "concluded from where the threads stand",
}


def plain(_role: str, text: str) -> str:
    """The `Paint` that paints nothing."""
    return text


def summary(picture: Picture) -> str:
    """One line: whether threads wait for each other, what they do, and who holds the GIL."""
    parts = [f"DEADLOCK of {_count(len(cycle.links), 'thread')}" for cycle in picture.deadlocks]
    parts.append(_threads_summary(picture.threads))
    holders = [thread for thread in picture.threads if thread.holds_gil]
    if holders:
        parts.append("GIL held by " + ", ".join(map(named, holders)))
    if picture.tasks:
        parts.append(_count(len(picture.tasks), "asyncio task"))
    return "; ".join(parts)


def lines(picture: Picture, paint: Paint = plain) -> Iterator[str]:
    """All of the picture."""
    yield paint("title", _heading(picture))
    yield summary(picture)
    for note in picture.notes:
        yield paint("faint", f"({printable_line(note)})")
    for cycle in picture.deadlocks:
        yield ""
        yield from cycle_lines(cycle, picture, paint)
    for group in folded(picture.threads):
        yield ""
        yield from group_lines(group, paint)
    loops = {task.tid: "" for task in picture.tasks or ()}
    if len(loops) > 1:
        loops |= {thread.tid: f", of {named(thread)}" for thread in picture.threads if thread.tid in loops}
    for tasks in folded_tasks(picture.tasks or ()):
        yield ""
        yield from task_lines(tasks, paint, loops[tasks[0].tid])


def folded(threads: Sequence[Thread]) -> list[list[Thread]]:
    """Threads with equal stacks that wait alike together, in the order of the first of each."""
    groups: dict[object, list[Thread]] = {}
    for thread in threads:
        key = (thread.frames, thread.wait and thread.wait.kind, thread.holds_gil, thread.collects_garbage)
        groups.setdefault(key, []).append(thread)
    return list(groups.values())


def folded_tasks(tasks: Sequence[Task]) -> list[list[Task]]:
    """Tasks that do the same together, in the order of the first of each."""
    groups: dict[object, list[Task]] = {}
    for task in tasks:
        groups.setdefault((task.tid, task.coroutine, task.state, task.frames), []).append(task)
    return list(groups.values())


def group_lines(group: Sequence[Thread], paint: Paint = plain) -> Iterator[str]:
    """Threads with one stack: who they are, what they do, and the stack."""
    texts = {_does(thread) for thread in group}
    if len(group) == 1:
        yield f"Thread {_titled(group[0], paint)}{_said(texts.pop(), ': ')}"
    elif len(texts) == 1:
        yield f"{len(group)} threads{_said(texts.pop(), ', each of which ')}:"
        yield "  " + _some([_titled(thread, paint) for thread in group[: _MOST_NAMES + 1]], len(group))
    else:
        yield f"{len(group)} threads with the same stack:"
        for thread in group:
            yield f"  {_titled(thread, paint)}{_said(_does(thread), ': ')}"
    if not group[0].frames:
        yield paint("faint", "    no Python runs on " + ("it" if len(group) == 1 else "them"))
    yield from _stack_lines(_told(group[0].frames), paint)


def _told(frames: Sequence[Frame]) -> Sequence[Frame]:
    """Without the calls that begin every thread of `threading`, unless there is nothing else."""
    python = [frame for frame in frames if frame.language == "python"]
    beginning = python[-2:]
    if len(python) < 3 or any(not _begins_thread(frame) for frame in beginning):
        return frames
    return [frame for frame in frames if frame not in beginning]


def _begins_thread(frame: Frame) -> bool:
    return frame.function.rpartition(".")[2] in ("_bootstrap", "_bootstrap_inner") and frame.file.endswith(
        "/threading.py"
    )


def _stack_lines(frames: Sequence[Frame], paint: Paint) -> Iterator[str]:
    """A recursion from one line, again and again the same, is told once."""
    for frame, repeated in groupby(frames):
        more = len(list(repeated)) - 1
        for _ in range(more + 1 if more < _FEWEST_REPEATED else 1):
            yield from frame_lines(frame, paint)
        if more >= _FEWEST_REPEATED:
            yield paint("faint", f"    the same {more} times more")


def frame_lines(frame: Frame, paint: Paint = plain) -> Iterator[str]:
    """A call and, if they were asked for, its variables."""
    name = paint("faint" if frame.language == "native" else "function", printable_line(frame.function))
    yield f"    {name}{_place(frame, paint)}"
    for variable in frame.variables or ():
        yield f"        {paint('name', printable_line(variable.name))} = {printable_line(variable.value)}"


def task_lines(tasks: Sequence[Task], paint: Paint = plain, loop: str = "") -> Iterator[str]:
    """Tasks that do the same: what they do, who awaits them, and the chain of awaits; `loop` says whose."""
    first = tasks[0]
    state = f": {first.state}" if first.state else ""
    by = list(dict.fromkeys(name for task in tasks for name in task.awaited_by))
    awaited = f", awaited by {_some([printable_line(name) for name in by], len(by))}" if by else ""
    what = f"{printable_line(first.coroutine)}{state}{loop}{awaited}"
    if len(tasks) == 1:
        yield f"Task {paint('thread', quoted(first.name))} {what}"
    else:
        yield f"{len(tasks)} tasks {what}:"
        names = [paint("thread", quoted(task.name)) for task in tasks[: _MOST_NAMES + 1]]
        yield "  " + _some(names, len(tasks))
    yield from _stack_lines(first.frames, paint)


def cycle_lines(cycle: Cycle, picture: Picture, paint: Paint = plain) -> Iterator[str]:
    """Threads that wait for each other, each with the lock and its holder."""
    names = {thread.tid: named(thread) for thread in picture.threads}
    count = _count(len(cycle.links), "thread")
    yield paint("error", f"DEADLOCK of {count}") + f" ({_KNOWN_BY[cycle.known_by]}):"
    for link in cycle.links:
        yield f"  {_link(link, names)}"


def named(thread: Thread) -> str:
    """As in `thread 4711 "worker"`."""
    return f"thread {thread.tid}" + (f" {quoted(thread.name)}" if thread.name else "")


def quoted(text: str) -> str:
    return f'"{printable_line(text)}"'


def _heading(picture: Picture) -> str:
    what = f"Process {picture.pid}" if picture.pid is not None else "A process"
    core = f" of core file {picture.core}" if picture.core else ""
    paused = f" (stopped for {picture.paused * 1000:.0f} ms)" if picture.paused is not None else ""
    version = f", Python {picture.version}" if picture.version else ""
    return printable_line(f"{what}{core}{version}{paused}: {picture.command}")


def _threads_summary(threads: Sequence[Thread]) -> str:
    if not any(thread.state or thread.wait for thread in threads):
        return _count(len(threads), "thread")  # of a core file that does not tell
    counts = Counter(_kind(thread) for thread in threads if thread.state or thread.wait)
    does = [
        f"{number} {_DOES.get(kind, _ELSE)[number != 1]}"
        for kind, number in sorted(counts.items(), key=lambda item: -item[1])
    ]
    return f"{_count(len(threads), 'thread')}: {', '.join(does)}"


def _kind(thread: Thread) -> str:
    if thread.wait is None:
        return ""
    return "lock" if thread.wait.kind == "futex" else thread.wait.kind


def _titled(thread: Thread, paint: Paint) -> str:
    name = " " + paint("thread", quoted(thread.name)) if thread.name else ""
    marks = [
        *(["main"] if thread.is_main else []),
        *(["holds the GIL"] if thread.holds_gil else []),
        *(["collects garbage"] if thread.collects_garbage else []),
    ]
    return f"{thread.tid}{name}" + (f" ({', '.join(marks)})" if marks else "")


def _does(thread: Thread) -> str:
    if thread.wait is None:
        return "runs" if thread.state else ""
    return printable_line(thread.wait.text)


def _said(text: str, before: str) -> str:
    return before + text if text else ""


def _link(link: Link, names: dict[int, str]) -> str:
    waits = names.get(link.tid, f"thread {link.tid}")
    holder = names.get(link.owner, f"thread {link.owner}")
    if link.lock.kind == "thread":
        return f"{waits} waits for the end of {holder}"
    if link.lock.kind == "future":
        return f"{waits} waits for the result of {_lock(link.lock)}, which {holder} runs"
    if link.lock.kind == "job":
        others = "except itself" if link.owner == link.tid else f"as {holder} waits as well"
        return f"{waits} waits for a job that the pool has no thread for, {others}"
    if link.owner == link.tid:
        return f"{waits} waits for {_lock(link.lock)}, which it holds itself"
    return f"{waits} waits for {_lock(link.lock)}, held by {holder}"


def _lock(lock: Lock) -> str:
    if lock.kind == "GIL":
        return "the GIL"
    where = f"{lock.kind} at {lock.address:#x}"
    return f"{printable_line(lock.name)} ({where})" if lock.name else where


def _place(frame: Frame, paint: Paint) -> str:
    if not frame.file:
        return ""
    line = f":{paint('line', str(frame.line))}" if frame.line else ""
    word = "at" if frame.line else "in"
    return f" {word} {paint('file', printable_line(frame.file))}{line}"


def _some(names: Sequence[str], number: int) -> str:
    """A list of so many, of which not all need be given."""
    if number <= _MOST_NAMES + 1:
        return ", ".join(names)
    return ", ".join(names[:_MOST_NAMES]) + f" and {number - _MOST_NAMES} more"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
