"""The target survives everything: many attaches, and the death of the controller in the midst of one."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from remora.inject.attach import attach
from remora.inject.process import Process
from tests.inject.echo import EchoBundle, Footprint, assert_answers, eventually
from tests.support.debuggee import Debuggee
from tests.support.pythons import CHECKOUT, Python, each_python

HERE = Path(__file__).parent
ROUNDS = 100
KILLS = 30


@each_python
def test_a_hundred_attaches_leave_nothing(python: Python) -> None:
    with Debuggee(python, HERE / "programs" / "checks_itself.py") as debuggee:
        debuggee.wait_line("ready")
        before = Footprint(debuggee.pid)
        for _ in range(ROUNDS):
            assert_answers(attach(debuggee.pid, EchoBundle()))
        eventually(lambda: Footprint(debuggee.pid), before)
        assert_is_well(debuggee)


@each_python
@pytest.mark.parametrize("program", ["checks_itself.py", "states.py busy", "states.py asleep"])
def test_the_controller_may_be_killed_at_any_moment(python: Python, program: str) -> None:
    name, *args = program.split()
    with Debuggee(python, HERE / "programs" / name, *args) as debuggee:
        debuggee.wait_line("ready")
        before = Footprint(debuggee.pid)
        kill_controllers(debuggee.pid, KILLS)
        after = lambda: Footprint(debuggee.pid)  # noqa: E731
        eventually(lambda: (after().threads, after().files), (before.threads, before.files))
        eventually(lambda: (after().blocked, after().handled), (before.blocked, before.handled))
        assert Process(debuggee.pid).tracer() == 0
        assert_is_well(debuggee)


def kill_controllers(pid: int, times: int, seed: int = 1) -> None:
    command = [sys.executable, "-m", "tests.inject.attach_for_ever", str(pid), str(times), str(seed)]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == ""


def assert_is_well(debuggee: Debuggee) -> None:
    """It answers a last attach, handles signals, has found no error of its own, and has written nothing."""
    assert_answers(attach(debuggee.pid, EchoBundle()))
    debuggee.signal(signal.SIGUSR1)
    assert debuggee.wait_end() == 7
    assert debuggee.output == "ready\n"
