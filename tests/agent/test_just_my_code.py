"""Whose code is whose: `justMyCode`, `rules`, and changing them while the program runs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import StartDebuggee
from tests.support.pythons import each_python
from tests.support.session import Session, attached

pytestmark = each_python

PROGRAM = "own_code_on_request.py"


def at(dbg: Session, marker: str, expression: str) -> None:
    dbg.break_at(marker)
    dbg.tell(expression)
    dbg.stops_at(marker)
    dbg.break_at()


def goes(dbg: Session, command: str, *markers: str) -> None:
    for marker in markers:
        dbg.go(command)
        dbg.stops_at(marker, reason="step")


def leaves_for_a_library(dbg: Session) -> str:
    """Step into the call at which the program stands; the file in which that ends."""
    dbg.go("stepIn")
    dbg.stopped("step")
    return str(dbg.stack()[0]["source"]["name"])


def test_steps_into_go_past_libraries(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        at(dbg, "dispatch", "dispatches(1)")
        goes(dbg, "stepIn", "dispatched", "after_dispatch")
        dbg.go()
        at(dbg, "builds", "builds(1)")
        goes(dbg, "stepIn", "after_builds")
        dbg.go()
        at(dbg, "with", "manages(1)")
        goes(dbg, "stepIn", "held", "yield", "inside")
        dbg.go()
        at(dbg, "wrapper", "decorated(1)")
        goes(dbg, "stepIn", "decorated")


def test_a_step_out_of_a_callback_ends_in_the_next_one(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        for command in ("next", "stepIn"):
            at(dbg, "loads", "loads(1)")
            goes(dbg, "stepIn", "hook")
            goes(dbg, command, "hook_end", "hook", "hook_end", "after_loads")
            dbg.go()
        at(dbg, "hook", "loads(1)")
        goes(dbg, "stepOut", "hook", "after_loads")


def test_an_import_is_stepped_into_at_the_first_line_of_the_module(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    (debuggee.directory / "imported.py").write_text("VALUE = 1\n")
    with attached(debuggee) as dbg:
        at(dbg, "import", "imports('imported')")
        assert leaves_for_a_library(dbg) == "imported.py"
        goes(dbg, "stepIn", "after_import")


def test_without_it_steps_go_into_libraries(start: StartDebuggee) -> None:
    with attached(start(PROGRAM), justMyCode=False) as dbg:
        at(dbg, "dispatch", "dispatches(1)")
        assert leaves_for_a_library(dbg) == "functools.py"


@pytest.mark.parametrize("options", [{"debugStdLib": True}, {"debugOptions": ["DebugStdLib"]}])
def test_old_spellings(start: StartDebuggee, options: dict[str, Any]) -> None:
    with attached(start(PROGRAM), **options) as dbg:
        at(dbg, "dispatch", "dispatches(1)")
        assert leaves_for_a_library(dbg) == "functools.py"


def test_stacks_tell_whose_frames_they_show(start: StartDebuggee) -> None:
    with attached(start(PROGRAM), justMyCode=False) as dbg:
        at(dbg, "hook", "loads(1)")
        hints = {each["source"]["name"]: each["presentationHint"] for each in dbg.stack()}
        assert hints["own_code_on_request.py"] == "normal"
        assert hints["decoder.py"] == "subtle"


def test_stacks_leave_out_what_is_hidden(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        at(dbg, "hook", "loads(1)")
        body = dbg.client.request("stackTrace", {"threadId": dbg.thread})
        files = {each["source"]["name"] for each in body["stackFrames"]}
        assert files == {"own_code_on_request.py"} and len(body["stackFrames"]) == body["totalFrames"]
        names = [each["name"] for each in body["stackFrames"]]
        dbg.client.request("remora/configure", {"justMyCode": False})
        assert len(dbg.stack()) > len(names)
        dbg.client.request("remora/configure", {"rules": [{"path": dbg.path, "include": False}]})
        assert dbg.stack()[0]["name"] == names[0], "where the program stopped is always shown"


def test_rules(start: StartDebuggee) -> None:
    with attached(start(PROGRAM), rules=[{"module": "functools", "include": True}]) as dbg:
        at(dbg, "dispatch", "dispatches(1)")
        assert leaves_for_a_library(dbg) == "functools.py"
        dbg.go()
        rules = [{"path": "**/json/**", "include": True}, {"module": "json", "include": False}]
        dbg.client.request("remora/configure", {"rules": rules})
        assert dbg.client.wait_event("invalidated") == {"areas": ["stacks"]}
        at(dbg, "loads", "loads(1)")
        assert leaves_for_a_library(dbg) == "__init__.py"
        dbg.go()
        dbg.client.request("remora/configure", {"rules": [{"path": dbg.path, "include": False}]})
        at(dbg, "loads", "loads(1)")
        assert dbg.stack()[0]["presentationHint"] == "subtle"
        dbg.refuses(1003, "remora/configure", rules=[{"include": True}])
        dbg.refuses(1003, "remora/configure", rules=[{"path": 1, "include": True}])


def test_it_is_changed_while_the_program_runs(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        dbg.client.request("remora/configure", {"justMyCode": False})
        at(dbg, "dispatch", "dispatches(1)")
        assert leaves_for_a_library(dbg) == "functools.py"
        dbg.client.request("remora/configure", {"justMyCode": True})
        goes(dbg, "stepOut", "dispatch")
        dbg.go()
        at(dbg, "dispatch", "dispatches(1)")
        goes(dbg, "stepIn", "dispatched")


def test_the_way_of_debugpy_to_change_it(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        dbg.client.request("setDebuggerProperty", {"ideOS": "LINUX"})
        dbg.client.request("setDebuggerProperty", {"justMyCode": False})
        dbg.refuses(1003, "setDebuggerProperty", rules=5)
        at(dbg, "dispatch", "dispatches(1)")
        assert leaves_for_a_library(dbg) == "functools.py"


def test_each_client_has_its_own(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg, attached(debuggee, justMyCode=False) as other:
        at(dbg, "dispatch", "dispatches(1)")
        other.stopped("breakpoint")
        other.go("stepIn")
        other.stopped("step")
        assert other.stack()[0]["source"]["name"] == "functools.py"
        dbg.stopped("step")
        other.go("stepOut")
        other.stops_at("dispatch", reason="step")
        dbg.stops_at("dispatch", reason="step")
        goes(dbg, "stepIn", "after_dispatch")


def test_steps_stay_in_a_function_of_a_library_where_the_program_stands(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        dbg.client.request("setFunctionBreakpoints", {"breakpoints": [{"name": "json:loads"}]})
        dbg.tell("loads(1)")
        dbg.stopped("function breakpoint")
        first = dbg.stack()[0]
        dbg.go("next")
        dbg.stopped("step")
        assert dbg.stack()[0]["name"] == first["name"] == "loads"
        goes(dbg, "stepOut", "loads")


def catch(dbg: Session, name: str, condition: str = "") -> None:
    options = [{"filterId": name, "condition": condition}]
    dbg.client.request("setExceptionBreakpoints", {"filters": [], "filterOptions": options})


def test_exceptions_of_libraries_stop_where_they_come_to_code_of_the_user(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        catch(dbg, "raised", "ValueError")
        dbg.tell("fails(1)")
        dbg.stops_at("fails", reason="exception")
        dbg.go()
        dbg.debuggee.wait_line("gave failed")
        assert dbg.client.events("stopped") == []


def test_all_exceptions_of_libraries(start: StartDebuggee) -> None:
    with attached(start(PROGRAM), justMyCode=False) as dbg:
        catch(dbg, "raised", "json.*")
        dbg.tell("fails(1)")
        dbg.stopped("exception")
        assert dbg.stack()[0]["source"]["name"] == "decoder.py"
        dbg.go()
        dbg.debuggee.wait_line("gave failed")
        assert dbg.client.events("stopped") == []


@pytest.mark.parametrize(
    ("code", "options", "stops"),
    [
        ("0", {}, False),
        ("", {}, False),
        ("1", {}, True),
        ("'sorry'", {}, True),
        ("3", {"django": True}, False),
        ("0", {"breakOnSystemExitZero": True}, True),
        ("1", {"breakOnSystemExit": []}, False),
        ("2", {"breakOnSystemExit": [1, {"from": 2, "to": 4}]}, True),
        ("5", {"breakOnSystemExit": [1, {"from": 2, "to": 4}]}, False),
        ("0", {"debugOptions": ["BreakOnSystemExitZero"]}, True),
    ],
)
def test_exits(start: StartDebuggee, code: str, options: dict[str, Any], stops: bool) -> None:
    with attached(start(PROGRAM), **options) as dbg:
        catch(dbg, "raised")
        dbg.tell(f"caught_exit({code or None})")
        if stops:
            dbg.stops_at("exits", reason="exception")
            dbg.go()
        dbg.debuggee.wait_line("gave exit")
        assert dbg.client.events("stopped") == []
