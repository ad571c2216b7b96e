"""`remora shell` at the other end of SSH, in a terminal and from this side."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from remora.gateway.ssh.login import own_name
from tests.conftest import StartDebuggee
from tests.support.console import console
from tests.support.pythons import SAME_ROOT, Python
from tests.support.ssh import Gateway, Home
from tests.support.tmux import Terminal


@pytest.fixture(scope="module")
def python() -> Python:
    return SAME_ROOT[-1]


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    with Home() as home:
        home.authorize()
        yield home


def test_statements_by_a_pipe(gateway: Gateway, start: StartDebuggee) -> None:
    pid = start("serves.py").pid
    done = gateway.ssh("shell", str(pid), stdin="shop.items\nawait later(7)\n")
    assert (done.stdout, done.stderr, done.returncode) == ("['tea', 'salt']\n7\n", "", 0)


def test_a_prompt_in_a_terminal(gateway: Gateway, home: Home, start: StartDebuggee) -> None:
    pid = start("serves.py").pid
    with Terminal(*gateway.argv("-t", "shell", str(pid)), env=home.environment) as terminal:
        terminal.shows(f"serves.py ({pid})")
        terminal.shows(">>>")
        terminal.types("shop.tot")
        terminal.shows("total  function")
        terminal.types("Tab", "(")
        terminal.shows("total(tax=0.2, rounded=False)")
        terminal.types("1)", "Enter")
        terminal.shows(">>> shop.total(1)\n4\n>>>")
        terminal.types("import time; print('sleeps'); time.sleep(100)", "Enter")
        terminal.shows("\nsleeps")
        terminal.types("C-c")
        terminal.shows("interrupted\n>>>")
        terminal.types("C-d")
        terminal.shows("status 0")


def test_a_prompt_on_this_side(gateway: Gateway, home: Home, start: StartDebuggee) -> None:
    pid = start("serves.py").pid
    place = f"{own_name()}@127.0.0.1:{gateway.port}"
    with console("shell", "--connect", place, str(pid), env=home.environment) as ada:
        ada.says("shop.items", "['tea', 'salt']")
        ada.says("fail()", "IndexError: list index out of range")
        ada.types("exit")
        assert ada.wait() == 1
    command = [sys.executable, "-m", "remora", "shell", "--connect", place, str(pid)]
    with Terminal(*command, env=home.environment) as terminal:
        terminal.shows(">>>")
        terminal.types("served", "Enter")
        terminal.shows(">>> served\n0\n>>>")
        terminal.types("exit", "Enter")
        terminal.shows("status 0")


def test_an_observers_key_opens_no_prompt(gateway: Gateway, home: Home, start: StartDebuggee) -> None:
    pid = start("serves.py").pid
    home.authorize('environment="REMORA_ROLE=observer"')
    try:
        done = gateway.ssh("shell", str(pid))
        assert (done.returncode, done.stdout) == (126, "")
        assert "observe" in done.stderr
        place = f"{own_name()}@127.0.0.1:{gateway.port}"
        done = gateway.remora("shell", "--connect", place, str(pid), stdin="1\n")
        assert (done.returncode, done.stdout) == (1, "")
        assert "only observes" in done.stderr, done.stderr
    finally:
        home.authorize()
