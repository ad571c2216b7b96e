"""What remora does not read itself: calls of C, and Pythons whose layout it does not know.

Decides who is asked for that: the process that reads by pystack, and where that
fails py-spy.  One thread at a time.
"""

from __future__ import annotations

import os
from dataclasses import replace

from . import processes, py_spy, records
from .kernel import Moment, moments
from .looking import CannotLook, Wish
from .processes import PythonProcess
from .reader import Reader, ReaderFailed, Record
from .readings import Reading


def read(process: PythonProcess, wish: Wish, reader: Reader) -> Reading:
    """Raises `CannotLook`, and `ProcessLookupError` if the process has ended."""
    question = {
        "pid": _live_thread(process.pid),
        "locals": wish.locals,
        "native": wish.native,
        "pause": wish.pause,
    }
    try:
        return _reading(process.pid, reader.ask(question, wish.time_limit))
    except ReaderFailed as failure:
        if not moments(process.pid):
            raise ProcessLookupError(process.pid) from None
        if failure.is_refusal:
            raise CannotLook(str(failure)) from None
        reason = str(failure)
    if wish.pause or wish.native or not py_spy.is_here():
        raise CannotLook(_no_stacks(process, reason, wish))
    try:
        reading = _reading(process.pid, _asked_of_py_spy(process.pid, wish))
    except py_spy.Failed as failure:
        raise CannotLook(_no_stacks(process, f"{reason}; py-spy: {failure}", wish)) from None
    return replace(reading, notes=(f"read by py-spy, because pystack could not: {reason}",))


def _live_thread(pid: int) -> int:
    """A number by which its memory is found: the first thread may have ended before the others."""
    return int(os.path.basename(processes.live_directory(pid)))


def _asked_of_py_spy(pid: int, wish: Wish) -> Record:
    before = moments(pid)
    record = py_spy.read(pid, locals=wish.locals, time_limit=wish.time_limit)
    after = moments(pid)
    settled = [tid for tid, each in after.items() if each.has_rested(before.get(tid))]
    return {**record, "kernel": [vars(each) for each in after.values()], "settled": settled}


def _reading(pid: int, record: Record) -> Reading:
    """By our numbers: the reader may have been in the process's own pid namespace."""
    ours = {each.inner_tid: each.tid for each in moments(pid).values()}
    numbers = {each["tid"]: ours.get(each["inner_tid"], each["tid"]) for each in record["kernel"]}
    kernel = [Moment(**{**each, "tid": numbers[each["tid"]]}) for each in record["kernel"]]
    parts = records.by_thread(record["threads"], {each.inner_tid: each.tid for each in kernel})
    return Reading(
        reader=record["reader"],
        stacks={tid: records.stack(each) for tid, each in parts.items()},
        moments={each.tid: each for each in kernel},
        settled=frozenset(numbers[tid] for tid in record["settled"]),
        version=records.version(record["threads"]),
        paused=record.get("paused"),
    )


def _no_stacks(process: PythonProcess, reason: str, wish: Wish) -> str:
    options = [f"--{name}" for name in ("pause", "native") if getattr(wish, name)]
    what_to_do = f"try again without {' and '.join(options)}" if options else "try again with --pause"
    return f"the stacks of process {process.pid} could not be read: {reason}; {what_to_do}"
