"""A picture of a process, or of what is left of one in a core file; no instruction is run in it.

Decides what a process must be to be looked at, who reads it, and how what was
read and what the kernel tells become one `Picture`.  Must not know how any of
it is shown.  One thread at a time.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from . import native as native_frames
from . import processes, py_spy
from .kernel import Moment, moments, read, status_of
from .memory import enrich
from .picture import Frame, Picture, Thread, Variable
from .reader import Reader, ReaderFailed, Record
from .waits import is_gil_wait, statics_of, wait_of

#: PF_KTHREAD of linux/sched.h, in the flags of /proc/PID/stat.
_KERNEL_THREAD = 0x00200000
#: What is shown of one frame's variables, and of one of them.
_VARIABLES, _TEXT = 200, 500


class CannotLook(Exception):
    """There is no picture: one sentence that says why, and what to do."""


@dataclass(frozen=True)
class Wish:
    """What is to be in the picture, and how it may be taken."""

    locals: bool = False
    native: bool = False
    pause: bool = False
    #: Seconds.
    time_limit: float = 10.0


def look(
    target: int | Path,
    *,
    locals: bool = False,
    native: bool = False,
    pause: bool = False,
    time_limit: float = 10.0,
    reader: Reader | None = None,
) -> Picture:
    """The picture of a process, by its pid, or of a core file.  Raises `CannotLook`.

    The process is stopped meanwhile for `pause` and `native`, and else is not.  With `time_limit`
    seconds whatever reads it is ended.  Who looks again and again keeps a `reader`.
    """
    wish = Wish(locals, native, pause, time_limit)
    with ExitStack() as stack:
        reader = reader or stack.enter_context(Reader())
        if isinstance(target, Path):
            raise CannotLook("core files cannot be looked at yet")
        return enrich(_process(target, wish, reader), target)


def _process(pid: int, wish: Wish, reader: Reader) -> Picture:
    reader.start()  # it imports its library while we look at the process
    process = _subject(pid)
    record, notes = _read(pid, wish, reader)
    kernel = {each["tid"]: Moment(**each) for each in record["kernel"]}
    threads = tuple(_threads(pid, record, kernel, wish))
    if not threads:
        raise CannotLook(f"process {pid} has ended")
    if record.get("paused") is None:
        notes += _went_on([each for each in threads if each.tid not in record["settled"]])
    return Picture(
        pid=pid,
        core="",
        version=_version(record["threads"]) or process.version,
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
        os.close(os.open(f"/proc/{process.pid}/mem", os.O_RDONLY))
    except PermissionError:
        raise CannotLook(
            f"the kernel lets you see no memory of process {process.pid}, which is of user {process.user}: "
            f"be root, or in a container have CAP_SYS_PTRACE; 'remora doctor {process.pid}' says more"
        ) from None
    except (FileNotFoundError, ProcessLookupError):
        raise CannotLook(f"process {process.pid} has ended") from None


def _read(pid: int, wish: Wish, reader: Reader) -> tuple[Record, list[str]]:
    """The answer of the reader, or of the one that stands in for it; notes on that."""
    question = {"pid": pid, "locals": wish.locals, "native": wish.native, "pause": wish.pause}
    try:
        return reader.ask(question, wish.time_limit), []
    except ReaderFailed as failure:
        if not status_of(f"/proc/{pid}"):
            raise CannotLook(f"process {pid} has ended") from None
        reason = str(failure)
        if failure.is_refusal:
            raise CannotLook(reason) from None
    if wish.pause or wish.native or not py_spy.is_here():
        raise CannotLook(
            f"the stacks of process {pid} could not be read: {reason}; try again"
            + ("" if py_spy.is_here() else ", or install py-spy, which is asked then")
        )
    before = moments(pid)
    try:
        record = py_spy.read(pid, locals=wish.locals, time_limit=wish.time_limit)
    except py_spy.Failed as failure:
        raise CannotLook(
            f"the stacks of process {pid} could not be read: {reason}; py-spy: {failure}"
        ) from None
    after = moments(pid)
    still = [tid for tid, each in after.items() if each.has_rested(before.get(tid))]
    record |= {"kernel": [vars(each) for each in after.values()], "settled": still}
    return record, [f"read by py-spy, because pystack could not: {reason}"]


def _threads(pid: int, record: Record, kernel: dict[int, Moment], wish: Wish) -> list[Thread]:
    """Those of the kernel, in its order, the first of which is the main thread."""
    inner = {each.inner_tid: tid for tid, each in kernel.items()}
    stacks: dict[int, list[Record]] = {}
    for each in record["threads"]:
        stacks.setdefault(inner.get(each["tid"], each["tid"]), []).append(each)
    statics = statics_of(read(f"/proc/{pid}/maps"))
    return [
        _thread(pid, moment, _innermost_first(stacks.get(tid, ())), statics, wish)
        for tid, moment in kernel.items()
    ]


def _innermost_first(parts: Sequence[Record]) -> list[Record]:
    """The stacks of one thread in several interpreters: it went from the main one into the others."""
    return sorted(parts, key=lambda part: part.get("interpreter") or 0, reverse=True)


def _thread(pid: int, moment: Moment, parts: list[Record], statics: list[range], wish: Wish) -> Thread:
    wait = wait_of(pid, moment)
    if parts and any(is_gil_wait(wait, moment, each) for each in statics):
        assert wait and wait.lock
        wait = replace(wait, kind="gil", text="waits for the GIL", lock=replace(wait.lock, kind="GIL"))
    return Thread(
        tid=moment.tid,
        name=next((part["name"] for part in parts if part["name"]), moment.comm),
        frames=tuple(frame for part in parts for frame in _frames(part, wish)),
        is_main=moment.tid == pid,
        holds_gil=any(part["holds_gil"] for part in parts),
        collects_garbage=any(part["collects"] for part in parts),
        state=moment.state,
        wait=wait,
    )


def _frames(part: Record, wish: Wish) -> list[Frame]:
    python = [_frame(each, wish) for each in part["frames"] if not each["is_shim"]]
    if not part["native"]:
        return python
    return native_frames.merged(part["native"], part["frames"], python)


def _frame(record: Record, wish: Wish) -> Frame:
    variables: tuple[Variable, ...] | None = None
    if wish.locals:
        pairs = [
            *((name, value, True) for name, value in record["arguments"].items()),
            *((name, value, False) for name, value in record["locals"].items()),
        ]
        variables = tuple(
            Variable(name, _cut(value), argument) for name, value, argument in pairs[:_VARIABLES]
        )
    return Frame(record["function"], record["file"], max(record["line"], 0), variables=variables)


def _cut(text: str) -> str:
    return text if len(text) <= _TEXT else text[:_TEXT] + "…"


def _version(threads: Sequence[Record]) -> str:
    versions: list[Any] = [each["version"] for each in threads if each.get("version")]
    return ".".join(map(str, versions[0])) if versions else ""


def _went_on(threads: Sequence[Thread]) -> list[str]:
    """A note on threads that have run meanwhile.  Who waits for the GIL looks for it again and again."""
    tids = [str(each.tid) for each in threads if each.wait is None or each.wait.kind != "gil"]
    if not tids:
        return []
    who = f"thread {tids[0]}" if len(tids) == 1 else f"threads {', '.join(tids)}"
    return [f"{who} ran while being read: what is shown of it may not belong together; see --pause"]
