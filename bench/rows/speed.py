"""How fast the program runs while it is debugged.

Times are those of the processor.  The debugged program and a bare one take
turns on one processor; what counts is the median of the ratios of turns that
follow each other, against the same median before the debugger came.  The same
is done with no debugger at all, which is the control: what it differs from 1 by
is what this machine, at this hour, cannot tell apart.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterator
from contextlib import contextmanager

from bench import quantities as q
from bench.measure import Measurement, Recorder
from bench.subjects import Subject
from bench.worker import Worker

#: Jobs of a few milliseconds; for what is slow, a fraction of them.
SIZES = {"fib": 18, "ternary": 18, "loop": 40_000}
SMALL = {"fib": 13, "ternary": 13, "loop": 4_000}
ROUNDS = 48
FEW_ROUNDS = 12
COUNT = 20_000


class Pair:
    """A program and its twin, which stays bare."""

    def __init__(self, worker: Worker, twin: Worker) -> None:
        self.worker = worker
        self._twin = twin
        self._own: dict[str, float] = {}
        one_processor = {min(os.sched_getaffinity(0))}
        for each in (worker, twin):
            os.sched_setaffinity(each.pid, one_processor)

    def calibrate(self, job: str, size: int, rounds: range) -> None:
        """Learn how the two compare when neither is debugged."""
        self._rounds(job, size, rounds)  # until the interpreter has specialised both
        self._own[job] = self._compare(job, size, rounds)

    def ratio(self, job: str, size: int, rounds: range) -> float:
        """The worker's time by the bare program's."""
        return self._compare(job, size, rounds) / self._own[job]

    def added(self, job: str, count: int, rounds: range) -> list[float]:
        """Microseconds that the debugger adds to each of `count` turns of a job."""
        own = self._own[job]
        return [(worker - twin * own) / count * 1e6 for worker, twin in self._rounds(job, count, rounds)]

    def _compare(self, job: str, size: int, rounds: range) -> float:
        return statistics.median(worker / twin for worker, twin in self._rounds(job, size, rounds))

    def _rounds(self, job: str, size: int, rounds: range) -> list[tuple[float, float]]:
        return [(self.worker.run(job, size).cpu, self._twin.run(job, size).cpu) for _ in rounds]


@contextmanager
def pair(subject: Subject) -> Iterator[Pair]:
    with Worker(subject.python) as twin, Worker(subject.python) as worker:
        yield Pair(worker, twin)


def measure_ratio(
    subject: Subject, recorder: Recorder, marker: str | None, *jobs: tuple[str, q.Quantity]
) -> None:
    """The slow-down of jobs with a breakpoint at `marker`, and the control just before it."""
    is_fast = subject.is_remora and (subject.python.at_least("3.12") or marker is None)
    sizes = SIZES if is_fast else SMALL
    rounds = recorder.times(ROUNDS if is_fast else FEW_ROUNDS)
    with pair(subject) as two:
        for job, _ in jobs:
            two.calibrate(job, sizes[job], rounds)
            recorder.record(q.CONTROL, [two.ratio(job, sizes[job], rounds)])
        with subject.watching(two.worker, None if marker is None else two.worker.line_of(marker)):
            for _ in range(3):
                for job, quantity in jobs:
                    recorder.record(quantity, [two.ratio(job, sizes[job], rounds)])


def idle(subject: Subject, recorder: Recorder) -> None:
    measure_ratio(subject, recorder, None, ("fib", q.IDLE_CALLS), ("loop", q.IDLE_LOOP))


def cold(subject: Subject, recorder: Recorder) -> None:
    measure_ratio(subject, recorder, "cold", ("fib", q.COLD_CALLS), ("loop", q.COLD_LOOP))


def never(subject: Subject, recorder: Recorder) -> None:
    measure_ratio(subject, recorder, "never_in_calls", ("fib", q.NEVER_CALLS))
    measure_ratio(subject, recorder, "never_in_ternary", ("ternary", q.NEVER_LINE))
    measure_ratio(subject, recorder, "never_in_loop", ("loop", q.NEVER_LOOP))


def condition(subject: Subject, recorder: Recorder) -> None:
    count = COUNT if subject.is_remora else COUNT // 4
    with pair(subject) as two:
        two.calibrate("many", count, recorder.times(8))
        with subject.watching(two.worker, two.worker.line_of("one"), "n == -1"):
            recorder.record(q.CONDITION, two.added("many", count, recorder.times(8)))


def unhandled(subject: Subject, recorder: Recorder) -> None:
    count = COUNT // 4
    with pair(subject) as two:
        two.calibrate("raising", count, recorder.times(8))
        with subject.on(two.worker.pid) as session:
            session.break_on("userUnhandled")
            session.configured()
            recorder.record(q.UNHANDLED, two.added("raising", count, recorder.times(8)))


MEASUREMENTS = [
    Measurement("idle", (q.CONTROL, q.IDLE_CALLS, q.IDLE_LOOP), idle),
    Measurement("cold", (q.COLD_CALLS, q.COLD_LOOP), cold),
    Measurement("never", (q.NEVER_CALLS, q.NEVER_LINE, q.NEVER_LOOP), never),
    Measurement("condition", (q.CONDITION,), condition),
    Measurement("unhandled", (q.UNHANDLED,), unhandled, lambda subject: subject.speaks_dap),
]
