"""A picture of a process that lives.

Decides what a process must be to be looked at, who reads it, and how what was
read and what the kernel tells become one.  One thread at a time.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from . import processes, py_spy, records
from .kernel import Moment, moments, read
from .looking import CannotLook, Wish
from .memory import stacks
from .picture import Picture, Thread
from .reader import Reader, ReaderFailed, Record
from .waits import is_gil_wait, statics_of, wait_of

#: PF_KTHREAD of linux/sched.h, in the flags of /proc/PID/stat.
_KERNEL_THREAD = 0x00200000


def look(pid: int, wish: Wish, reader: Reader) -> Picture:
    """The picture of a process.  Raises `CannotLook`."""
    process = _subject(pid)
    try:
        return _picture(process, wish, reader)
    except ProcessLookupError:
        raise CannotLook(f"process {pid} has ended") from None


def _picture(process: processes.PythonProcess, wish: Wish, reader: Reader) -> Picture:
    pid = process.pid
    record, notes = _read(process, wish, reader)
    threads = tuple(_threads(pid, record))
    if not threads:
        raise CannotLook(f"process {pid} has ended")
    if record.get("paused") is None:
        notes += _went_on([each for each in threads if each.tid not in record["settled"]])
    return Picture(
        pid=pid,
        core="",
        version=records.version(record["threads"]) or process.version,
        command=process.command,
        threads=threads,
        paused=record.get("paused"),
        reader=record["reader"],
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
    if process is None:
        raise CannotLook(f"process {pid} does not run Python; 'remora ps' lists those that do")
    _check_permission(process)
    return process


def _check_permission(process: processes.PythonProcess) -> None:
    """What is asked for is asked of /proc/PID/mem by the same rule (ptrace(2), PTRACE_MODE_ATTACH)."""
    try:
        os.close(os.open(f"{processes.live_directory(process.pid)}/mem", os.O_RDONLY))
    except PermissionError:
        raise CannotLook(
            f"the kernel lets you see no memory of process {process.pid}, which is of user {process.user}: "
            f"be root, or in a container have CAP_SYS_PTRACE; 'remora doctor {process.pid}' says more"
        ) from None
    except (FileNotFoundError, ProcessLookupError):
        raise CannotLook(f"process {process.pid} has ended") from None


def _read(process: processes.PythonProcess, wish: Wish, reader: Reader) -> tuple[Record, list[str]]:
    """The answer of the reader, or of the one that stands in for it; notes on that.  Raises `CannotLook`."""
    pid = process.pid
    question = {"pid": _live_thread(pid), "locals": wish.locals, "native": wish.native, "pause": wish.pause}
    try:
        return _in_our_numbers(pid, reader.ask(question, wish.time_limit)), []
    except ReaderFailed as failure:
        if not moments(pid):
            raise CannotLook(f"process {pid} has ended") from None
        if failure.is_refusal:
            raise CannotLook(str(failure)) from None
        reason = str(failure)
    if wish.pause or wish.native:
        raise CannotLook(_no_stacks(process, reason, wish))
    try:
        return _read_otherwise(process, wish, reason)
    except OSError as error:
        raise CannotLook(_no_stacks(process, f"{reason}; {error}", wish)) from None


def _read_otherwise(process: processes.PythonProcess, wish: Wish, reason: str) -> tuple[Record, list[str]]:
    """By py-spy, which shows variables as well, or by remora itself.  Raises `OSError`."""
    notes = []
    if py_spy.is_here():
        try:
            return _read_by_py_spy(process.pid, wish), [
                f"read by py-spy, because pystack could not: {reason}"
            ]
        except py_spy.Failed as failure:
            notes.append(f"py-spy could not read it: {failure}")
    without = ", without variables" if wish.locals else ""
    return stacks.read(process.pid), [f"read by remora{without}, because pystack could not: {reason}", *notes]


def _live_thread(pid: int) -> int:
    """A number by which its memory is found: the first thread may have ended before the others."""
    return int(os.path.basename(processes.live_directory(pid)))


def _read_by_py_spy(pid: int, wish: Wish) -> Record:
    before = moments(pid)
    record = py_spy.read(pid, locals=wish.locals, time_limit=wish.time_limit)
    after = moments(pid)
    settled = [tid for tid, each in after.items() if each.has_rested(before.get(tid))]
    return {**record, "kernel": [vars(each) for each in after.values()], "settled": settled}


def _no_stacks(process: processes.PythonProcess, reason: str, wish: Wish) -> str:
    what_to_do = (
        "try again without --pause and --native" if wish.pause or wish.native else "try again with --pause"
    )
    return f"the stacks of process {process.pid} could not be read: {reason}; {what_to_do}"


def _threads(pid: int, record: Record) -> list[Thread]:
    """Those of the kernel, in its order, the first of which is the main thread."""
    kernel = [Moment(**each) for each in record["kernel"]]
    parts = records.by_thread(record["threads"], {each.inner_tid: each.tid for each in kernel})
    statics = statics_of(read(f"{processes.live_directory(pid)}/maps"))
    return [_thread(pid, each, parts.get(each.tid, ()), statics) for each in kernel]


def _in_our_numbers(pid: int, record: Record) -> Record:
    """An answer of a reader that may have been in the process's own pid namespace."""
    ours = {each.inner_tid: each.tid for each in moments(pid).values()}
    numbers = {each["tid"]: ours.get(each["inner_tid"], each["tid"]) for each in record["kernel"]}
    return {
        **record,
        "kernel": [{**each, "tid": numbers[each["tid"]]} for each in record["kernel"]],
        "settled": [numbers[tid] for tid in record["settled"]],
    }


def _thread(pid: int, moment: Moment, parts: Sequence[Record], statics: list[range]) -> Thread:
    wait = wait_of(pid, moment)
    if parts and any(is_gil_wait(wait, moment, each) for each in statics):
        assert wait and wait.lock
        wait = replace(wait, kind="gil", text="waits for the GIL", lock=replace(wait.lock, kind="GIL"))
    return Thread(
        tid=moment.tid,
        name=records.name(parts) or moment.comm,
        frames=records.frames(parts),
        is_main=moment.tid == pid,
        holds_gil=any(part["holds_gil"] for part in parts),
        collects_garbage=any(part["collects"] for part in parts),
        state=moment.state,
        wait=wait,
    )


def _went_on(threads: Sequence[Thread]) -> list[str]:
    """A note on threads that have run meanwhile.  Who waits for the GIL looks for it again and again."""
    tids = [str(each.tid) for each in threads if each.wait is None or each.wait.kind != "gil"]
    if not tids:
        return []
    who = f"thread {tids[0]}" if len(tids) == 1 else f"threads {', '.join(tids)}"
    return [f"{who} ran while being read: what is shown of it may not belong together; see --pause"]
