"""From a command to the first thing that the user sees of the program."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import quantities as q
from bench.measure import Measurement, Recorder
from bench.pdb_session import pdb_on
from bench.sessions import Session, connected, debugpy_command, debugpy_environment, free_port, remora_on
from bench.subjects import Subject
from bench.worker import Worker

REMORA = str(Path(sys.executable).with_name("remora"))
SECONDS = 600
#: For how long the program watches the clock: longer than remora, or a peer, takes to attach.
STALL_SECONDS = {True: 0.6, False: 3.0}


@contextmanager
def busy(subject: Subject) -> Iterator[Worker]:
    with Worker(subject.python) as worker:
        worker.begin("busy", SECONDS)
        yield worker


def milliseconds(begun: float) -> float:
    return (time.monotonic() - begun) * 1000


def first_stack(subject: Subject, recorder: Recorder) -> None:
    """The peers cannot be attached to a program a second time unchanged: each time a new program."""
    if subject.is_remora:
        with busy(subject) as worker:
            _attach_command(worker.pid)  # lets the bundle be compiled
            recorder.record(q.FIRST_STACK, [_attach_command(worker.pid) for _ in recorder.times(12)])
        return
    for _ in recorder.times(4):
        with busy(subject) as worker:
            begun = time.monotonic()
            if subject.speaks_dap:
                with subject.on(worker.pid) as session:
                    _see_stack(session)
                    recorder.record(q.FIRST_STACK, [milliseconds(begun)])
            else:
                with pdb_on(subject.python, worker.pid) as pdb:
                    pdb.run("where")
                    recorder.record(q.FIRST_STACK, [milliseconds(begun)])


def first_stack_dap(subject: Subject, recorder: Recorder) -> None:
    with busy(subject) as worker:
        with remora_on(worker.pid) as session:
            session.configured()
        for _ in recorder.times(12):
            begun = time.monotonic()
            with remora_on(worker.pid) as session:
                _see_stack(session)
                recorder.record(q.FIRST_STACK_DAP, [milliseconds(begun)])
                assert session.held is not None
                recorder.record(q.HELD, [session.held * 1000])


def stall(subject: Subject, recorder: Recorder) -> None:
    """The program looks at the clock all the time, and says what its longest wait was.

    That is all of it: stopped by ptrace, or waiting for the GIL while the
    debugger has it, or for a processor.
    """
    if subject.is_remora:
        with Worker(subject.python) as worker, subject.on(worker.pid) as session:
            session.configured()  # the compiled bundle is kept from here on
    for _ in recorder.times(6 if subject.is_remora else 2):
        with Worker(subject.python) as worker:
            worker.begin("stall", int(STALL_SECONDS[subject.is_remora] * 1000))
            with subject.on(worker.pid) as session:
                session.configured()
                longest = float(worker.wait_line("^stalled ").split()[1])
            recorder.record(q.STALL, [longest * 1000])


def _see_stack(session: Session) -> None:
    session.configured()
    thread = session.pause()
    frame = session.stack(thread)[0]["id"]
    session.variables(frame)


def held_asleep(subject: Subject, recorder: Recorder) -> None:
    with Worker(subject.python) as worker:
        worker.begin("asleep", SECONDS)
        for _ in recorder.times(8):
            with remora_on(worker.pid) as session:
                session.configured()
                assert session.held is not None
                recorder.record(q.HELD_ASLEEP, [session.held * 1000])


def _attach_command(pid: int) -> float:
    begun = time.monotonic()
    command = [REMORA, "attach", str(pid), "--batch", "-e", "backtrace"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        taken = next(milliseconds(begun) for line in process.stdout if "#0" in line)
        process.stdout.read()
    assert process.returncode == 0, process.returncode
    return taken


def prompt(subject: Subject, recorder: Recorder) -> None:
    with busy(subject) as worker:
        for quantity, command, sign in (
            (q.PROMPT, "attach", b"(remora)"),
            (q.SHELL_PROMPT, "shell", b">>> "),
        ):
            _to_prompt(command, worker.pid, sign)
            recorder.record(quantity, [_to_prompt(command, worker.pid, sign) for _ in recorder.times(8)])


def _to_prompt(command: str, pid: int, sign: bytes) -> float:
    """To the prompt of a command on a terminal, in milliseconds."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1"}
    begun = time.monotonic()
    process = subprocess.Popen(
        [REMORA, command, str(pid)], stdin=theirs, stdout=theirs, stderr=theirs, env=environment,
        start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    try:
        _read_until(ours, sign)
        taken = milliseconds(begun)
        os.write(ours, b"quit\r")
        _read_until(ours, None)
        assert process.wait(20) == 0
        return taken
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _read_until(fd: int, text: bytes | None) -> None:
    """Read from a terminal until a text has come, or to its end."""
    seen = b""
    while text is None or text not in seen:
        try:
            received = os.read(fd, 65536)
        except OSError:  # EIO: the other end has gone.
            received = b""
        if not received:
            assert text is None, f"{text!r} did not come: {seen!r}"
            return
        seen += received


def run(subject: Subject, recorder: Recorder) -> None:
    with Worker(subject.python) as worker:
        take = {"remora": _run_remora, "debugpy": _run_debugpy, "pdb": _run_pdb}[subject.debugger]
        take(subject, worker)
        times = [take(subject, worker) for _ in recorder.times(8 if subject.is_remora else 4)]
    recorder.record(q.RUN, times)


def _run_remora(subject: Subject, worker: Worker) -> float:
    commands = ["-e", f"break {worker.path}:{worker.line_of('first')}", "-e", "continue", "-e", "backtrace"]
    python = ["--python", subject.python.argv0]
    return _to_stack([REMORA, "run", "--batch", *python, *commands, str(worker.path)], "#0")


def _run_pdb(subject: Subject, worker: Worker) -> float:
    commands = [
        "-c",
        f"break {worker.path_inside}:{worker.line_of('first')}",
        "-c",
        "continue",
        "-c",
        "where",
    ]
    command = subject.python.command("-m", "pdb", *commands, "-c", "quit", worker.path_inside)
    return _to_stack(command, "->")


def _to_stack(command: list[str], sign: str) -> float:
    """Until a command that ends by itself has shown a stack, in milliseconds."""
    begun = time.monotonic()
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout
        output = ""
        for line in process.stdout:
            output += line
            if sign in line:
                taken = milliseconds(begun)
                process.stdout.read()
                return taken
    raise AssertionError(output)


def _run_debugpy(subject: Subject, worker: Worker) -> float:
    port = free_port()
    begun = time.monotonic()
    process = subprocess.Popen(
        debugpy_command(subject.python, port, "--wait-for-client", worker.path_inside),
        env=debugpy_environment(subject.python),
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    session = Session(connected(port))
    try:
        session.open(justMyCode=True)
        session.break_at(worker.path_inside, {"line": worker.line_of("first")})
        session.configured()
        session.variables(session.stack(session.stopped("breakpoint"))[0]["id"])
        return milliseconds(begun)
    finally:
        session.close()
        process.kill()
        process.wait()


def _is_remora(subject: Subject) -> bool:
    return subject.is_remora


def _can_be_run(subject: Subject) -> bool:
    """`remora run` starts interpreters of its own root."""
    return not subject.is_remora or str(subject.python.root) == "/"


MEASUREMENTS = [
    Measurement("first-stack", (q.FIRST_STACK,), first_stack),
    Measurement("first-stack-dap", (q.FIRST_STACK_DAP, q.HELD), first_stack_dap, _is_remora),
    Measurement("stall", (q.STALL,), stall, lambda subject: subject.speaks_dap),
    Measurement("prompt", (q.PROMPT, q.SHELL_PROMPT), prompt, _is_remora),
    Measurement("held-asleep", (q.HELD_ASLEEP,), held_asleep, _is_remora),
    Measurement("run", (q.RUN,), run, _can_be_run),
]
