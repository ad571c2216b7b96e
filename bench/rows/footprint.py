"""What a debugger adds to the program."""

from __future__ import annotations

import time

from bench import quantities as q
from bench.measure import Measurement, Recorder
from bench.subjects import Subject
from bench.worker import Worker


def footprint(subject: Subject, recorder: Recorder) -> None:
    """With a breakpoint that has been hit, and the stop looked at."""
    if subject.is_remora:
        with Worker(subject.python) as worker, subject.on(worker.pid) as session:
            session.configured()  # the compiled bundle is kept from here on
    with Worker(subject.python) as worker:
        worker.run("fib", 15)
        memory, threads, modules = _sizes(worker)
        with subject.on(worker.pid) as session:
            session.break_at(worker.path_inside, {"line": worker.line_of("stop")})
            session.configured()
            worker.begin("stop", 1)
            thread = session.stopped("breakpoint")
            session.variables(session.stack(thread)[0]["id"])
            session.proceed(thread)
            worker.took()
            now = _sizes(worker)
        _await_threads(worker, threads)
        left = sum(worker.loaded_modules())
    recorder.record(q.MEMORY, [(now[0] - memory) / 1024])
    recorder.record(q.THREADS_ADDED, [now[1] - threads])
    recorder.record(q.MODULES_ADDED, [now[2] - modules])
    recorder.record(q.MODULES_LEFT, [left - modules])


def _sizes(worker: Worker) -> tuple[int, int, int]:
    """KiB resident, threads, modules of others than remora."""
    modules, _ = worker.loaded_modules()
    return worker.status("VmRSS"), worker.status("Threads"), modules


def _await_threads(worker: Worker, count: int) -> None:
    """Give the debugger a second to leave: nothing tells when a thread of another process has ended."""
    deadline = time.monotonic() + 1
    while worker.status("Threads") > count and time.monotonic() < deadline:
        time.sleep(0.01)


MEASUREMENTS = [
    Measurement(
        "footprint",
        (q.MEMORY, q.THREADS_ADDED, q.MODULES_ADDED, q.MODULES_LEFT),
        footprint,
        lambda subject: subject.speaks_dap,
    )
]
