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


NAMED = {"clientName": "ada@there"}


def test_who_let_it_go_on_is_told(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with attached(debuggee) as one:
        one.break_at("double")
        one.tell("count 1")
        one.stops_at("double")
        with attached(debuggee, supports=NAMED) as two:
            two.stopped()
            two.go()
            assert one.client.wait_event("continued")["remoraClient"] == "ada@there"
            debuggee.wait_line("gave 0")


def test_who_comes_later_is_told_why_it_stopped(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with attached(debuggee) as one:
        one.break_at("double")
        one.tell("count 1")
        first = one.stops_at("double")
        with attached(debuggee) as two:
            assert two.client.wait_event("stopped") == first
        one.go("next")
        one.stopped("step")
        with attached(debuggee) as three:
            assert three.client.wait_event("stopped")["reason"] == "step"


def test_clients_are_listed(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with attached(debuggee, supports=NAMED) as one, attached(debuggee, observe=True) as two:
        one.break_at("double")
        first, second = two.client.request("remora/clients")["clients"]
        assert first == {"id": 1, "name": "ada@there", "observes": False, "isYou": False, "breakpoints": 1}
        assert second == {"id": 2, "name": "a client", "observes": True, "isYou": True, "breakpoints": 0}


def test_an_observer_sees_and_changes_nothing(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with attached(debuggee) as one:
        one.break_at("double")
        one.tell("count 1")
        one.stops_at("double")
        with attached(debuggee, observe=True) as two:
            assert two.stops_at("double")["reason"] == "breakpoint"
            assert two.variables()["i"] == "0"
            frame = two.stack()[0]["id"]
            two.refuses(1107, "continue", threadId=two.thread)
            two.refuses(1107, "pause", threadId=two.thread)
            two.refuses(1107, "evaluate", expression="i", frameId=frame)
            two.refuses(1107, "setVariable", variablesReference=two.scope(), name="i", value="3")
            two.refuses(1107, "setBreakpoints", source={"path": two.path}, breakpoints=[{"line": 1}])
            two.refuses(1107, "disconnect", terminateDebuggee=True)
            text = two.client.request("source", {"source": {"path": two.path}, "sourceReference": 0})[
                "content"
            ]
            assert "double" in text
            two.refuses(1301, "source", source={"path": "/etc/passwd"}, sourceReference=0)
            one.shows("i", "0")
            one.go()
            assert two.client.wait_event("continued")["threadId"] == two.thread
            debuggee.wait_line("gave 0")


def test_nothing_waits_for_an_observer(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with attached(debuggee, observe=True) as watching:
        with attached(debuggee, supports=NAMED) as one:
            one.break_at("double")
            one.tell("count 1")
            one.stops_at("double")
            watching.stops_at("double")
        assert watching.client.wait_event("continued")["remoraClient"] == "ada@there"
        debuggee.wait_line("gave 0")
        debuggee.send("count 2\n")
        debuggee.wait_line("gave 2")


def test_an_observer_does_not_run_code_of_the_program(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with attached(debuggee) as one:
        one.break_at("double")
        one.tell("count 1")
        one.stops_at("double")
        one.value("globals().update(Loud=type('Loud', (), {'__repr__': lambda self: print('loud') or 'x'}))")
        one.value("globals().update(loud=Loud())")
        with attached(debuggee, observe=True) as two:
            two.stopped()
            shown = {each["name"]: each["value"] for each in two.children(two.scope("Globals"))}
            assert "Loud" in shown["loud"]
        one.go()
        debuggee.wait_line("gave 0")
        assert "loud" not in debuggee.output


def test_details_come_with_the_stop_for_those_who_use_them(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with attached(debuggee, supports={"supportsRemoraStopDetails": True}) as one:
        one.break_at("double")
        one.tell("count 1")
        details = one.stopped("breakpoint")["remoraDetails"]
        assert details["thread"] == {"id": one.thread, "name": "MainThread"}
        asked = one.client.request("stackTrace", {"threadId": one.thread})
        assert details["stackFrames"] == asked["stackFrames"][:1]
        assert details["totalFrames"] == asked["totalFrames"]


def test_a_stop_stays_for_the_next_client(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with attached(debuggee, onDisconnect="stay") as one:
        one.break_at("double")
        one.tell("count 2")
        first = one.stops_at("double")
        line = one.stack()[0]["line"]
        one.detach()
    with attached(debuggee) as two:
        # Its breakpoint has gone, and so has its id from what is told.
        assert two.stopped()["reason"] == first["reason"]
        assert two.stack()[0]["line"] == line
        two.shows("i", "0")
        two.go()
        debuggee.wait_line("gave 2")


def test_a_stop_stays_when_its_client_is_lost(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with attached(debuggee, onDisconnect="stay") as one:
        one.break_at("double")
        one.tell("count 1")
        one.stops_at("double")
    with attached(debuggee, observe=True) as two:
        two.stops_at("double")
    with attached(debuggee) as three:
        three.stops_at("double")
    debuggee.wait_line("gave 0")


def test_disconnect_says_whether_the_stop_stays(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with attached(debuggee) as one:
        one.break_at("double")
        one.tell("count 1")
        one.stops_at("double")
        one.client.request("disconnect", {"suspendDebuggee": True})
        one.client.wait_closed()
    with attached(debuggee, onDisconnect="stay") as two:
        two.stops_at("double")
        two.client.request("disconnect", {"suspendDebuggee": False})
        two.client.wait_closed()
    debuggee.wait_line("gave 0")


def test_a_running_program_runs_on_whatever_was_asked(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with attached(debuggee, onDisconnect="stay") as one:
        one.detach()
    debuggee.send("count 2\n")
    debuggee.wait_line("gave 2")


def test_output_is_watched_from_when_it_is_asked_for(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with attached(debuggee) as one:
        one.client.request("remora/configure", {"redirectOutput": True})
        one.tell("count 2")
        one.client.wait_event("output", lambda body: body["output"] == "2")
        one.client.request("remora/configure", {"redirectOutput": False})
        one.tell("count 3")
        debuggee.wait_line("gave 4")
        one.client.request("threads")
        assert "4" not in [body["output"] for body in one.client.events("output")]


def test_a_client_that_follows_exec_alone_leaves_the_rest_as_it_is(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    children = {"directory": "/nowhere", "firstStage": "", "onlyExec": True}
    with attached(debuggee, stop=True) as one:
        wrapped = "[each.__module__ for each in (__import__('os').fork, __import__('os').system)]"
        before = one.value(wrapped), one.value("'_posixsubprocess' in __import__('sys').modules")
        one.client.request("remora/configure", {"remoraChildren": children})
        assert (one.value(wrapped), one.value("'_posixsubprocess' in __import__('sys').modules")) == before
        assert one.value("__import__('os').execve.__module__") != "'posix'"
        one.detach()
    with attached(debuggee, stop=True) as two:
        assert two.value("__import__('os').execve.__module__") == "'posix'"
