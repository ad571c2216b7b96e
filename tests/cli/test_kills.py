"""Any part of the debugger is killed, in any state: the program goes on, and misses none of its numbers."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from remora.gateway.ssh.login import own_name
from tests.conftest import StartDebuggee
from tests.support.console import Console, console
from tests.support.debuggee import Debuggee
from tests.support.patience import PATIENCE
from tests.support.pythons import SAME_ROOT
from tests.support.ssh import Gateway, Home

#: By `sys.settrace` and by `sys.monitoring`.
old_and_new = pytest.mark.parametrize("python", [SAME_ROOT[0], SAME_ROOT[-1]], ids=str)
new = pytest.mark.parametrize("python", SAME_ROOT[-1:], ids=str)

#: Its evaluation says when it has begun, and never ends.
ENDLESS = "p print('evaluating', flush=True) or [None for _ in iter(int, 1) if _]"


def is_running(debuggee: Debuggee, ada: Console) -> None:
    ada.says("info program", "the program is running")


def is_stopped(debuggee: Debuggee, ada: Console) -> None:
    ada.says(f"break counts_aloud.py:{debuggee.line_of('double')}", "breakpoint 1")
    ada.shows(f"counts_aloud.py:{debuggee.line_of('double')} ")


def is_stepping(debuggee: Debuggee, ada: Console) -> None:
    is_stopped(debuggee, ada)
    ada.says("next", f"counts_aloud.py:{debuggee.line_of('sleep')} ")
    ada.types("next 1000")


def is_evaluating(debuggee: Debuggee, ada: Console) -> None:
    is_stopped(debuggee, ada)
    ada.says(ENDLESS, "evaluating")


def is_interrupted_in_c(debuggee: Debuggee, ada: Console) -> None:
    ada.says("pause", "MainThread")


STATES = pytest.mark.parametrize(
    "state", [is_running, is_stopped, is_stepping, is_evaluating, is_interrupted_in_c]
)
State = Callable[[Debuggee, Console], None]


def goes_on(debuggee: Debuggee) -> None:
    """It says its numbers, all of them, and has no thread but its own."""
    reached = numbers(debuggee)[-1]
    debuggee.wait_line(f"^number {reached + 10}$")
    said = numbers(debuggee)
    assert said == list(range(1, len(said) + 1))
    assert "wrong" not in debuggee.output
    until(lambda: threads(debuggee.pid) == 1)


def counts_on(debuggee: Debuggee) -> bool:
    """Whether it says a number within a moment."""
    before = len(debuggee.output)
    time.sleep(0.1)
    return len(debuggee.output) > before


def numbers(debuggee: Debuggee) -> list[int]:
    return [0, *map(int, re.findall(r"^number (\d+)$", debuggee.output, re.MULTILINE))][1:] or [0]


def threads(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/task"))


def until(condition: Callable[[], bool]) -> None:
    """Nothing tells when a thread or a process of others has gone: look for it."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@old_and_new
@STATES
def test_the_console(start: StartDebuggee, state: State) -> None:
    debuggee = start("counts_aloud.py")
    with console("attach", "--no-stop", str(debuggee.pid)) as ada:
        state(debuggee, ada)
        ada.kill()
        goes_on(debuggee)
    with console("attach", str(debuggee.pid)) as bob:
        bob.shows("MainThread")
        bob.says("info breakpoints", "no breakpoints")


@old_and_new
@STATES
def test_one_console_of_two(start: StartDebuggee, state: State) -> None:
    debuggee = start("counts_aloud.py")
    with console("attach", "--no-stop", str(debuggee.pid)) as ada:
        ada.says("info clients", "this one")
        with console("attach", "--observe", str(debuggee.pid)) as bob:
            bob.says("info clients", "this one")
            state(debuggee, ada)
            ada.kill()
            until(lambda: counts_on(debuggee))
            bob.says("info program", "the program is running")
            bob.kill()
            goes_on(debuggee)


@old_and_new
def test_the_console_while_it_attaches(start: StartDebuggee) -> None:
    debuggee = start("counts_aloud.py")
    for hundredths in range(2, 42, 4):
        with console("attach", "--follow-fork", "both", str(debuggee.pid)) as ada:
            time.sleep(hundredths / 100)
            ada.kill()
        goes_on(debuggee)


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    with Home() as home:
        yield home


def connect_of(gateway: Gateway, ada: Console) -> int:
    return ada.process.pid


def ssh_of(gateway: Gateway, ada: Console) -> int:
    return next(pid for pid in children_of(ada.process.pid) if "ssh" in name_of(pid))


def errand_of(gateway: Gateway, ada: Console) -> int:
    return gateway.children()[0]


def gateway_of(gateway: Gateway, ada: Console) -> int:
    return gateway.process.pid


def children_of(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def name_of(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text()


@new
@STATES
@pytest.mark.parametrize("part", [connect_of, ssh_of, errand_of, gateway_of])
def test_a_part_of_a_far_console(
    home: Home, start: StartDebuggee, part: Callable[[Gateway, Console], int], state: State
) -> None:
    debuggee = start("counts_aloud.py")
    with ExitStack() as stack:
        gateway = stack.enter_context(home.gateway("serve", "--listen", "0"))
        place = f"{own_name()}@127.0.0.1:{gateway.port}"
        ada = stack.enter_context(
            console("connect", "--no-stop", place, str(debuggee.pid), env=home.environment)
        )
        state(debuggee, ada)
        os.kill(part(gateway, ada), signal.SIGKILL)
        goes_on(debuggee)
        until(lambda: not gateway.children())
