"""Thread pools: which threads would have to run a job that has not begun.

Decides which queue a future's job is in, and whose queue that is.  One thread.

Sources: Lib/concurrent/futures/thread.py and Modules/_queuemodule.c of 3.8 to 3.15.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from .frames import RawFrame
from .lookups import list_items
from .objects import Objects, Torn
from .snapshot import Snapshot

#: The file of `ThreadPoolExecutor`, and how many frames a thread of one begins with.
FILE, FRAMES = "/concurrent/futures/thread.py", 6
#: In a queue: the list of its items with the place of the first one, or a ring of them since 3.13.
_LIST, _RING = 32, 32
#: Of a queue, and of those the first ones that are looked at.
_MOST_ITEMS, _MOST_JOBS = 1_000_000, 2_000


class Pools:
    """Those of the threads of a snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._objects = snapshot.objects
        #: Threads, by the queues from which they take jobs.
        self._threads: dict[int, list[int]] = {}
        for tid, frames in snapshot.stacks.items():
            queue = _queue_of(frames)
            if queue:
                self._threads.setdefault(queue, []).append(tid)

    def threads_for(self, future: int) -> list[int]:
        """Those of the pool whose queue the job of this future is in; none if it is in none."""
        return self._threads.get(self._queues.get(future, 0), [])

    @cached_property
    def _queues(self) -> dict[int, int]:
        """By the futures whose jobs are in them."""
        return {future: queue for queue in self._threads for future in self._futures(queue)}

    def _futures(self, queue: int) -> Iterator[int]:
        try:
            for job in _items(self._objects, queue)[:_MOST_JOBS]:
                yield self._objects.attributes(job).get("future", 0)
        except OSError:
            return  # jobs have been taken meanwhile


def _queue_of(frames: list[RawFrame]) -> int:
    """From which a thread with these frames takes jobs; 0 if it is of no pool."""
    try:
        for frame in frames[-FRAMES:]:
            if frame.code.name == "_worker" and frame.code.file.endswith(FILE):
                return frame.variables.get("work_queue", 0)
    except OSError:
        return 0
    return 0


def _items(objects: Objects, queue: int) -> list[int]:
    """Of a `SimpleQueue`."""
    if not queue or objects.type_name(queue) != "_queue.SimpleQueue":
        return []
    contained, begin = objects.space.words(queue + _LIST, 2)
    try:
        return list_items(objects, contained)[begin:]
    except OSError:
        first, items, size, count = objects.space.words(queue + _RING, 4)
    if not 0 <= first < size <= _MOST_ITEMS or count > size:
        raise Torn
    ring = objects.space.words(items, size)
    return (ring + ring)[first : first + count]
