"""Several who come at once: one after the other, and each gets in."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from remora.bundle.cache import Bundle
from remora.inject.attach import attach
from remora.inject.probe import Target
from remora.inject.turn import stranger, turn
from tests.conftest import StartDebuggee
from tests.inject.echo import EchoBundle, assert_answers
from tests.support.debuggee import Debuggee
from tests.support.pythons import Python, each_python
from tests.support.tracer import traced

AT_ONCE = 5
PROGRAMS = Path(__file__).parent / "programs"


@each_python
def test_several_come_at_once(start: StartDebuggee) -> None:
    debuggee = start("loop.py")
    bundle = Bundle()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(lambda _: attach(debuggee.pid, bundle, timeout=20), range(AT_ONCE)))
    for attached in found:
        attached.socket.close()
    assert debuggee.is_running()


@each_python
def test_another_who_has_the_turn_is_waited_for(python: Python) -> None:
    """However long it traces the program: it is none of those debuggers that stay."""
    with Debuggee(python, PROGRAMS / "states.py", "asleep") as debuggee, ThreadPoolExecutor(1) as pool:
        debuggee.wait_line("ready")
        with taken(debuggee.pid), traced(debuggee.pid, "stopped"):
            coming = pool.submit(attach, debuggee.pid, EchoBundle(), timeout=20)
            time.sleep(1.5)  # longer than a stranger who traces it would be given
            assert not coming.done()
        assert_answers(coming.result())


def test_who_has_the_turn_is_no_stranger() -> None:
    with asleep() as pid, traced(pid) as tracer:
        target = Target(pid)
        assert stranger(pid, target.process.tracer) == tracer
        assert f"(pid {tracer})" in str(target.traced_by_stranger())
        with turn(pid, 0):
            assert target.process.tracer() == tracer
            assert stranger(pid, target.process.tracer) == 0
            assert target.traced_by_stranger() is None
        target.close()


@contextmanager
def asleep() -> Iterator[int]:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process.pid
        process.kill()


@contextmanager
def taken(pid: int) -> Iterator[subprocess.Popen[bytes]]:
    """Another process has the turn."""
    code = f"from remora.inject.turn import turn\nwith turn({pid}, 0): print(1, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"1\n"
        yield other
        other.kill()


def test_a_turn_keeps_others_out_and_ends_with_the_process() -> None:
    with taken(os.getpid()) as other:
        place = os.open(f"/proc/{os.getpid()}", os.O_RDONLY)
        assert not is_free(place)
        other.kill()
        other.wait()
        assert is_free(place)
        os.close(place)


def is_free(place: int) -> bool:
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def test_a_process_that_has_gone_needs_no_turn() -> None:
    reached = []
    with turn(2**22 + 7, 0):
        reached.append(1)
    assert reached
