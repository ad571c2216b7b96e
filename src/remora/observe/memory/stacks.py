"""The stacks alone, for where the library fails: it crashes on frames that are freed while it reads them.

Decides what becomes of a thread whose frames change meanwhile: it is read again,
and in the end shown without frames.  One thread.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ..kernel import Moment, moments
from .frames import FrameReader, PythonThread
from .layouts import layout_of
from .objects import Objects
from .spaces import LiveProcess, interpreter_of

Record = dict[str, Any]

_ATTEMPTS = 5


def read(pid: int) -> Record:
    """Threads in the form of the process that reads, without variables.  Raises `OSError`."""
    space = LiveProcess(pid)
    try:
        interpreter = interpreter_of(space)
        layout = layout_of(space, interpreter) if interpreter else None
        if interpreter is None or layout is None:
            raise OSError("the layout of its Python is not known")
        reader = FrameReader(Objects(space, layout), interpreter.runtime, interpreter.hexversion >> 16)
        before = moments(pid)
        threads = reader.threads(before)
        holders = set(reader.gils().values())
        stacks = [
            _record(before[tid], _frames(reader, each), each.address in holders)
            for tid, each in threads.items()
        ]
        after = moments(pid)
    finally:
        space.close()
    settled = [tid for tid, each in after.items() if each.has_rested(before.get(tid))]
    return {
        "reader": "remora",
        "threads": stacks,
        "kernel": [asdict(each) for each in after.values()],
        "settled": settled,
    }


def _frames(reader: FrameReader, thread: PythonThread) -> list[Record]:
    """Innermost first; none of a thread that never stood still for long enough."""
    for _ in range(_ATTEMPTS):
        try:
            return [_frame(frame.code.name, frame.code.file, frame.line) for frame in reader.frames(thread)]
        except (OSError, ValueError, IndexError):
            continue  # torn: the next attempt may meet it in one piece
    return []


def _frame(function: str, file: str, line: int) -> Record:
    return {
        "function": function,
        "file": file,
        "line": line,
        "is_entry": True,
        "is_shim": False,
        "arguments": {},
        "locals": None,
    }


def _record(moment: Moment, frames: list[Record], holds_gil: bool) -> Record:
    return {
        "tid": moment.inner_tid,
        "name": "",
        "holds_gil": holds_gil,
        "collects": False,
        "version": None,
        "interpreter": None,
        "frames": frames,
        "native": [],
    }
