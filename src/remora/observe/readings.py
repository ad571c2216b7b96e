"""What a reader has read of a process: the stacks of its threads, and what the kernel told of them then.

The same whoever has read it.  Data only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .kernel import Moment
from .picture import Frame


@dataclass(frozen=True)
class Stack:
    """Of one thread, innermost frame first."""

    frames: tuple[Frame, ...] = ()
    #: The program's own name for the thread; "" where the reader does not know it.
    name: str = ""
    holds_gil: bool = False
    collects_garbage: bool = False


@dataclass(frozen=True)
class Reading:
    """Of a process that lives.  Threads are known by their numbers on this host."""

    reader: str
    stacks: Mapping[int, Stack]
    #: Of all threads that lived, also those that run no Python.
    moments: Mapping[int, Moment]
    #: Threads that stood still while they were read.
    settled: frozenset[int]
    #: As in "3.12"; "" if the reader does not tell.
    version: str = ""
    #: Seconds; None of a process that was not stopped for it.
    paused: float | None = None
    #: Sentences.
    notes: tuple[str, ...] = field(default=())
