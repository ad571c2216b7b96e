"""A program that is attached to again and again, and one whose debugger is killed again and again.

These take minutes, and so run only when they are asked for by name.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from bench import quantities as q
from bench.measure import Measurement, Recorder
from bench.sessions import remora_on
from bench.subjects import Subject
from bench.worker import ENVIRONMENT, PROGRAM, resident
from tests.support.debuggee import Debuggee

COUNTS = PROGRAM.with_name("counts.py")
ROUNDS = 500
#: Rounds in which the program's memory settles; each so many it is told.
SETTLING = 100
KILLS = 200
#: Seconds: the command has come to its end by then.
LONGEST = 0.3


def rounds(subject: Subject, recorder: Recorder) -> None:
    """Attach, stop at a line, look, step, detach."""
    failed, sizes = 0, []
    with _counting(subject) as program:
        for number in range(1, ROUNDS + 1):
            try:
                _session(program)
            except Exception:
                failed += 1
                traceback.print_exc(limit=-2)
            if number == 1 or number % SETTLING == 0:
                sizes.append(resident(program.pid) / 1024)
                print(f"{subject}: {number} rounds, {sizes[-1]:.2f} MiB, {failed} failed", file=sys.stderr)
        _check(program)
    recorder.record(q.ROUNDS_FAILED, [failed])
    recorder.record(q.ROUNDS_GROWTH, [sizes[-1] - sizes[1]])


def kills(subject: Subject, recorder: Recorder) -> None:
    """Kill the command at a random moment; the program counts on, and can be attached to."""
    moments = random.Random(str(subject))
    with _counting(subject) as program:
        _session(program)
        maps = _maps(program.pid)
        line = f"counts.py:{program.line_of('add')}"
        command = [
            sys.executable,
            "-m",
            "remora",
            "attach",
            str(program.pid),
            "--batch",
            "-e",
            f"break {line}",
        ]
        for _ in range(KILLS):
            with subprocess.Popen(
                [*command, "-e", "continue", "-e", "next", "-e", "p found"],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            ) as process:
                time.sleep(moments.uniform(0, LONGEST))  # the moment is what is tried
                process.kill()
            _check(program)
        _session(program)
        recorder.record(q.KILLS_MAPS, [_maps(program.pid) - maps])


@contextmanager
def _counting(subject: Subject) -> Iterator[Debuggee]:
    with Debuggee(subject.python, COUNTS, env=ENVIRONMENT) as program:
        program.wait_line()
        yield program


def _session(program: Debuggee) -> None:
    with remora_on(program.pid) as session:
        session.configured()
        session.break_at(program.path_inside, {"line": program.line_of("add"), "condition": "i > 3"})
        thread = session.stopped("breakpoint")
        frame = session.stack(thread)[0]["id"]
        assert session.evaluate("i > 3", frame) == "True"
        assert session.variables(frame)
        session.next(thread)


def _check(program: Debuggee) -> None:
    """It has made no error, and counts, as soon as the debugger has let it go."""
    before = _counted(program)
    deadline = time.monotonic() + program.timeout
    while _counted(program) == before:
        assert time.monotonic() < deadline, "it does not count"


def _counted(program: Debuggee) -> int:
    program.send("?\n")
    _, counted, wrong = program.wait_line("^counted").split()
    assert wrong == "0", wrong
    return int(counted)


def _maps(pid: int) -> int:
    with open(f"/proc/{pid}/maps") as file:
        return len(file.readlines())


def _is_remora(subject: Subject) -> bool:
    return subject.is_remora


MEASUREMENTS = [
    Measurement("rounds", (q.ROUNDS_FAILED, q.ROUNDS_GROWTH), rounds, _is_remora, is_long=True),
    Measurement("kills", (q.KILLS_MAPS,), kills, _is_remora, is_long=True),
]
