"""How programs end, fork and are interrupted while a debugger is attached: as without one."""

from __future__ import annotations

import signal

import pytest

from tests.conftest import StartDebuggee
from tests.support.pythons import each_python
from tests.support.session import attached

pytestmark = each_python

PROGRAM = "endings_on_request.py"


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ("leave(3)", 3),
        ("leave(0)", 0),
        ("leave('sorry')", 1),
        ("1 / 0", 1),
        ("os.kill(os.getpid(), signal.SIGTERM)", -15),
    ],
)
def test_ends_with_its_own_status(start: StartDebuggee, how: str, status: int) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg:
        dbg.break_at("leave", condition="status == 99")
        dbg.tell(how)
        if status >= 0:
            dbg.client.wait_event("terminated")
        dbg.client.wait_closed()
        assert debuggee.wait_end() == status
    assert "<remora>" not in debuggee.output


def test_ends_at_once_by_os_exit(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg:
        dbg.tell("os._exit(5)")
        dbg.client.wait_closed()
        assert debuggee.wait_end() == 5


def test_ends_when_it_has_nothing_more_to_do(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg:
        dbg.break_at("leave")
        assert debuggee.wait_end() == 0
        dbg.client.wait_event("terminated")
        dbg.client.wait_closed()
    assert debuggee.output == "ready\n"


def test_exits_from_a_stop(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg:
        dbg.break_at("leave")
        dbg.tell("leave(3)")
        dbg.stops_at("leave")
        assert dbg.step("next")[0] == "<module>"
        dbg.go()
        dbg.client.wait_event("terminated")
        assert debuggee.wait_end() == 3


def test_is_killed_at_a_stop(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg:
        dbg.break_at("leave")
        dbg.tell("leave(3)")
        dbg.stops_at("leave")
        debuggee.signal(signal.SIGKILL)
        dbg.client.wait_closed()


def test_terminate_debuggee(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg:
        dbg.client.request("disconnect", {"terminateDebuggee": True})
        dbg.client.wait_closed()
        assert debuggee.wait_end() == -9


def test_terminate_at_a_stop_ends_it_as_ctrl_c_would(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg:
        dbg.break_at("leave")
        dbg.tell("leave(3)")
        dbg.stops_at("leave")
        dbg.client.request("terminate")
        debuggee.wait_line("interrupted")
        dbg.client.request("terminate")  # it did not heed the first
        dbg.client.wait_closed()
        assert debuggee.wait_end() == -15


def test_an_interrupt_at_a_stop_reaches_the_program_when_it_goes_on(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg:
        dbg.break_at("leave")
        dbg.tell("leave(3)")
        dbg.stops_at("leave")
        debuggee.signal(signal.SIGINT)
        dbg.shows("status", "3")
        assert "interrupted" not in debuggee.output
        dbg.go()
        debuggee.wait_line("interrupted")
        for _ in range(2):
            # Before 3.12 the thread is not traced any more, which is seen to between two requests.
            dbg.client.request("threads")
        dbg.tell("leave(4)")
        dbg.stops_at("leave")
        dbg.shows("status", "4")


def test_an_interrupt_while_it_runs(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg:
        dbg.break_at("leave")
        debuggee.wait_blocked()
        debuggee.signal(signal.SIGINT)
        assert debuggee.wait_end() in (-2, 1)
        dbg.client.wait_event("terminated")


def test_a_forked_child_is_not_stopped_and_says_nothing(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg:
        dbg.break_at("child")
        by_type = {"filterId": "raised", "condition": "ValueError"}
        filters = {"filters": ["uncaught", "userUnhandled"], "filterOptions": [by_type]}
        dbg.client.request("setExceptionBreakpoints", filters)
        for _ in range(3):
            dbg.tell("fork()")
            debuggee.wait_line("gave 41")
        dbg.client.request("threads")
        assert dbg.client.events("stopped") == []
        assert dbg.client.events("output") == []
        dbg.tell("in_child(2)")
        assert dbg.stopped("exception")
        dbg.go()
        dbg.stops_at("child")
        dbg.break_at()
        dbg.client.request("setExceptionBreakpoints", {"filters": []})
        dbg.go()
        debuggee.wait_line("gave 42")


def test_a_child_that_is_forked_in_a_step(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg:
        dbg.client.request("setFunctionBreakpoints", {"breakpoints": [{"name": "fork"}]})
        dbg.tell("fork()")
        dbg.stopped("function breakpoint")
        for _ in range(3):
            dbg.step("next")
        dbg.go()
        debuggee.wait_line("gave 41")
        dbg.client.request("threads")
        assert dbg.client.events("stopped") == []


def test_threads_that_come_and_go(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg:
        dbg.break_at("child")
        dbg.tell("run_threads()")
        seen = set()
        for _ in range(10):
            dbg.stopped("breakpoint")
            seen.add(dbg.value("x"))
            dbg.go()
        debuggee.wait_line("gave None")
        assert seen == {str(n) for n in range(10)}
        assert list(dbg.threads()) == ["MainThread"]
