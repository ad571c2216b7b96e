"""A process that is stopped to be looked at goes on, whatever happens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from remora.observe.frozen import CannotLook, look
from remora.observe.reader import Reader
from tests.conftest import StartDebuggee
from tests.support.pythons import SAME_ROOT, Python, each_python_here

PROGRAM = "frozen_on_request.py"

one_python = pytest.mark.parametrize("python", SAME_ROOT[-1:], ids=str)

#: Answers each signal by a line, not in the handler, which the next one may interrupt.
ANSWERS = """
import signal, threading, time
came = []
signal.signal(signal.SIGUSR1, lambda *_: came.append(1))
threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
print("ready", flush=True)
while True:
    if came:
        came.pop()
        print("came", flush=True)
    sum(range(100))
"""

#: Stops a process, says so, and waits to be killed.
HOLDER = """
import sys
from remora.observe.pausing import paused
with paused(int(sys.argv[1])):
    print("stopped", flush=True)
    sys.stdin.read()
"""


@each_python_here
def test_no_signal_is_lost(python: Python) -> None:
    program = subprocess.Popen(python.command("-u", "-c", ANSWERS), stdout=subprocess.PIPE)
    with program, ThreadPoolExecutor() as pool:
        try:
            assert program.stdout
            assert program.stdout.readline() == b"ready\n"
            looking = pool.submit(look_often, program.pid)
            answers = set()
            while not looking.done():
                os.kill(program.pid, signal.SIGUSR1)
                answers.add(program.stdout.readline())
        finally:
            program.kill()
    assert looking.result() == 15, program.returncode
    assert answers == {b"came\n"}


def look_often(pid: int) -> int:
    with Reader() as reader:
        return sum(look(pid, pause=True, reader=reader).paused is not None for _ in range(15))


@one_python
def test_who_is_killed_leaves_nothing_stopped(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    debuggee.send("begin(sleeper, 1)\n")
    debuggee.wait_line("gave")
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(debuggee.pid)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"stopped\n"
        assert states(debuggee.pid) == {"t"}
        holder.kill()
    debuggee.send("1 + 1\n")
    assert debuggee.wait_line("gave") == "gave 2"
    assert "t" not in states(debuggee.pid)


@one_python
def test_a_process_that_is_traced_is_seen_but_not_paused(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(debuggee.pid)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"stopped\n"
        thread = look(debuggee.pid).threads[0]
        assert thread.frames
        assert thread.wait
        assert thread.wait.kind == "traced"
        assert str(holder.pid) in thread.wait.text
        for native in (False, True):
            with pytest.raises(CannotLook, match=f"cannot be paused, because process {holder.pid} traces it"):
                look(debuggee.pid, pause=True, native=native)
        holder.kill()


@one_python
def test_one_that_ends_while_it_is_looked_at(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    killer = subprocess.Popen([sys.executable, "-c", KILLER, str(debuggee.pid)], stdout=subprocess.PIPE)
    with killer:
        assert killer.stdout
        with pytest.raises(CannotLook, match=f"process {debuggee.pid}"):
            look_until(debuggee.pid, time.monotonic() + 20)


def look_until(pid: int, deadline: float) -> None:
    while time.monotonic() < deadline:
        look(pid, pause=True)


KILLER = """
import os, signal, sys, time
time.sleep(0.5)
os.kill(int(sys.argv[1]), signal.SIGKILL)
"""


def states(pid: int) -> set[str]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return {(task / "stat").read_text().rpartition(")")[2].split()[0] for task in tasks}


def test_one_whose_first_thread_has_ended() -> None:
    program = subprocess.Popen([sys.executable, "-c", LEADERLESS], stdout=subprocess.PIPE)
    with program:
        assert program.stdout
        assert program.stdout.readline() == b"ready\n"
        pictures = [look(program.pid, pause=pause) for pause in (False, True)]
        program.kill()
    for main, other in (picture.threads for picture in pictures):
        assert main.is_main
        assert main.wait
        assert main.wait.kind == "ended"
        assert "remaining" in [frame.function for frame in other.frames]


LEADERLESS = """
import ctypes, threading, time
main = ctypes.CDLL(None).pthread_self
def remaining():
    libc, value = ctypes.CDLL(None), ctypes.c_void_p()
    libc.pthread_join(ctypes.c_ulong(leader), ctypes.byref(value))
    print("ready", flush=True)
    time.sleep(3600)
main.restype = ctypes.c_ulong
leader = main()
threading.Thread(target=remaining).start()
ctypes.CDLL(None).pthread_exit(None)
"""
