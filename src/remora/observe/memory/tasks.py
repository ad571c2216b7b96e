"""The asyncio tasks of a process, of Python 3.14 and later, which says where it keeps them.

Decides which tasks there are, what each does and who awaits it.  Tasks that are
not those of `_asyncio`, in C, cannot be found.  One thread.

Sources: `struct _Py_AsyncioModuleDebugOffsets` of Modules/_asynciomodule.c, in the section
`.AsyncioDebug` of the file that the module is in; `_PyInterpreterFrame`.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from ..picture import Frame, Task
from .frames import FrameReader, RawFrame
from .objects import Torn
from .snapshot import Snapshot
from .spaces import AddressSpace

_SECTION = b".AsyncioDebug"
_SECTION_HEADER = 64
#: So many are read, and so many are counted.
_MOST_TASKS, _MOST_NODES = 25_000, 1_000_000
_MOST_FRAMES, _MOST_AWAITERS = 200, 100
#: In `TaskObj`, as it has been since 3.8: what the task waits for is just before its coroutine.
_FUTURE_BEFORE_COROUTINE = 8
_STACK_POINTER, _FRAME_STATE = 64, 67
_AWAITABLES = {"coroutine", "generator"}


@dataclass(frozen=True)
class Offsets:
    """Where `_asyncio` keeps things, in its order."""

    task_size: int
    name: int
    awaited_by: int
    is_task: int
    awaited_by_is_set: int
    coroutine: int
    node: int
    interpreter_size: int
    interpreter_tasks: int
    thread_size: int
    running_loop: int
    running_task: int
    thread_tasks: int


def find_offsets(space: AddressSpace) -> Offsets | None:
    """None if the program has not imported `_asyncio`, or its Python is older.  Raises `OSError`."""
    for _, path in space.images():
        name = path.rpartition("/")[2]
        if not name.startswith(("_asyncio.", "python", "libpython")):
            continue
        content = _section(space.image_file(path))
        if len(content) == 13 * 8:
            return Offsets(*struct.unpack("<13Q", content))
    return None


def _section(elf: bytes) -> bytes:
    """The content of `.AsyncioDebug`; empty if a file has none."""
    try:
        table, count, names = (
            *struct.unpack_from("<Q", elf, 40),
            *struct.unpack_from("<HH", elf, 60),
        )
        headers = [
            struct.unpack_from("<IIQQQQ", elf, table + index * _SECTION_HEADER) for index in range(count)
        ]
        texts = headers[names][4]
        for name, _, _, _, offset, size in headers:
            if elf[texts + name : texts + name + len(_SECTION) + 1] == _SECTION + b"\0":
                return elf[offset : offset + size]
    except (struct.error, IndexError):
        return b""  # cut off, or no ELF file
    return b""


class TaskReader:
    """Reads the tasks of a snapshot's threads."""

    def __init__(self, snapshot: Snapshot, reader: FrameReader, offsets: Offsets) -> None:
        self._snapshot = snapshot
        self._reader = reader
        self._objects = reader.objects
        self._offsets = offsets
        #: Why not all are there: sentences.
        self.notes: list[str] = []
        self._unread = 0

    def tasks(self) -> tuple[Task, ...]:
        """Of all threads, and those that outlived their threads."""
        found: list[Task] = []
        for thread in self._snapshot.threads.values():
            for state in thread.addresses:
                running = self._word(state + self._offsets.running_task)
                self._read_list(state + self._offsets.thread_tasks, thread.tid, running, found)
        for interpreter in self._reader.interpreters():
            self._read_list(interpreter + self._offsets.interpreter_tasks, 0, 0, found)
        if self._unread:
            self.notes.append(f"only {len(found)} of {len(found) + self._unread} tasks are shown")
        return tuple(found)

    def _word(self, address: int) -> int:
        try:
            return self._objects.space.u64(address)
        except OSError:
            return 0

    def _read_list(self, head: int, tid: int, running: int, found: list[Task]) -> None:
        """Those of a list of nodes, whose last one points to its head again."""
        node, torn = self._word(head), 0
        for _ in range(_MOST_NODES):
            if node in (0, head):
                break
            if len(found) < _MOST_TASKS:
                try:
                    found.append(self._task(node - self._offsets.node, tid, running))
                except OSError:
                    torn += 1
            else:
                self._unread += 1
            node = self._word(node)
        if torn or not node:
            self.notes.append("not all tasks could be read: they changed meanwhile")

    def _task(self, address: int, tid: int, running: int) -> Task:
        space = self._objects.space
        coroutine = space.u64(address + self._offsets.coroutine)
        is_running = address == running
        waits = space.u64(address + self._offsets.coroutine - _FUTURE_BEFORE_COROUTINE)
        frames = self._running_frames(coroutine, tid) if is_running else self._awaiting_frames(coroutine)
        return Task(
            name=self._name(address),
            coroutine=self._reader.generator_frame(coroutine).code.qualified_name,
            frames=tuple(Frame(frame.code.name, frame.code.file, frame.line) for frame in frames),
            state="running" if is_running else "waiting" if waits else "ready",
            awaited_by=tuple(dict.fromkeys(self._awaiters(address))),
            tid=tid,
        )

    def _name(self, task: int) -> str:
        """A number as long as nobody has asked for the name."""
        name = self._objects.space.u64(task + self._offsets.name)
        if self._objects.type_name(name) == "int":
            return f"Task-{self._objects.integer(name)}"
        return self._objects.text(name)

    def _running_frames(self, coroutine: int, tid: int) -> list[RawFrame]:
        """From the innermost frame of the thread to that of the coroutine."""
        last = self._reader.generator_frame(coroutine).address
        frames: list[RawFrame] = []
        for frame in self._snapshot.stacks.get(tid, []):
            frames.append(frame)
            if frame.address == last:
                return frames
        raise Torn

    def _awaiting_frames(self, coroutine: int) -> list[RawFrame]:
        """Each awaits what is on the top of its value stack; innermost first."""
        frames: list[RawFrame] = []
        awaited = coroutine
        while awaited and len(frames) < _MOST_FRAMES:
            frames.insert(0, self._reader.generator_frame(awaited))
            awaited = self._awaited(awaited, frames[0])
        return frames

    def _awaited(self, coroutine: int, frame: RawFrame) -> int:
        """The coroutine that one awaits; 0 if it awaits something else, or has not begun."""
        space, objects = self._objects.space, self._objects
        if space.read(coroutine + _FRAME_STATE, 1)[0] not in self._reader.awaiting_states:
            return 0
        top = space.u64(frame.address + _STACK_POINTER)
        for word in reversed(space.words(top - 16, 2)):
            value = objects.untagged(word)
            if value:  # since 3.15 there is an index above it, which is none
                return value if objects.type_name(value) in _AWAITABLES else 0
        return 0

    def _awaiters(self, future: int) -> list[str]:
        """Names of the tasks that await it, themselves or by futures such as that of `gather`."""
        space, offsets = self._objects.space, self._offsets
        names: list[str] = []
        futures = [future]
        for each in futures:
            for awaiter in self._awaiting(each):
                if space.read(awaiter + offsets.is_task, 1)[0]:
                    names.append(self._name(awaiter))
                elif awaiter not in futures and len(futures) < _MOST_AWAITERS:
                    futures.append(awaiter)
        return names

    def _awaiting(self, future: int) -> list[int]:
        """The futures that await one themselves."""
        awaiter = self._objects.space.u64(future + self._offsets.awaited_by)
        if awaiter and self._objects.space.read(future + self._offsets.awaited_by_is_set, 1)[0]:
            return self._members(awaiter)
        return [awaiter] if awaiter else []

    def _members(self, collection: int) -> list[int]:
        if self._objects.type_name(collection) != "set":
            raise Torn
        return list(self._objects.members(collection, 1 << 12))[:_MOST_AWAITERS]
