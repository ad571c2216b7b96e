"""What it takes to stop, to look, and to go on."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator

from bench import quantities as q
from bench.measure import Measurement, Recorder
from bench.pdb_session import pdb_on
from bench.subjects import Subject
from bench.worker import Worker
from tests.support.dap import NothingCame

SECONDS = 600
#: Seconds to wait for a stop that some debuggers never report.
PATIENCE = 1.0
FOREVER = 1_000_000
LOGGED = 2000
#: As in the program: long enough for a round trip not to count.
CALL = 26
#: Evaluated where the call has returned.
SINCE = "time.process_time() - begun"


def pause_asleep(subject: Subject, recorder: Recorder) -> None:
    with Worker(subject.python) as worker, subject.on(worker.pid) as session:
        session.configured()
        thread = session.main_thread()
        worker.begin("asleep", SECONDS)
        session.client.timeout = PATIENCE
        for _ in recorder.times(20):
            begun = time.monotonic()
            session.client.request("pause", {"threadId": thread})
            try:
                session.stopped("pause")
            except NothingCame:
                recorder.record_none(q.PAUSE_ASLEEP, f"none in {PATIENCE:g} s")
                return
            recorder.record(q.PAUSE_ASLEEP, [(time.monotonic() - begun) * 1000])
            session.proceed(thread)


def next_line(subject: Subject, recorder: Recorder) -> None:
    if not subject.speaks_dap:
        _next_in_pdb(subject, recorder)
        return
    with Worker(subject.python) as worker, subject.on(worker.pid) as session:
        session.break_at(worker.path_inside, {"line": worker.line_of("steps")})
        session.configured()
        worker.begin("steps", FOREVER)
        thread = session.stopped("breakpoint")
        session.break_at(worker.path_inside)
        for _ in recorder.times(200 if subject.is_remora else 20):
            begun = time.monotonic()
            session.next(thread)
            frame = session.stack(thread)[0]
            session.variables(frame["id"])
            recorder.record(q.NEXT, [(time.monotonic() - begun) * 1000])


def _next_in_pdb(subject: Subject, recorder: Recorder) -> None:
    with Worker(subject.python) as worker, pdb_on(subject.python, worker.pid) as pdb:
        pdb.break_at(worker.path_inside, worker.line_of("steps"))
        pdb.proceed()
        worker.begin("steps", FOREVER)
        pdb.at_prompt()
        for _ in recorder.times(20):
            begun = time.monotonic()
            pdb.run("next")
            pdb.run("where")
            pdb.run("p locals()")
            recorder.record(q.NEXT, [(time.monotonic() - begun) * 1000])


def next_over(subject: Subject, recorder: Recorder) -> None:
    """The program's own processor time for the call, against that of a bare one that takes turns with it."""
    with Worker(subject.python) as twin, Worker(subject.python) as worker:
        for each in (twin, worker):
            os.sched_setaffinity(each.pid, {min(os.sched_getaffinity(0))})
        own = statistics.median(worker.run("fib", CALL).cpu / twin.run("fib", CALL).cpu for _ in range(7))
        step_over = _next_over if subject.speaks_dap else _next_over_in_pdb
        for taken in step_over(subject, worker, recorder.times(12 if subject.is_remora else 5)):
            recorder.record(q.NEXT_OVER, [taken / twin.run("fib", CALL).cpu / own])


def _next_over(subject: Subject, worker: Worker, rounds: range) -> Iterator[float]:
    with subject.on(worker.pid) as session:
        session.break_at(worker.path_inside, {"line": worker.line_of("over")})
        session.configured()
        worker.begin("over", FOREVER)
        for _ in rounds:
            thread = session.stopped("breakpoint")
            session.next(thread)
            session.next(thread)
            frame = session.stack(thread)[0]
            assert frame["line"] == worker.line_of("over") + 2, frame
            yield float(session.evaluate(SINCE, frame["id"]))
            session.proceed(thread)


def _next_over_in_pdb(subject: Subject, worker: Worker, rounds: range) -> Iterator[float]:
    with pdb_on(subject.python, worker.pid) as pdb:
        pdb.break_at(worker.path_inside, worker.line_of("over"))
        pdb.proceed()
        worker.begin("over", FOREVER)
        for _ in rounds:
            pdb.at_prompt()
            pdb.run("next")
            pdb.run("next")
            yield float(pdb.run(f"p 'since', {SINCE}").rpartition(",")[2].strip(" )\r\n"))
            pdb.proceed()


def logpoint(subject: Subject, recorder: Recorder) -> None:
    """The bytes are not decoded, lest the client be what is measured."""
    count = LOGGED * 5 if subject.is_remora else LOGGED
    with Worker(subject.python) as worker, subject.on(worker.pid) as session:
        breakpoint = {"line": worker.line_of("one"), "logMessage": "n is {n};"}
        session.break_at(worker.path_inside, breakpoint)
        session.configured()
        for _ in recorder.times(4):
            session.socket.settimeout(30)
            begun = time.monotonic()
            worker.send(f"many {count}\n")
            _receive_until(session.socket.recv, f"n is {count - 1};".encode())
            taken = time.monotonic() - begun
            worker.took()
            recorder.record(q.LOGPOINT, [taken / count * 1e6])


def _receive_until(recv: object, last: bytes) -> None:
    assert callable(recv)
    tail = b""
    while last not in tail:
        received = recv(1 << 18)
        if not received:
            raise NothingCame("the connection ended")
        tail = tail[-len(last) :] + received


MEASUREMENTS = [
    Measurement("pause-asleep", (q.PAUSE_ASLEEP,), pause_asleep, lambda subject: subject.speaks_dap),
    Measurement("next", (q.NEXT,), next_line),
    Measurement("next-over", (q.NEXT_OVER,), next_over),
    Measurement("logpoint", (q.LOGPOINT,), logpoint, lambda subject: subject.speaks_dap),
]
