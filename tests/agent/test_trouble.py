"""What goes wrong around a debugger: code that hangs, signals, forks, clients that vanish."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.conftest import StartDebuggee
from tests.support.pythons import Python, each_python
from tests.support.session import attached

pytestmark = each_python


def test_evaluations_are_bounded_and_cancelled(start: StartDebuggee) -> None:
    with attached(start("troubled.py", "none")) as dbg:
        dbg.break_at("here")
        dbg.stops_at("here")
        frame = dbg.stack()[0]["id"]
        endless = {"expression": "any(False for _ in iter(int, 1))", "frameId": frame, "context": "repl"}
        number = dbg.client.send("evaluate", endless)
        dbg.client.request("threads")  # the session goes on meanwhile
        dbg.client.request("cancel", {"requestId": number})
        with dbg.client.fails(1102):
            dbg.client.response(number)
        with dbg.client.fails(1402):
            dbg.client.request("evaluate", {"expression": "endless", "frameId": frame, "context": "hover"})
        assert dbg.value("1 + 1") == "2"
        dbg.break_at()
        dbg.go()
        dbg.break_at("here")
        dbg.stops_at("here")


def test_an_exception_of_a_signal_handler_reaches_the_program(start: StartDebuggee) -> None:
    debuggee = start("troubled.py", "none")
    with attached(debuggee) as dbg:
        dbg.break_at("here")
        dbg.stops_at("here")
        debuggee.signal(signal.SIGUSR1)
        dbg.value("1")
        dbg.break_at()
        dbg.go()
        debuggee.wait_line("caught 'signal'")


def test_a_forked_child_is_left_alone(start: StartDebuggee, python: Python, shared: Path) -> None:
    debuggee = start("troubled.py", python.path_inside(shared))
    with attached(debuggee) as dbg:
        dbg.break_at("inner", logMessage="in {n}")
        debuggee.wait_line("child 7")
        dbg.break_at("inner")
        debuggee.wait_line("child 7")
        dbg.client.request("threads")
        assert dbg.client.events("stopped") == []
        assert dbg.client.events("output") == []
        dbg.break_at("here")
        dbg.stops_at("here")


def test_two_clients_see_the_same_stops(start: StartDebuggee) -> None:
    debuggee = start("loop.py")
    with attached(debuggee) as one, attached(debuggee) as two:
        (mine,) = one.break_at("body")
        two.stopped("breakpoint")
        (yours,) = two.break_at("call")
        one.stops_at("body")
        one.go()
        two.client.wait_event("continued")
        assert two.stops_at("call")["hitBreakpointIds"] == [yours["id"]]
        two.client.close()
        one.stopped()
        one.break_at("return")
        one.go()
        one.stops_at("return")
        assert mine["id"] != yours["id"]


def test_the_program_goes_on_when_its_client_vanishes(start: StartDebuggee) -> None:
    debuggee = start("troubled.py", "none")
    with attached(debuggee) as dbg:
        dbg.break_at("here")
        dbg.stops_at("here")
    debuggee.signal(signal.SIGUSR1)
    debuggee.wait_line("caught 'signal'")


def test_the_end_of_the_program_is_told(start: StartDebuggee) -> None:
    debuggee = start("troubled.py", "none")
    with attached(debuggee) as dbg:
        dbg.client.request("terminate")
        dbg.client.wait_event("terminated")
        dbg.client.wait_closed()
