"""Several who come at once: one after the other, and each gets in."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from remora.bundle.cache import Bundle
from remora.inject.attach import attach
from remora.inject.ptrace.turn import turn
from tests.conftest import StartDebuggee
from tests.support.pythons import each_python

AT_ONCE = 5


@each_python
def test_several_come_at_once(start: StartDebuggee) -> None:
    debuggee = start("loop.py")
    bundle = Bundle()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(lambda _: attach(debuggee.pid, bundle, timeout=20), range(AT_ONCE)))
    for attached in found:
        attached.socket.close()
    assert debuggee.is_running()


def test_a_turn_keeps_others_out_and_ends_with_the_process() -> None:
    code = (
        f"from remora.inject.ptrace.turn import turn\nwith turn({os.getpid()}): print(1, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"1\n"
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
    with turn(2**22 + 7):
        reached.append(1)
    assert reached
