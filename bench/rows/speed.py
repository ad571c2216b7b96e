"""How fast the program runs while it is debugged.

Times are those of the processor, and each is a ratio of ratios: the debugged
program to a bare one that runs alternately with it, against the same two
before the debugger came.  So neither what else the machine does nor the
accidents of memory layout count.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bench import quantities as q
from bench.measure import Measurement, Recorder
from bench.subjects import Subject
from bench.worker import Worker

#: Jobs of a few milliseconds; for what is slow, a fraction of them.
SIZES = {"fib": 19, "loop": 60_000}
SMALL = {"fib": 15, "loop": 6_000}
ROUNDS = 24
COUNT = 20_000


class Pair:
    """A program and its twin, which stays bare."""

    def __init__(self, worker: Worker, twin: Worker) -> None:
        self.worker = worker
        self._twin = twin
        self._own: dict[str, float] = {}

    def calibrate(self, job: str, size: int, rounds: range) -> None:
        """Learn how the two compare when neither is debugged."""
        self._own[job] = min(self._ratios(job, size, rounds))

    def ratios(self, job: str, size: int, rounds: range) -> list[float]:
        """The debugged program's time by the bare program's: by best times, then each round's."""
        return [ratio / self._own[job] for ratio in self._ratios(job, size, rounds)]

    def added(self, job: str, count: int, rounds: range) -> list[float]:
        """Microseconds that the debugger adds to each of `count` turns of a job."""
        own = self._own[job]
        both = self._rounds(job, count, rounds)
        return [(worker - twin * own) / count * 1e6 for worker, twin in both]

    def _ratios(self, job: str, size: int, rounds: range) -> list[float]:
        both = self._rounds(job, size, rounds)
        best = min(worker for worker, _ in both) / min(twin for _, twin in both)
        return [best]

    def _rounds(self, job: str, size: int, rounds: range) -> list[tuple[float, float]]:
        self.worker.run(job, size)
        return [(self.worker.run(job, size).cpu, self._twin.run(job, size).cpu) for _ in rounds]


@contextmanager
def pair(subject: Subject) -> Iterator[Pair]:
    with Worker(subject.python) as twin, Worker(subject.python) as worker:
        yield Pair(worker, twin)


def measure_ratio(
    subject: Subject, recorder: Recorder, marker: str | None, *jobs: tuple[str, q.Quantity]
) -> None:
    """The slow-down of jobs with a breakpoint at `marker`."""
    with pair(subject) as two:
        sizes = SIZES if subject.is_remora else SMALL
        rounds = recorder.times(ROUNDS if subject.is_remora else 6)
        for job, _ in jobs:
            two.worker.run(job, sizes[job])
            two.calibrate(job, sizes[job], rounds)
        with subject.watching(two.worker, None if marker is None else two.worker.line_of(marker)):
            for _ in range(3):
                for job, quantity in jobs:
                    recorder.record(quantity, two.ratios(job, sizes[job], rounds))


def idle(subject: Subject, recorder: Recorder) -> None:
    measure_ratio(subject, recorder, None, ("fib", q.IDLE_CALLS), ("loop", q.IDLE_LOOP))


def cold(subject: Subject, recorder: Recorder) -> None:
    measure_ratio(subject, recorder, "cold", ("fib", q.COLD_CALLS), ("loop", q.COLD_LOOP))


def never(subject: Subject, recorder: Recorder) -> None:
    measure_ratio(subject, recorder, "never_in_calls", ("fib", q.NEVER_CALLS))
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
    Measurement("idle", (q.IDLE_CALLS, q.IDLE_LOOP), idle),
    Measurement("cold", (q.COLD_CALLS, q.COLD_LOOP), cold),
    Measurement("never", (q.NEVER_CALLS, q.NEVER_LOOP), never),
    Measurement("condition", (q.CONDITION,), condition),
    Measurement("unhandled", (q.UNHANDLED,), unhandled, lambda subject: subject.speaks_dap),
]
