"""What can be seen of a process from outside: its threads, their stacks, what they wait for.  Data only.

The same whether it was read from a running process, one that answers nobody, or a core file.
`as_json` is what `remora stack --json` prints.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Variable:
    """A local variable, as text that is bounded."""

    name: str
    value: str
    is_argument: bool = False


@dataclass(frozen=True)
class Frame:
    """A call.  `file` and `line` are "" and 0 where they are not known."""

    function: str
    file: str
    line: int
    #: "native" for one of C, which `--native` shows.
    language: Literal["python", "native"] = "python"
    #: None if they were not asked for.
    variables: tuple[Variable, ...] | None = None


@dataclass(frozen=True)
class Lock:
    """A lock of the program."""

    #: Of the object in the program, or of the futex if no object is known; 0 if not even that is.
    address: int
    #: "Lock", "RLock", "module lock", "file buffer", "GIL"; of what is made of locks "condition", "event",
    #: "semaphore", "barrier", "queue item", "queue room", "queue end", "future", "job" of one not begun, and
    #: "thread"; "mutex" of C, and "futex" if nothing else is known.
    kind: str
    #: The thread that holds it, or that runs the job of a future, by its number in the kernel; None if nobody
    #: does, or nobody can know.
    owner: int | None = None
    #: How the owner is known: read from the lock, or concluded from where the owner's stack stands.  "owner"
    #: without one: the lock names a thread that there is no more.
    known_by: Literal["owner", "stack"] | None = None
    #: As the program calls it, if that is known: `self.lock`.
    name: str = ""


@dataclass(frozen=True)
class Wait:
    """What keeps a thread from running."""

    #: "gil", "lock", "notification", "thread", "sleep", "read", "poll", "child", "stopped" ... : for
    #: grouping and for scripts.
    kind: str
    #: For people: "waits in epoll_wait", "reads from socket 127.0.0.1:80 (fd 7)".
    text: str
    lock: Lock | None = None


@dataclass(frozen=True)
class Thread:
    """A thread with its stack, innermost frame first; without one if no Python runs on it."""

    #: Its number in the kernel, seen from this host.
    tid: int
    #: The program's own name for it, else the kernel's, else "".
    name: str
    frames: tuple[Frame, ...] = ()
    #: `threading.get_ident()` of it; 0 if not known.
    ident: int = 0
    is_main: bool = False
    holds_gil: bool = False
    collects_garbage: bool = False
    #: The kernel's letter: R, S, D, T, t, Z; "" in a core file.
    state: str = ""
    wait: Wait | None = None


@dataclass(frozen=True)
class Task:
    """An asyncio task with its chain of awaits, innermost first."""

    name: str
    coroutine: str
    frames: tuple[Frame, ...] = ()
    #: "running", "waiting", "ready".
    state: str = ""
    #: Names of the tasks that await it.
    awaited_by: tuple[str, ...] = ()
    #: The thread whose loop it belongs to; 0 if not known.
    tid: int = 0


@dataclass(frozen=True)
class Link:
    """A thread that waits for a lock which another one holds."""

    tid: int
    lock: Lock
    owner: int


@dataclass(frozen=True)
class Cycle:
    """Threads each of which waits for the next: they will wait for ever."""

    links: tuple[Link, ...]

    @property
    def known_by(self) -> Literal["owner", "stack"]:
        """How all of it is known: by the owners if every lock tells its own."""
        return "owner" if all(link.lock.known_by == "owner" for link in self.links) else "stack"


@dataclass(frozen=True)
class Picture:
    """A process at a moment, or about one: see `paused`."""

    #: None of a core file that does not tell.
    pid: int | None
    #: The core file, or "".
    core: str
    #: As in "3.12.1", or as much as is known.
    version: str
    command: str
    threads: tuple[Thread, ...]
    #: None where tasks cannot be read (before Python 3.14); `notes` say so.
    tasks: tuple[Task, ...] | None = None
    deadlocks: tuple[Cycle, ...] = ()
    #: Seconds for which the process was stopped for the picture; None if it was not: then threads went
    #: on while they were read, and stacks may not belong to the same moment.
    paused: float | None = None
    #: What read it: "pystack 1.7.2".
    reader: str = ""
    #: What could not be read, and why: sentences.
    notes: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """For `json.dumps`; the fields are those of the classes here."""
        record = asdict(self)
        for cycle, entry in zip(self.deadlocks, record["deadlocks"], strict=True):
            entry["known_by"] = cycle.known_by
        return record
