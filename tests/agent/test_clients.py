"""Several clients of one program."""

from __future__ import annotations

from tests.conftest import StartDebuggee
from tests.support.pythons import each_python
from tests.support.session import attached

pytestmark = each_python


def test_who_comes_later_sees_the_stop(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with attached(debuggee) as one:
        one.break_at("double")
        one.tell("count 1")
        one.stops_at("double")
        with attached(debuggee) as two:
            two.stopped()
            assert two.client.events("stopped") == []
            thread = one.thread
            assert two.client.request("stackTrace", {"threadId": thread})["stackFrames"][0]["name"] == "count"
            two.client.request("continue", {"threadId": thread})
            assert one.client.wait_event("continued")["threadId"] == thread
            debuggee.wait_line("gave 0")


def test_each_replaces_only_its_own_breakpoints(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with attached(debuggee) as one, attached(debuggee) as two:
        (mine,) = one.break_at("double", condition="i == 1")
        (yours,) = two.break_at("double", condition="i >= 1")
        one.tell("count 4")
        assert one.stops_at("double")["hitBreakpointIds"] == [mine["id"], yours["id"]]
        two.stopped("breakpoint")
        one.break_at()
        one.go()
        assert two.stops_at("double")["hitBreakpointIds"] == [yours["id"]]
        two.detach()
        one.go()
        debuggee.wait_line("gave 6")


def test_one_that_vanishes_at_a_stop_leaves_it_to_the_other(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with attached(debuggee) as one:
        with attached(debuggee) as two:
            two.break_at("double")
            one.tell("count 3")
            one.stops_at("double")
            two.stops_at("double")
        # Its breakpoint goes with it, the stop does not.
        one.shows("i", "0")
        one.go()
        debuggee.wait_line("gave 4")
    debuggee.send("count 2\n")
    debuggee.wait_line("gave 2")


ENDLESS = "print('evaluating', flush=True) or [None for _ in iter(int, 1) if _]"


def test_one_that_vanishes_in_an_evaluation(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with attached(debuggee) as one:
        one.break_at("double")
        one.tell("count 1")
        one.stops_at("double")
        frame = one.stack()[0]["id"]
        with attached(debuggee) as two:
            two.stopped()
            two.client.send("evaluate", {"expression": ENDLESS, "frameId": frame})
            debuggee.wait_line("evaluating")
        assert one.client.request("evaluate", {"expression": "i", "frameId": frame})["result"] == "0"
        one.go()
        debuggee.wait_line("gave 0")


def test_the_stack_is_that_of_the_stop_during_an_evaluation(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with attached(debuggee) as dbg:
        dbg.break_at("double")
        dbg.tell("count 1")
        dbg.stops_at("double")
        frame = dbg.stack()[0]["id"]
        number = dbg.client.send("evaluate", {"expression": ENDLESS, "frameId": frame, "context": "repl"})
        debuggee.wait_line("evaluating")
        assert [each["name"] for each in dbg.stack()] == ["count", "<module>"]
        assert dbg.stack()[0]["id"] == frame
        dbg.client.request("cancel", {"requestId": number})
        with dbg.client.fails(1102):
            dbg.client.response(number)


def test_log_messages_go_to_who_asked_for_them(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with attached(debuggee) as one, attached(debuggee) as two:
        one.break_at("double", logMessage="at {i}")
        two.tell("count 1")
        assert one.client.wait_event("output")["output"] == "at 0\n"
        debuggee.wait_line("gave 0")
        two.client.request("threads")
        assert two.client.events("output") == []


def test_another_client_comes_while_all_threads_are_stopped(start: StartDebuggee) -> None:
    debuggee = start("footprint.py")
    with attached(debuggee) as first:
        first.pause()
        with attached(debuggee) as second:
            assert len(second.threads()) == 2
            second.client.request("setFunctionBreakpoints", {"breakpoints": [{"name": "*"}]})
            with attached(debuggee) as third:
                assert len(third.threads()) == 2
