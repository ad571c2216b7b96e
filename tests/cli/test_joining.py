"""Several consoles on one program: real processes, as two people would have them."""

from __future__ import annotations

import os

from tests.conftest import StartDebuggee
from tests.support.console import console
from tests.support.pythons import each_python_here

pytestmark = each_python_here


def test_two_consoles_see_the_same_stops(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    where = f"on_request.py:{debuggee.line_of('double')}"
    with console("attach", str(debuggee.pid)) as ada, console("attach", str(debuggee.pid)) as bob:
        ada.shows("MainThread")
        bob.shows("MainThread")
        ada.says(f"break {where}", "breakpoint 1")
        bob.types("continue")
        ada.shows(f"{os.uname().nodename} let the program go on]".replace("[", ""))
        debuggee.send("count 1\n")
        bob.shows(where)
        ada.shows(where)
        listed = bob.says("info clients ;; p 'all'", "all'")
        assert "(1 breakpoint)" in listed
        assert "(0 breakpoints, this one)" in listed
        assert f"@{os.uname().nodename}" in listed
        ada.types("quit")
        bob.says("info breakpoints", "no breakpoints")
        bob.types("quit")
        debuggee.wait_line("gave 0")


def test_an_observer_looks_on(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    where = f"on_request.py:{debuggee.line_of('double')}"
    with console("attach", "--no-stop", str(debuggee.pid)) as ada:
        ada.says(f"break {where}", "breakpoint 1")
        with console("attach", "--observe", str(debuggee.pid)) as bob:
            bob.says("info program", "the program is running")
            debuggee.send("count 1\n")
            bob.shows(where)
            bob.says("info locals", "i = 0")
            bob.says("next", "this client only observes")
            bob.says("print(i)", "this client only observes")
            ada.types("continue")
            bob.shows("let the program go on]")
            debuggee.wait_line("gave 0")
        with console("attach", "--observe", str(debuggee.pid)) as bob:
            debuggee.send("count 1\n")
            bob.shows(where)
            ada.kill()
            bob.shows("let the program go on]")
            debuggee.wait_line("gave 0")


def test_an_observer_who_comes_to_a_stop_is_shown_it(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with console("attach", str(debuggee.pid)) as ada:
        ada.shows("MainThread")
        with console("attach", "--observe", str(debuggee.pid)) as bob:
            bob.shows("MainThread")


def test_who_comes_to_a_stop_without_stopping_is_shown_it(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with console("attach", str(debuggee.pid)) as ada:
        ada.shows("MainThread")
        with console("attach", "--no-stop", str(debuggee.pid)) as bob:
            assert "is running" not in bob.says("info program", "stopped: ")


def test_output_is_watched(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with console("attach", "--no-stop", "--output", str(debuggee.pid)) as ada:
        ada.says("info program", "the program is running")
        debuggee.send("count 2\n")
        ada.shows("gave 2\n")
        ada.says("set output off ;; p 1", "1\n")
        debuggee.send("count 3\n")
        debuggee.wait_line("gave 4")
        assert "gave 4" not in ada.says("p 7", "7\n")


def test_a_stop_stays_when_its_console_is_killed(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    where = f"on_request.py:{debuggee.line_of('double')}"
    with console("attach", "--no-stop", "--on-disconnect", "stay", str(debuggee.pid)) as ada:
        ada.says(f"break {where}", f"breakpoint 1 at {debuggee.path_inside}:{debuggee.line_of('double')}")
        debuggee.send("count 2\n")
        ada.shows(where)
        ada.kill()
    with console("attach", str(debuggee.pid)) as bob:
        bob.shows(where)
        bob.says("p i", "0")
        bob.says("set on-disconnect continue ;; p 'so'", "so")
        bob.kill()
    debuggee.wait_line("gave 2")
