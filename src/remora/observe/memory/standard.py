"""Waits that the standard library makes of locks: for a thread's end, a notification, a result, a module.

Decides what a thread waits for that stands in a function of `threading`, of what
is made of that, or of the import system.  The lock itself would tell little there: nobody holds it.
One thread.

Sources: Lib/threading.py, Lib/queue.py, Lib/concurrent/futures, Lib/importlib/_bootstrap.py of 3.8 to 3.15.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..picture import Lock
from . import holders, pools
from .blocked import Blocked
from .frames import RawFrame
from .objects import Objects
from .snapshot import Snapshot

#: Of `_thread._ThreadHandle`, since 3.13: what it points to, and the size of that.
_HANDLE, _HANDLE_SIZE = 16, 128
_THREADING, _IMPORTLIB = "/threading.py", "<frozen importlib._bootstrap>"
#: What is waited for by functions that wait for a condition: of which file, and what they are called.
_MADE_OF_CONDITIONS = {
    (_THREADING, "wait"): "event",
    (_THREADING, "acquire"): "semaphore",
    (_THREADING, "_wait"): "barrier",
    (_THREADING, "_enter"): "barrier",
    ("/queue.py", "get"): "queue item",
    ("/queue.py", "put"): "queue room",
    ("/queue.py", "join"): "queue end",
    ("/concurrent/futures/_base.py", "result"): "future",
    ("/concurrent/futures/_base.py", "exception"): "future",
}


@dataclass(frozen=True)
class ThreadObject:
    """A `threading.Thread`."""

    address: int
    name: str
    ident: int


def thread_object(objects: Objects, frames: list[RawFrame]) -> ThreadObject | None:
    """That of the thread with these frames; None if `threading` did not start it.  Raises `OSError`."""
    for frame in frames[-3:]:
        if frame.code.name == "_bootstrap" and frame.code.file.endswith(_THREADING):
            return _thread_at(objects, frame.variables["self"])
    return None


def main_thread_object(objects: Objects, frames: list[RawFrame]) -> ThreadObject | None:
    """That of the main thread, if these are the frames of a thread that `threading` started."""
    for frame in frames[-3:]:
        if frame.code.name == "_bootstrap" and frame.code.file.endswith(_THREADING):
            found = dict(objects.dict_items(frame.globals)).get("_main_thread")
            return _thread_at(objects, found) if found else None
    return None


def _thread_at(objects: Objects, address: int) -> ThreadObject:
    attributes = objects.attributes(address)
    ident = attributes.get("_ident", 0)
    known = ident and objects.type_name(ident) == "int"
    return ThreadObject(address, objects.text(attributes["_name"]), objects.integer(ident) if known else 0)


class StandardWaits:
    """Tells what is waited for there."""

    def __init__(self, snapshot: Snapshot, threads: Iterable[ThreadObject]) -> None:
        """`threads` are those that are known."""
        self._objects = snapshot.objects
        self._tid_of = snapshot.tid_of
        self._stacks = snapshot.stacks
        self._threads = list(threads)
        self._kinds = {
            "wait": self._condition,
            "join": self._thread,
            "_wait_for_tstate_lock": self._thread,
            "_shutdown": self._last_threads,
            "acquire": self._module,
        }

    def awaited(self, waits: Blocked, frames: list[RawFrame]) -> Lock | None:
        """What a thread with these frames waits for; None if a lock and nothing else.  Raises `OSError`."""
        for frame in frames[:1]:
            kind = self._kinds.get(frame.code.name)
            if kind and frame.code.file.endswith((_THREADING, _IMPORTLIB)):
                return kind(waits, frames)
        return None

    def _condition(self, waits: Blocked, frames: list[RawFrame]) -> Lock | None:
        frame = frames[0]
        if frame.variables.get("waiter") != waits.address:
            return None  # it has been notified, and waits for the condition's lock
        if not holders.is_condition_wait(self._objects, frame):
            return None
        for caller in frames[1:3]:
            for (file, function), kind in _MADE_OF_CONDITIONS.items():
                if caller.code.name == function and caller.code.file.endswith(file):
                    lock = Lock(caller.variables["self"], kind)
                    return self._run(lock) if kind == "future" else lock
            if caller.code.name != "wait_for":
                break
        return Lock(frame.variables["self"], "condition")

    def _run(self, future: Lock) -> Lock:
        """With the thread of a pool that runs the job whose result it will be, if one does."""
        for tid, frames in self._stacks.items():
            for frame in frames[-pools.FRAMES :]:
                if frame.code.name == "run" and frame.code.file.endswith(pools.FILE):
                    job = frame.variables.get("self", 0)
                    if job and self._objects.attributes(job).get("future") == future.address:
                        return replace(future, owner=tid, known_by="stack")
        return future

    def _thread(self, _waits: Blocked, frames: list[RawFrame]) -> Lock | None:
        joined = frames[0].variables.get("self")
        if not joined or not self._objects.is_instance(joined, "Thread"):
            return None
        return self._end_of(_thread_at(self._objects, joined))

    def _last_threads(self, waits: Blocked, _frames: list[RawFrame]) -> Lock | None:
        """The main thread waits for all others when it has come to its end, one after the other."""
        for thread in self._threads:
            attributes = self._objects.attributes(thread.address)
            handle = attributes.get("_os_thread_handle") or attributes.get("_handle")
            if attributes.get("_tstate_lock") == waits.address != 0:
                return self._end_of(thread)
            if handle and 0 <= waits.key - self._objects.space.u64(handle + _HANDLE) < _HANDLE_SIZE:
                return self._end_of(thread)
        return None

    def _end_of(self, thread: ThreadObject) -> Lock:
        return self._owned(Lock(thread.address, "thread", name=thread.name), thread.ident)

    def _module(self, waits: Blocked, frames: list[RawFrame]) -> Lock | None:
        lock = frames[0].variables.get("self")
        if not lock or waits.kind != "Lock" or self._objects.type_name(lock) != "_ModuleLock":
            return None
        attributes = self._objects.attributes(lock)
        owner = attributes.get("owner", 0)
        held = owner and self._objects.type_name(owner) == "int"
        name = self._objects.text(attributes["name"])
        return self._owned(Lock(lock, "module lock", name=name), self._objects.integer(owner) if held else 0)

    def _owned(self, lock: Lock, ident: int) -> Lock:
        tid = self._tid_of(ident)
        return replace(lock, owner=tid, known_by="owner") if tid else lock
