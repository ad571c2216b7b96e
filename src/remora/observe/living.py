"""A picture of a process that lives.

Decides what a process must be to be looked at, who reads it, and how what was
read and what the kernel tells become one.  One thread at a time.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from . import memory, otherwise, processes
from .kernel import Moment, moments, read
from .looking import CannotLook, Wish
from .pausing import paused
from .picture import Picture, Thread
from .reader import Reader
from .readings import Reading, Stack
from .waits import is_gil_wait, statics_of, wait_of

#: PF_KTHREAD of linux/sched.h, in the flags of /proc/PID/stat.
_KERNEL_THREAD = 0x00200000
#: How many threads a note names.
_NAMED = 10


def look(pid: int, wish: Wish, reader: Reader) -> Picture:
    """The picture of a process.  Raises `CannotLook`."""
    process = _subject(pid)
    try:
        return _picture(process, wish, reader)
    except ProcessLookupError:
        raise CannotLook(f"process {pid} has ended") from None
    except memory.TooLong:
        raise CannotLook(
            f"to read process {pid} takes longer than {wish.time_limit:g} s: allow more by --time-limit"
        ) from None


def _picture(process: processes.PythonProcess, wish: Wish, reader: Reader) -> Picture:
    """By what remora reads itself, which is faster and never crashes; by others what that cannot do."""
    if not wish.native:
        with suppress(memory.CannotRead), memory.Interior(process.pid) as interior:
            return _seen(process, interior, wish)
    return memory.enrich(_assembled(process, otherwise.read(process, wish, reader)), process.pid)


def _seen(process: processes.PythonProcess, interior: memory.Interior, wish: Wish) -> Picture:
    """Raises `CannotRead`."""
    pid = process.pid
    if not wish.pause:
        insight = interior.look(locals=wish.locals, time_limit=wish.time_limit)
        return insight.applied(_assembled(process, insight.reading))
    interior.look()  # which functions there are: that shortens the stop
    before = moments(pid)
    with paused(pid) as stopping:
        insight = interior.look(locals=wish.locals, time_limit=wish.time_limit)
    reading = replace(insight.reading, moments=before, settled=frozenset(before), paused=stopping.seconds)
    return insight.applied(_assembled(process, reading))


def _assembled(process: processes.PythonProcess, reading: Reading) -> Picture:
    threads = tuple(_threads(process.pid, reading))
    if not threads:
        raise CannotLook(f"process {process.pid} has ended")
    notes = list(reading.notes)
    if reading.paused is None:
        notes += _went_on([each for each in threads if each.tid not in reading.settled])
    return Picture(
        pid=process.pid,
        core="",
        version=reading.version or process.version,
        command=process.command,
        threads=threads,
        paused=reading.paused,
        reader=reading.reader,
        notes=tuple(notes),
    )


def _subject(pid: int) -> processes.PythonProcess:
    """The process, if it can be looked at.  Raises `CannotLook`."""
    stat = read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    if not stat:
        raise CannotLook(f"there is no process {pid}; 'remora ps' lists those that run Python")
    if int(stat[6]) & _KERNEL_THREAD:
        raise CannotLook(f"process {pid} is a thread of the kernel; 'remora ps' lists those that run Python")
    process = processes.look(pid)
    if process is None and stat[0] == "Z":
        raise CannotLook(
            f"process {pid} has ended, and only its parent, process {stat[1]}, still has to hear it"
        )
    _check_permission(pid)
    if process is None:
        raise CannotLook(f"process {pid} does not run Python; 'remora ps' lists those that do")
    return process


def _check_permission(pid: int) -> None:
    """What is asked for is asked of /proc/PID/mem by the same rule (ptrace(2), PTRACE_MODE_ATTACH)."""
    try:
        os.close(os.open(f"{processes.live_directory(pid)}/mem", os.O_RDONLY))
    except PermissionError:
        raise CannotLook(
            f"the kernel lets you see no memory of process {pid}, which is of user {processes.user(pid)}: "
            f"be root, or in a container have CAP_SYS_PTRACE; 'remora doctor {pid}' says more"
        ) from None
    except (FileNotFoundError, ProcessLookupError):
        raise CannotLook(f"process {pid} has ended") from None


def _threads(pid: int, reading: Reading) -> list[Thread]:
    """Those of the kernel, in its order, the first of which is the main thread."""
    statics = statics_of(read(f"{processes.live_directory(pid)}/maps"))
    return [
        _thread(pid, each, reading.stacks.get(tid, Stack()), statics)
        for tid, each in sorted(reading.moments.items())
    ]


def _thread(pid: int, moment: Moment, stack: Stack, statics: list[range]) -> Thread:
    wait = wait_of(pid, moment)
    if stack.frames and any(is_gil_wait(wait, moment, each) for each in statics):
        assert wait and wait.lock
        wait = replace(wait, kind="gil", text="waits for the GIL", lock=replace(wait.lock, kind="GIL"))
    return Thread(
        tid=moment.tid,
        name=stack.name or moment.comm,
        frames=stack.frames,
        is_main=moment.tid == pid,
        holds_gil=stack.holds_gil,
        collects_garbage=stack.collects_garbage,
        state=moment.state,
        wait=wait,
    )


def _went_on(threads: Sequence[Thread]) -> list[str]:
    """A note on threads that have run meanwhile.  Who waits for the GIL looks for it again and again."""
    tids = [
        str(each.tid) for each in threads if each.frames and (each.wait is None or each.wait.kind != "gil")
    ]
    if not tids:
        return []
    many = len(tids) > 1
    who = f"threads {', '.join(tids[:_NAMED])}" if many else f"thread {tids[0]}"
    others = f" and {len(tids) - _NAMED} others" if len(tids) > _NAMED else ""
    what = f"the stack shown of {'each' if many else 'it'} may never have been; see --pause"
    return [f"{who}{others} ran while being read: {what}"]
