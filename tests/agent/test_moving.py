"""Requests that make the program go on, or go elsewhere."""

from __future__ import annotations

from typing import Any

from tests.conftest import StartDebuggee
from tests.support.pythons import each_python
from tests.support.session import Session, attached

pytestmark = each_python

PROGRAM = "moves_on_request.py"


def at(dbg: Session, marker: str, expression: str) -> None:
    dbg.break_at(marker)
    dbg.tell(expression)
    dbg.stops_at(marker)
    dbg.break_at()


def goes_to(dbg: Session, command: str, marker: str, **arguments: Any) -> None:
    dbg.go(command, **arguments)
    dbg.stops_at(marker, reason="step")


def test_step_out_shows_what_was_returned_in_the_line_of_the_call(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        at(dbg, "other", "calls(3)")
        goes_to(dbg, "stepOut", "several")
        (returned,) = dbg.children(dbg.scope("Return value"))
        assert returned["value"] == "6"
        goes_to(dbg, "stepIn", "leaf")
        dbg.shows("x", "6")
        goes_to(dbg, "stepOut", "several")
        goes_to(dbg, "next", "after")
        dbg.shows("result", "13")
        dbg.go()
        dbg.debuggee.wait_line("gave 16")


def test_step_in_goes_through_all_calls_of_a_line(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        at(dbg, "several", "calls(3)")
        arguments = []
        while dbg.step("stepIn")[0] != "calls":
            arguments.append((dbg.stack()[0]["name"], dbg.value("x")))
        assert arguments == [("other", "3"), ("leaf", "6"), ("leaf", "5")]
        assert dbg.stack()[0]["line"] == dbg.lines["after"]


def test_step_in_target(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        at(dbg, "several", "calls(3)")
        body = dbg.client.request("stepInTargets", {"frameId": dbg.stack()[0]["id"]})
        labels = [each["label"] for each in body["targets"]]
        assert labels == ["other(x)", "leaf(other(x))", "leaf(5)"]
        ids = [each["id"] for each in body["targets"]]
        goes_to(dbg, "stepIn", "leaf", targetId=ids[1])
        dbg.shows("x", "6")
        dbg.refuses(1205, "stepIn", threadId=dbg.thread, targetId=ids[1])


def test_step_in_target_of_the_second_call_of_the_same_function(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        at(dbg, "several", "calls(3)")
        body = dbg.client.request("stepInTargets", {"frameId": dbg.stack()[0]["id"]})
        (target,) = [each["id"] for each in body["targets"] if each["label"] == "leaf(5)"]
        goes_to(dbg, "stepIn", "leaf", targetId=target)
        dbg.shows("x", "5")


def test_next_through_an_exception_and_finally(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        at(dbg, "test", "raises(1)")
        dbg.shows("i", "0")
        while dbg.step("next") != ("raises", dbg.lines["finally"]):
            assert dbg.stack()[0]["name"] == "raises"
        assert dbg.step("next")[0] == "<module>"
        dbg.go()
        dbg.debuggee.wait_line("gave KeyError 1")


def test_steps_through_a_generator(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        at(dbg, "found", "consumes(3)")
        goes_to(dbg, "next", "loop")
        goes_to(dbg, "next", "append")
        goes_to(dbg, "next", "loop")
        goes_to(dbg, "stepIn", "second")
        goes_to(dbg, "stepIn", "leaf")
        dbg.go()
        dbg.debuggee.wait_line(r"gave \[3, 4\]")


def test_a_step_out_of_a_call_in_a_yield(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        at(dbg, "leaf", "consumes(3)")
        goes_to(dbg, "next", "append")


def test_until_goes_forward_in_its_frame(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        at(dbg, "append", "consumes(3)")
        goes_to(dbg, "next", "end", remoraUntil=dbg.lines["append"])
        dbg.shows("found", "[3, 4]")


def test_a_breakpoint_within_a_step_ends_it(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        at(dbg, "several", "calls(3)")
        dbg.break_at("leaf")
        dbg.go("next")
        dbg.stops_at("leaf", reason="breakpoint")
        dbg.break_at()
        dbg.go()
        dbg.debuggee.wait_line("gave 16")
        assert dbg.client.events("stopped") == []


def test_goto(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        at(dbg, "before", "calls(3)")

        def targets(line: int) -> list[dict[str, Any]]:
            arguments = {"source": {"path": dbg.path}, "line": line}
            found: list[dict[str, Any]] = dbg.client.request("gotoTargets", arguments)["targets"]
            return found

        assert targets(100000) == []
        (after,) = targets(dbg.lines["after"])
        dbg.go("goto", targetId=after["id"])
        dbg.stops_at("after", reason="goto")
        (before,) = targets(dbg.lines["before"])
        dbg.refuses(1205, "goto", threadId=dbg.thread, targetId=999999)
        dbg.go("goto", targetId=before["id"])
        dbg.stops_at("before", reason="goto")
        goes_to(dbg, "next", "several")
        goes_to(dbg, "next", "after")
        dbg.go()
        dbg.debuggee.wait_line("gave 16")


def test_goto_where_python_does_not_go(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        at(dbg, "end", "consumes(3)")
        arguments = {"source": {"path": dbg.path}, "line": dbg.lines["append"]}
        (into_loop,) = dbg.client.request("gotoTargets", arguments)["targets"]
        dbg.refuses(1405, "goto", threadId=dbg.thread, targetId=into_loop["id"])
        assert dbg.stack()[0]["line"] == dbg.lines["end"]
        dbg.go()
        dbg.debuggee.wait_line(r"gave \[3, 4\]")


def test_goto_is_refused_in_a_frame_that_is_in_the_middle_of_a_line(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        at(dbg, "other", "calls(3)")
        goes_to(dbg, "stepOut", "several")
        arguments = {"source": {"path": dbg.path}, "line": dbg.lines["before"]}
        (before,) = dbg.client.request("gotoTargets", arguments)["targets"]
        dbg.refuses(1405, "goto", threadId=dbg.thread, targetId=before["id"])
        goes_to(dbg, "next", "after")
        dbg.go()
        dbg.debuggee.wait_line("gave 16")


def test_pause_and_go_of_a_thread_that_is_blocked(start: StartDebuggee) -> None:
    with attached(start(PROGRAM), justMyCode=False) as dbg:
        dbg.tell("threading.Thread(target=blocked, args=events, name='blocked').start()")
        dbg.debuggee.wait_line("gave None")
        dbg.pause("blocked")
        names = [frame["name"].rpartition(".")[2] for frame in dbg.stack()]
        assert names[:2] == ["wait", "wait"] and "blocked" in names
        frame = dbg.stack()[names.index("blocked")]["id"]
        arguments = {"expression": "event.is_set()", "frameId": frame}
        evaluated = dbg.client.request("evaluate", arguments)
        assert evaluated["result"] == "False"
        assert evaluated["remoraOnWorker"] is True
        (target,) = dbg.client.request(
            "gotoTargets", {"source": dbg.stack()[0]["source"], "line": dbg.stack()[0]["line"]}
        )["targets"]
        dbg.refuses(1405, "goto", threadId=dbg.thread, targetId=target["id"])
        # The program is stopped: who comes back from a blocking call parks.
        dbg.client.request("evaluate", {"expression": "events[0].set()"})
        dbg.client.wait_event("invalidated", lambda body: body["threadId"] == dbg.thread)
        dbg.break_at("released")
        dbg.go()
        dbg.stops_at("released")


def test_a_step_of_a_thread_that_is_blocked_ends_when_it_comes_back(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        dbg.tell("threading.Thread(target=blocked, args=events, name='blocked').start()")
        dbg.debuggee.wait_line("gave None")
        dbg.pause("blocked")
        blocked = dbg.thread
        dbg.go("stepOut")
        dbg.tell("events[0].set()")
        dbg.stopped("step")
        assert dbg.thread == blocked


def test_a_target_in_another_function_is_offered_and_refused(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        at(dbg, "other", "calls(3)")
        arguments = {"source": {"path": dbg.path}, "line": dbg.lines["after"]}
        (target,) = dbg.client.request("gotoTargets", arguments)["targets"]
        assert set(target) == {"id", "label", "line"}
        dbg.refuses(1405, "goto", threadId=dbg.thread, targetId=target["id"])
        assert dbg.client.request("gotoTargets", {**arguments, "line": 100000})["targets"] == []


def test_continue_without_a_thread_means_all(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        at(dbg, "other", "calls(3)")
        assert dbg.client.request("continue") == {"allThreadsContinued": True}
        dbg.debuggee.wait_line("gave 16")
        dbg.client.request("pause", {"threadId": "*"})
        assert dbg.stopped("pause")["preserveFocusHint"] is True
        frame = dbg.stack()[0]["id"]
        for expression in ("None", "print('written')"):
            arguments = {"expression": expression, "frameId": frame, "context": "repl"}
            assert dbg.client.request("evaluate", arguments)["result"] == ""
        assert dbg.value("None") == "None"
        assert dbg.client.request("continue", {"threadId": "*"}) == {"allThreadsContinued": True}


def returned(dbg: Session) -> dict[str, str]:
    return {name: value for name, value in dbg.variables().items() if name.startswith("(return)")}


def test_what_the_calls_of_a_line_returned(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        at(dbg, "several", "calls(3)")
        assert returned(dbg) == {}
        scope = dbg.scope()
        goes_to(dbg, "next", "after")
        assert returned(dbg) == {"(return) other": "6", "(return) leaf": "6"}
        first = dbg.children(dbg.scope())[0]
        assert first["presentationHint"]["attributes"] == ["readOnly"]
        dbg.refuses(1401, "setVariable", variablesReference=dbg.scope(), name="(return) leaf", value="1")
        assert dbg.children(scope)[0]["name"] == "(return) other", "a scope stays one while its frame does"
        dbg.go()
        dbg.debuggee.wait_line("gave 16")
        at(dbg, "other", "calls(4)")
        goes_to(dbg, "stepOut", "several")
        assert returned(dbg) == {"(return) other": "8"}
        goes_to(dbg, "stepIn", "leaf")
        assert returned(dbg) == {}
        goes_to(dbg, "stepOut", "several")
        assert returned(dbg) == {"(return) other": "8", "(return) leaf": "9"}
        dbg.break_at("several")
        dbg.go()
        dbg.debuggee.wait_line("gave 19")
        dbg.tell("calls(1)")
        dbg.stops_at("several")
        assert returned(dbg) == {}
        dbg.refuses(1203, "variables", variablesReference=scope)


def test_what_very_many_calls_returned_is_not_told(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        at(dbg, "often", "calls_often(3)")
        goes_to(dbg, "next", "afterwards")
        assert returned(dbg) == {"(return) often": "3"}
        dbg.go()
        at(dbg, "often", "calls_often(700)")
        goes_to(dbg, "next", "afterwards")
        assert returned(dbg) == {}


def test_what_calls_returned_is_not_told_if_nobody_wants_it(start: StartDebuggee) -> None:
    with attached(start(PROGRAM), showReturnValue=False) as dbg:
        at(dbg, "several", "calls(3)")
        goes_to(dbg, "next", "after")
        assert returned(dbg) == {}


def test_step_into_a_function_that_was_called_before(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        dbg.break_at("before")
        dbg.tell("calls(3)")
        dbg.stops_at("before")
        goes_to(dbg, "next", "several")
        goes_to(dbg, "next", "after")
        dbg.go()
        dbg.debuggee.wait_line("gave 16")
        dbg.tell("calls(3)")
        dbg.stops_at("before")
        goes_to(dbg, "next", "several")
        goes_to(dbg, "stepIn", "other")


def test_breakpoint_in_the_program(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        dbg.tell("asks(1)")
        dbg.stops_at("asked")
        dbg.go()
        dbg.debuggee.wait_line("gave 2")
        dbg.tell("sys.breakpointhook is sys.__breakpointhook__")
        dbg.debuggee.wait_line("gave False")
        dbg.detach()
        dbg.tell("sys.breakpointhook is sys.__breakpointhook__")
        dbg.debuggee.wait_line("gave True")


def test_a_hook_of_the_program_for_breakpoint_is_left_alone(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    debuggee.send("setattr(sys, 'breakpointhook', lambda: print('own'))\n")
    debuggee.wait_line("gave None")
    with attached(debuggee) as dbg:
        dbg.tell("asks(1)")
        dbg.debuggee.wait_line("own")
        dbg.debuggee.wait_line("gave 2")


def test_the_environment_decides_about_breakpoint(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        dbg.tell("__import__('os').environ.__setitem__('PYTHONBREAKPOINT', '0')")
        dbg.debuggee.wait_line("gave None")
        dbg.tell("asks(1)")
        dbg.debuggee.wait_line("gave 2")
