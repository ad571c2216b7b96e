"""Many breakpoints, many threads."""

from __future__ import annotations

import time

from bench import quantities as q
from bench.measure import Measurement, Recorder
from bench.subjects import Subject
from bench.worker import Worker

FILES = 200
LINES = (2, 5, 8, 11, 14)
MODULE = "\n".join(f"def f{i}(n):\n    return n + {i}\n" for i in range(len(LINES)))
THREADS = 200
FOREVER = 1_000_000


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


MEASUREMENTS = [
    Measurement("thousand", (q.THOUSAND,), thousand, lambda subject: subject.speaks_dap),
    Measurement("threads", (q.THREADS,), threads, lambda subject: subject.speaks_dap),
]
