"""Frames of C and of Python as one stack.

Decides which call of the interpreter's loop belongs to which frames of Python.  Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from .picture import Frame
from .reader import Record

#: Kinds of native frames, as the reader tells them: the interpreter's loop, and its inner parts.
_LOOP, _INNER = "EVAL", "IGNORE"
#: The file that the interpreter is in.
_INTERPRETER = re.compile(r"/(?:lib)?python[23][^/]*$")


def merged(native: Sequence[Record], records: Sequence[Record], python: Sequence[Frame]) -> list[Frame]:
    """All frames, innermost first; `python` are those of `records` that a program knows of.

    Each call of the loop runs the frames from one that entered it up to the next such (since
    Python 3.11 a call of Python from Python enters no loop of its own).  Where the numbers
    differ, as in an interpreter without symbols, only the frames of C inside of the innermost of
    Python are shown: those up to the interpreter's own.
    """
    runs = _runs(records, python)
    loops = sum(each["kind"] == _LOOP for each in native)
    if loops != len(runs):
        return [*_shown(list(takewhile(_is_outside, native)) if runs else native), *python]
    frames: list[Frame] = []
    for each in native:
        frames += runs.pop(0) if each["kind"] == _LOOP else _shown([each])
    return frames


def _runs(records: Sequence[Record], python: Sequence[Frame]) -> list[list[Frame]]:
    """The frames of each call of the loop, the innermost call first."""
    runs: list[list[Frame]] = []
    remaining = iter(python)
    begins = True
    for record in records:
        if begins:
            runs.append([])
        if not record["is_shim"]:
            runs[-1].append(next(remaining))
        begins = record["is_entry"]
    return runs


def _is_outside(record: Record) -> bool:
    """Whether a frame of C is none of the interpreter's."""
    return record["kind"] != _LOOP and not _INTERPRETER.search(record["library"])


def _shown(native: Sequence[Record]) -> list[Frame]:
    return [
        Frame(_symbol(each["function"]), *_place(each), language="native")
        for each in native
        if each["kind"] != _INNER
    ]


def _symbol(name: str) -> str:
    """Without the version of the library that the linker knows."""
    name = name.partition("@")[0]
    return "??" if name in ("", "???") else name


def _place(record: Record) -> tuple[str, int]:
    """File and line of the source if there is debugging information, else the library."""
    if record["line"] > 0 and record["file"] != "???":
        return record["file"], record["line"]
    return record["library"], 0
