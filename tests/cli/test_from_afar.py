"""What a console at the other end of SSH has in common with one beside the program."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from remora.gateway.ssh.login import own_name
from tests.conftest import StartDebuggee
from tests.support.console import console
from tests.support.pythons import SAME_ROOT
from tests.support.ssh import Gateway, Home

pytestmark = pytest.mark.parametrize("python", SAME_ROOT[-1:], ids=str)


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    with Home() as home:
        yield home


@pytest.fixture
def gateway(home: Home) -> Iterator[Gateway]:
    with home.gateway("serve", "--listen", "0") as gateway:
        yield gateway


def words(gateway: Gateway, *options: str) -> list[str]:
    return ["connect", *options, f"{own_name()}@127.0.0.1:{gateway.port}"]


def test_children_are_followed(gateway: Gateway, home: Home, start: StartDebuggee) -> None:
    debuggee = start("divides_on_request.py")
    place = f"divides_on_request.py:{debuggee.line_of('adds')}"
    connect = words(gateway, "--no-stop", "--follow-fork", "both")
    with console(*connect, str(debuggee.pid), env=home.environment) as ada:
        ada.says(f"break {place}", "breakpoint 1")
        debuggee.send("fork\n")
        ada.shows("[session 2 stopped: breakpoint")
        ada.says("session 2 ;; p who", "'child'")
        ada.says("set follow-fork parent ;; delete 1 ;; continue", "[session 1:")
        ada.says("p who", "'parent'")
        ada.says("delete 1 ;; show follow-fork", "follow-fork is parent")
        ada.types("quit")
    debuggee.wait_line("parent 3")


def test_sessions_survive_exec(gateway: Gateway, home: Home, start: StartDebuggee) -> None:
    debuggee = start("divides_on_request.py")
    place = f"divides_on_request.py:{debuggee.line_of('adds')}"
    with console(*words(gateway, "--no-stop"), str(debuggee.pid), env=home.environment) as ada:
        ada.says(f"break {place}", "breakpoint 1")
        debuggee.send("exec\n")
        ada.shows("has become another program]")
        debuggee.wait_line("ready")
        debuggee.send("work\n")
        ada.shows(f"({place} ")
        ada.says("p who", "'worker'")


def test_a_stop_stays_when_the_network_is_lost(gateway: Gateway, home: Home, start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    place = f"on_request.py:{debuggee.line_of('double')}"
    connect = words(gateway, "--no-stop", "--on-disconnect", "stay")
    with console(*connect, str(debuggee.pid), env=home.environment) as ada:
        ada.says(f"break {place}", "breakpoint 1")
        debuggee.send("count 2\n")
        ada.shows(f"({place} ")
        ada.kill()
    with console(*words(gateway), str(debuggee.pid), env=home.environment) as bob:
        bob.shows(f"({place} ")
        bob.says("p i", "0")
        bob.types("quit")
    debuggee.wait_line("gave 2")


def test_who_is_far_and_who_is_near_see_each_other(
    gateway: Gateway, home: Home, start: StartDebuggee
) -> None:
    debuggee = start("on_request.py")
    with console("attach", str(debuggee.pid)) as ada:
        ada.shows("MainThread")
        with console(*words(gateway, "--observe"), str(debuggee.pid), env=home.environment) as bob:
            bob.shows("MainThread")
            bob.says("info clients", "only looks, this one")
            bob.says("next", "this client only observes")
            ada.says("info clients", "only looks)")
            ada.types("continue")
            bob.shows("let the program go on]")
