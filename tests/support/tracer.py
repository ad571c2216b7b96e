"""Another tracer of a program: it holds the program as long as this is open, stopped or not."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.patience import PATIENCE

#: Seizes the process argv[1], stops it if argv[2] says so, and lets it go when standard input ends.
_TRACER = """
import sys
from remora.inject.ptrace.tracee import Tracee
with Tracee(int(sys.argv[1])) as tracee:
    if sys.argv[2] == "stopped":
        assert tracee.interrupt(5.0) is not None
    print("traces", flush=True)
    sys.stdin.read()
"""


@contextmanager
def traced(pid: int, how: str = "running") -> Iterator[int]:
    """`how`: "running" or "stopped".  Gives the pid of the tracer."""
    command = [sys.executable, "-c", _TRACER, str(pid), how]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as tracer:
        assert tracer.stdin is not None
        assert tracer.stdout is not None
        assert tracer.stdout.readline() == "traces\n"
        yield tracer.pid
        tracer.stdin.close()
        assert tracer.wait(PATIENCE) == 0
