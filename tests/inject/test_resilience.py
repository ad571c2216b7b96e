"""The target survives everything: many attaches, and the death of the controller in the midst of one."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from pathlib import Path

import pytest

from remora.inject.attach import attach
from remora.inject.process import Process
from remora.inject.ptrace import new_thread, pending_call
from tests.inject.echo import EchoBundle, Footprint, assert_answers, eventually
from tests.support.debuggee import Debuggee
from tests.support.pythons import CHECKOUT, Python, each_python

HERE = Path(__file__).parent
ROUNDS = 100
KILLS = 30
UNLUCKY = 15


@each_python
@pytest.mark.timeout(240)
def test_a_hundred_attaches_leave_nothing(python: Python) -> None:
    with Debuggee(python, HERE / "programs" / "checks_itself.py") as debuggee:
        debuggee.wait_line("ready")
        before = Footprint(debuggee.pid)
        for _ in range(ROUNDS):
            assert_answers(attach(debuggee.pid, EchoBundle()))
        eventually(lambda: Footprint(debuggee.pid), before)
        assert_is_well(debuggee)


@each_python
def test_several_at_once(python: Python) -> None:
    with Debuggee(python, HERE / "programs" / "checks_itself.py") as debuggee, ThreadPoolExecutor(4) as pool:
        debuggee.wait_line("ready")
        before = Footprint(debuggee.pid)
        attempts = [pool.submit(attach, debuggee.pid, EchoBundle()) for _ in range(20)]
        wait(attempts)
        with ExitStack() as stack:
            # All of them are closed, also if one has failed.
            got_in = [stack.enter_context(each.result().socket) for each in attempts if not each.exception()]
            assert len(got_in) == len(attempts), [each.exception() for each in attempts]
            for each in attempts:
                assert_answers(each.result())
        eventually(lambda: Footprint(debuggee.pid), before)
        assert_is_well(debuggee)


@each_python
def test_a_call_that_got_no_time_is_not_cut_short(python: Python, monkeypatch: pytest.MonkeyPatch) -> None:
    # As on a machine so busy that each wait is over before the thread has had a turn.
    for way in (new_thread, pending_call):
        monkeypatch.setattr(way, "_PATIENCE", 0)
    with Debuggee(python, HERE / "programs" / "states.py", "asleep") as debuggee:
        debuggee.wait_line("ready")
        before = Footprint(debuggee.pid)
        for _ in range(UNLUCKY):
            assert_answers(attach(debuggee.pid, EchoBundle()))
        eventually(lambda: Footprint(debuggee.pid), before)


@each_python
@pytest.mark.parametrize("program", ["checks_itself.py", "states.py busy", "states.py asleep"])
def test_the_controller_may_be_killed_at_any_moment(python: Python, program: str) -> None:
    name, *args = program.split()
    with Debuggee(python, HERE / "programs" / name, *args) as debuggee:
        debuggee.wait_line("ready")
        before = Footprint(debuggee.pid)
        kill_controllers(debuggee.pid, KILLS)
        eventually(lambda: outlasting(Footprint(debuggee.pid)), outlasting(before))
        assert Process(debuggee.pid).tracer() == 0
        assert_is_well(debuggee)


@each_python
@pytest.mark.parametrize("state", ["busy", "asleep"])
def test_others_get_in_while_controllers_are_killed(python: Python, state: str) -> None:
    with Debuggee(python, HERE / "programs" / "states.py", state) as debuggee, ThreadPoolExecutor(1) as pool:
        debuggee.wait_line("ready")
        before = Footprint(debuggee.pid)
        killing = pool.submit(kill_controllers, debuggee.pid, KILLS)
        while not killing.done():
            assert_answers(attach(debuggee.pid, EchoBundle(), timeout=20))
        killing.result()
        eventually(lambda: outlasting(Footprint(debuggee.pid)), outlasting(before))
        assert_is_well(debuggee)


def outlasting(footprint: Footprint) -> tuple[object, ...]:
    """All but memory: a controller killed at the wrong moment leaves a few pages of it."""
    return footprint.threads, footprint.files, footprint.blocked, footprint.handled


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
