"""Many breakpoints, many threads, many frames, many values."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench import quantities as q
from bench.measure import Measurement, Recorder
from bench.sessions import Session
from bench.subjects import Subject
from bench.worker import Worker

FILES = 200
LINES = (2, 5, 8, 11, 14)
MODULE = "\n".join(f"def f{i}(n):\n    return n + {i}\n" for i in range(len(LINES)))
THREADS = 200
FOREVER = 1_000_000
FRAMES = 2000
ELEMENTS = 1_000_000
TASKS = 10_000
SHOWN = 100


def thousand(subject: Subject, recorder: Recorder) -> None:
    """Set them in modules that the program has imported, one file a request, as clients do."""
    with Worker(subject.python) as worker:
        files = [worker.directory / f"module_{i}.py" for i in range(FILES)]
        for file in files:
            file.write_text(MODULE)
        worker.run("imports", FILES)
        inside = [subject.python.path_inside(file) for file in files]
        with subject.on(worker.pid) as session:
            session.break_at(worker.path_inside, {"line": worker.line_of("stop")})
            session.configured()
            worker.begin("stop", 1)
            session.stopped("breakpoint")
            for _ in recorder.times(4 if subject.is_remora else 1):
                begun = time.monotonic()
                for path in inside:
                    session.break_at(path, *({"line": line} for line in LINES))
                recorder.record(q.THOUSAND, [(time.monotonic() - begun) * 1000])
                for path in inside:
                    session.break_at(path)


def threads(subject: Subject, recorder: Recorder) -> None:
    """The program takes the time before the line; both clocks are the machine's."""
    with Worker(subject.python) as worker:
        worker.run("threads", THREADS)
        with subject.on(worker.pid) as session:
            session.break_at(worker.path_inside, {"line": worker.line_of("stop")})
            session.configured()
            worker.begin("stop", FOREVER)
            for _ in recorder.times(12):
                thread = session.stopped("breakpoint")
                frame = session.stack(thread)[0]["id"]
                arrived = time.monotonic()
                begun = float(session.evaluate("begun", frame))
                recorder.record(q.THREADS, [(arrived - begun) * 1000])
                session.proceed(thread)


def deep(subject: Subject, recorder: Recorder) -> None:
    """Editors that do not page ask so."""
    for _ in recorder.times(4):
        with _stopped(subject, "deep", FRAMES) as (session, thread):
            begun = time.monotonic()
            frames = session.client.request("stackTrace", {"threadId": thread})["stackFrames"]
            recorder.record(q.DEEP, [(time.monotonic() - begun) * 1000])
            assert len(frames) > FRAMES


def large(subject: Subject, recorder: Recorder) -> None:
    """Looked up among the variables of its frame each time."""
    with _stopped(subject, "large", ELEMENTS) as (session, thread):
        for _ in recorder.times(4 if subject.is_remora else 1):
            begun = time.monotonic()
            frame = session.stack(thread)[0]["id"]
            items = next(each for each in session.variables(frame) if each["name"] == "items")
            page = {"variablesReference": items["variablesReference"], "start": 0, "count": SHOWN}
            found = session.client.request("variables", page)["variables"]
            recorder.record(q.LARGE, [(time.monotonic() - begun) * 1000])
            assert len(found) >= SHOWN


def tasks(subject: Subject, recorder: Recorder) -> None:
    with _stopped(subject, "tasks", TASKS) as (session, _):
        for _ in recorder.times(12):
            begun = time.monotonic()
            found = session.client.request("remora/tasks", {"start": 0, "count": SHOWN})
            recorder.record(q.TASKS, [(time.monotonic() - begun) * 1000])
            assert found["total"] > TASKS


@contextmanager
def _stopped(subject: Subject, job: str, count: int) -> Iterator[tuple[Session, int]]:
    """At the line of the job that bears its name."""
    with Worker(subject.python) as worker, subject.on(worker.pid) as session:
        session.break_at(worker.path_inside, {"line": worker.line_of(job)})
        session.configured()
        worker.begin(job, count)
        thread = session.stopped("breakpoint")
        session.break_at(worker.path_inside)
        yield session, thread


MEASUREMENTS = [
    Measurement("thousand", (q.THOUSAND,), thousand, lambda subject: subject.speaks_dap),
    Measurement("threads", (q.THREADS,), threads, lambda subject: subject.speaks_dap),
    Measurement("deep", (q.DEEP,), deep, lambda subject: subject.speaks_dap),
    Measurement("large", (q.LARGE,), large, lambda subject: subject.speaks_dap),
    Measurement("tasks", (q.TASKS,), tasks, lambda subject: subject.is_remora),
]
