"""The inside of a process, or of a core file: its threads' stacks, locks and tasks, read by address.

Decides how often a program is read that goes on meanwhile, and which of what was
read is told.  One thread.
"""

from __future__ import annotations

import struct
import time
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from ..kernel import Moment
from ..picture import Picture
from ..readings import Reading, Stack
from . import tasks
from .core import CoreFile
from .findings import Findings
from .frames import FrameReader
from .layouts import layout_of
from .objects import Objects
from .showing import Showing, TooLong
from .snapshot import Snapshot
from .spaces import AddressSpace, LiveProcess, interpreter_of

#: How often a program is read whose threads run meanwhile: who waits for the GIL does, for moments.
_ATTEMPTS = 4
#: Seconds, after which it is read again for the sake of deadlocks only.
_PATIENCE = 0.3
#: What comes of bytes that are no longer, or never were, what they are taken for.
_NONSENSE = (OSError, ArithmeticError, LookupError, ValueError, struct.error)
_EVENT_LOOP = "/asyncio/base_events.py"
_GREENLET_HUBS = ("/gevent/hub.py", "/eventlet/hubs/hub.py")


class CannotRead(Exception):
    """There is nothing that could be read: why, as part of a sentence."""


def enrich(picture: Picture, source: int | Path, executable: Path | None = None) -> Picture:
    """What the memory of a process, or of a core file, tells beyond the stacks of its threads.

    Never fails: what could not be read is in the notes.
    """
    try:
        with Interior(source, executable) as interior:
            return interior.look().applied(picture)
    except CannotRead as error:
        return _with_note(picture, f"Its locks are not known: {error}.")
    except TooLong:
        return _with_note(picture, "Its locks are not known: to read them takes too long.")


class Interior:
    """What is inside, of a Python whose layout is known.  Raises `CannotRead`."""

    def __init__(self, source: int | Path, executable: Path | None = None) -> None:
        """`executable` is the program of a core file, if it is not where it was."""
        try:
            self._space = _open(source, executable)
        except OSError as error:
            raise CannotRead(f"its memory cannot be read: {error}") from error
        try:
            self._frames = _frame_reader(self._space)
        except _NONSENSE as error:
            self._space.close()
            raise CannotRead(str(error)) from error
        except CannotRead:
            self._space.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._space.close()

    def look(self, *, locals: bool = False, time_limit: float = 10.0) -> Insight:
        """What is there now.  Raises `CannotRead`, and `TooLong` after `time_limit` seconds."""
        try:
            return self._look(locals, time.monotonic() + time_limit)
        except _NONSENSE as error:
            raise CannotRead(f"what was read makes no sense: {error}") from error

    def _look(self, locals: bool, limit: float) -> Insight:
        insight = Insight(self._frames)
        until = time.monotonic() + _PATIENCE
        for attempt in range(_ATTEMPTS):
            try:
                showing = Showing(self._frames.objects, locals=locals, until=limit)
                snapshot = Snapshot(self._space, self._frames, showing)
                insight.add(snapshot)
            except _NONSENSE:
                if attempt < _ATTEMPTS - 1:
                    continue  # torn: the next attempt may meet it in one piece
                raise
            if not snapshot.moved or insight.findings.deadlocks:
                break
            if not (insight.findings.links or snapshot.is_wedged) and (
                insight.is_settled or time.monotonic() > until
            ):
                break
        return insight


class Insight:
    """What was read, in one go or in several."""

    def __init__(self, frames: FrameReader) -> None:
        self._frames = frames
        self._stacks: dict[int, Stack] = {}
        self._moments: dict[int, Moment] = {}
        self._settled: set[int] = set()

    def add(self, snapshot: Snapshot) -> None:
        """Each thread is told of as of the first time at which it stood still, else of the last."""
        self._snapshot = snapshot
        self.findings = Findings(snapshot, self._frames)
        alive = snapshot.moments.keys()
        for tid in alive - self._settled:
            self._stacks[tid] = snapshot.stack(tid)
            self._moments[tid] = snapshot.moments[tid]
        self._settled = (self._settled & alive) | (alive - snapshot.moved)

    @property
    def is_settled(self) -> bool:
        """Whether all threads have stood still."""
        return self._settled >= self._snapshot.moments.keys()

    @property
    def reading(self) -> Reading:
        """The stacks of the threads that still lived at last."""
        alive = self._snapshot.moments.keys()
        return Reading(
            reader="remora",
            stacks={tid: self._stacks[tid] for tid in alive},
            moments={tid: self._moments[tid] for tid in alive},
            settled=frozenset(self._settled),
        )

    def applied(self, picture: Picture) -> Picture:
        """The picture with locks, deadlocks, names and tasks."""
        return self._with_tasks(self.findings.applied(picture))

    def _with_tasks(self, picture: Picture) -> Picture:
        if self._runs(*_GREENLET_HUBS):
            picture = _with_note(picture, "greenlets that wait are not shown: they have no thread")
        if not self._frames.has_task_lists:
            note = "asyncio tasks are shown from Python 3.14 on; 'remora exec PID -r tasks' asks the program"
            return _with_note(picture, note) if self._runs(_EVENT_LOOP) else picture
        try:
            offsets = tasks.find_offsets(self._frames.objects.space)
            if offsets is None:
                return replace(picture, tasks=())
            reader = tasks.TaskReader(self._snapshot, self._frames, offsets)
            found = reader.tasks()
        except _NONSENSE as error:
            return _with_note(picture, f"asyncio tasks are not shown: {error}")
        return replace(picture, tasks=found, notes=(*picture.notes, *dict.fromkeys(reader.notes)))

    def _runs(self, *files: str) -> bool:
        """Whether a thread is in one of them."""
        stacks = self._snapshot.stacks.values()
        return any(frame.code.file.endswith(files) for frames in stacks for frame in frames)


def _open(source: int | Path, executable: Path | None) -> AddressSpace:
    return LiveProcess(source) if isinstance(source, int) else CoreFile(source, executable)


def _frame_reader(space: AddressSpace) -> FrameReader:
    interpreter = interpreter_of(space)
    layout = layout_of(space, interpreter) if interpreter else None
    if interpreter is None or layout is None:
        raise CannotRead("the layout of its Python is not known")
    return FrameReader(Objects(space, layout), interpreter.runtime, interpreter.hexversion >> 16)


def _with_note(picture: Picture, note: str) -> Picture:
    return replace(picture, notes=(*picture.notes, note))
