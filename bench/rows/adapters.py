"""What an editor waits for when it launches a program, its adapter included."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time

from bench import quantities as q
from bench.measure import Measurement, Recorder
from bench.sessions import Session, debugpy_environment
from bench.subjects import Subject
from bench.worker import Worker


def launch(subject: Subject, recorder: Recorder) -> None:
    """From the start of the adapter to the stack at the first breakpoint."""
    with Worker(subject.python) as worker:
        _launch(subject, worker)
        recorder.record(q.LAUNCH, [_launch(subject, worker) for _ in recorder.times(8)])


def _launch(subject: Subject, worker: Worker) -> float:
    """Milliseconds."""
    if subject.is_remora:
        command, env = [sys.executable, "-m", "remora", "dap"], dict(os.environ)
    else:
        command = subject.python.command("-m", "debugpy.adapter")
        env = debugpy_environment(subject.python)
    begun = time.monotonic()
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            command, stdin=theirs.fileno(), stdout=theirs.fileno(), stderr=subprocess.DEVNULL, env=env
        )
    session = Session(ours)
    try:
        session.open("launch", program=worker.path_inside, python=subject.python.argv0)
        # Not `break_at`: the file has not been loaded, and the breakpoint may wait for that.
        breakpoints = [{"line": worker.line_of("first")}]
        wanted = {"source": {"path": worker.path_inside}, "breakpoints": breakpoints}
        session.client.request("setBreakpoints", wanted)
        session.configured()
        session.stack(session.stopped("breakpoint"))
        return (time.monotonic() - begun) * 1000
    finally:
        session.client.request("disconnect", {"terminateDebuggee": True})
        ours.close()
        process.wait(20)


def _can_be_launched(subject: Subject) -> bool:
    """Adapters start interpreters of their own root."""
    return subject.speaks_dap and str(subject.python.root) == "/"


MEASUREMENTS = [Measurement("launch", (q.LAUNCH,), launch, _can_be_launched)]
