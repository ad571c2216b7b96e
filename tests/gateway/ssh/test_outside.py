"""Programs of a gateway that nobody gets into, seen from another host."""

from __future__ import annotations

import os
import pwd
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from tests.conftest import StartDebuggee
from tests.support.console import at_terminal, gets_in
from tests.support.debuggee import Debuggee
from tests.support.pythons import SAME_ROOT
from tests.support.ssh import Gateway, Home
from tests.support.tmux import Terminal

pytestmark = pytest.mark.parametrize("python", SAME_ROOT[-1:], ids=str)


@pytest.fixture
def gateway(home: Home) -> Iterator[Gateway]:
    home.authorize()
    with home.gateway("serve", "--listen", "0") as gateway:
        yield gateway


@pytest.fixture
def wedged(start: StartDebuggee) -> Debuggee:
    debuggee = start("keeps_gil.py")
    debuggee.wait_blocked("nanosleep")
    return debuggee


def place(gateway: Gateway) -> str:
    return f"{pwd.getpwuid(os.geteuid()).pw_name}@127.0.0.1:{gateway.port}"


def test_a_script_is_told(gateway: Gateway, wedged: Debuggee) -> None:
    for done in (
        gateway.ssh("attach", str(wedged.pid), "--batch", "-e", "bt"),
        gateway.remora("connect", place(gateway), str(wedged.pid), "--batch", "-e", "bt"),
    ):
        assert (done.returncode, done.stdout) == (1, "")
        assert "does not release the GIL" in done.stderr
        assert f"`remora stack {wedged.pid}" in done.stderr


def test_a_person_is_shown_it(gateway: Gateway, wedged: Debuggee, home: Home) -> None:
    words = gateway.argv("-t", "attach", str(wedged.pid))
    connect = [sys.executable, "-m", "remora", "connect", place(gateway), str(wedged.pid)]
    for command in (words, connect):
        with Terminal(*command, env=home.environment, columns=110, rows=40) as terminal:
            terminal.shows(f"A picture of process {wedged.pid} from outside")
            terminal.shows("(remora:outside")
            terminal.types("info locals", "Enter")
            terminal.shows("numbers = ")
            terminal.types("next", "Enter")
            terminal.shows("'next' is refused")
            terminal.types("quit", "Enter")
    assert wedged.is_running()


@pytest.mark.parametrize("by", ["ssh", "connect"])
def test_getting_in_when_that_is_possible_again(
    gateway: Gateway, start: StartDebuggee, home: Home, by: str
) -> None:
    debuggee = start("loop.py")
    debuggee.stop()
    command = {
        "ssh": gateway.argv("-t", "attach", str(debuggee.pid)),
        "connect": [sys.executable, "-m", "remora", "connect", place(gateway), str(debuggee.pid)],
    }[by]
    with at_terminal(command=command, state=home.path, **home.environment) as child:
        child.expect_exact("(remora:outside")
        child.sendline("attach")
        child.expect_exact("could not be attached to: Process")
        debuggee.signal(signal.SIGCONT)
        child.expect_exact(f"Process {debuggee.pid} is not stopped any more")
        gets_in(child)
        child.sendline("quit")
        child.expect(pexpect.EOF)
    assert debuggee.is_running()


def test_an_observer_may_look_but_at_no_file(
    gateway: Gateway, wedged: Debuggee, home: Home, tmp_path: Path
) -> None:
    home.authorize('environment="REMORA_ROLE=observer"')
    done = gateway.ssh("attach", "--outside", str(wedged.pid), "--batch", "-e", "'info locals'")
    assert (done.returncode, done.stderr) == (0, "")
    assert "numbers = " in done.stdout
    core = tmp_path / "core"
    core.write_bytes(b"\x7fELF\2\1\1" + bytes(9) + b"\4\0" + bytes(46))
    for words, status in (
        (["attach", str(core)], 1),
        (["attach", "--executable", str(core), str(wedged.pid)], 126),
    ):
        done = gateway.ssh(*words, "--batch")
        assert (done.returncode, done.stdout) == (status, "")
        assert "core file" not in done.stderr
