"""Detaching leaves nothing, however the session ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import StartDebuggee
from tests.support.debuggee import Debuggee
from tests.support.patience import PATIENCE
from tests.support.pythons import each_python
from tests.support.session import Session, attached

pytestmark = each_python

#: Seconds in which the last of a session must have gone.


#: Extension modules cannot be unloaded.
LASTING = {"_json", "_tokenize", "_socket", "select", "atexit", "_ast", "_ctypes"}


def footprint(debuggee: Debuggee) -> dict[str, Any]:
    debuggee.signal(signal.SIGUSR1)
    line = debuggee.wait_line("footprint (.*)")
    found: dict[str, Any] = json.loads(line.partition(" ")[2])
    found["modules"] = [name for name in found["modules"] if name.partition(".")[0] not in LASTING]
    found["fds"] = [fd for fd in found["fds"] if not _is_of_libffi(debuggee, fd)]
    return found


def _is_of_libffi(debuggee: Debuggee, fd: int) -> bool:
    """Since 3.14 importing `_ctypes`, which cannot be unloaded, has libffi open its memory for callbacks."""
    try:
        return "/memfd:libffi" in os.readlink(f"/proc/{debuggee.pid}/fd/{fd}")
    except FileNotFoundError:
        return False  # closed meanwhile


def same_again(debuggee: Debuggee, before: dict[str, Any]) -> None:
    """The program becomes what it was; the agent's thread may still be on its way out."""
    deadline = time.monotonic() + PATIENCE
    # Not before it has gone: what ends an evaluation would also end a signal handler that runs within it.
    while len(os.listdir(f"/proc/{debuggee.pid}/task")) > 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    now = footprint(debuggee)
    while now != before and time.monotonic() < deadline:
        now = footprint(debuggee)
    changed = {key: _difference(before[key], now[key]) for key in now if now[key] != before[key]}
    assert changed == {}


def _difference(before: Any, now: Any) -> Any:
    if isinstance(before, list):
        return [each for each in now if each not in before], [each for each in before if each not in now]
    return before, now


def at_a_stop(dbg: Session) -> None:
    dbg.break_at("work")
    dbg.stops_at("work")


def in_a_step(dbg: Session) -> None:
    at_a_stop(dbg)
    dbg.break_at()
    dbg.go("stepOut")


def in_an_evaluation(dbg: Session) -> None:
    at_a_stop(dbg)
    frame = dbg.stack()[0]["id"]
    dbg.client.send("evaluate", {"expression": "any(False for _ in iter(int, 1))", "frameId": frame})


def with_everything(dbg: Session) -> None:
    dbg.break_at("work", condition="i == -1")
    dbg.client.request("setFunctionBreakpoints", {"breakpoints": [{"name": "nowhere"}]})
    dbg.client.request("setExceptionBreakpoints", {"filters": ["raised", "uncaught", "userUnhandled"]})
    dbg.pause()
    dbg.value("1 + 1", context="repl")
    dbg.go()


@pytest.mark.parametrize("state", [at_a_stop, in_a_step, in_an_evaluation, with_everything])
@pytest.mark.parametrize("politely", [True, False], ids=["disconnect", "vanish"])
def test_nothing_is_left(start: StartDebuggee, state: Callable[[Session], None], politely: bool) -> None:
    debuggee = start("footprint.py")
    before = footprint(debuggee)
    with attached(debuggee) as dbg:
        state(dbg)
        if politely:
            dbg.client.send("disconnect")
    same_again(debuggee, before)


def test_again_and_again(start: StartDebuggee) -> None:
    debuggee = start("footprint.py")
    before = footprint(debuggee)
    for _ in range(10):
        with attached(debuggee) as dbg:
            at_a_stop(dbg)
            dbg.detach()
    same_again(debuggee, before)


def test_the_command_is_killed_at_any_moment(start: StartDebuggee) -> None:
    debuggee = start("footprint.py")
    before = footprint(debuggee)
    command = [sys.executable, "-m", "remora", "attach", str(debuggee.pid), "--batch"]
    commands = ["-e", "break footprint.py:20", "-e", "continue", "-e", "next", "-e", "backtrace"]
    for tenths in range(8):
        process = subprocess.Popen(
            [*command, *commands], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.02 + tenths * 0.02)
        process.kill()
        process.wait()
    same_again(debuggee, before)
