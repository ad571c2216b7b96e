"""Breakpoints in files: where they can be, and which hits of them stop the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import StartDebuggee
from tests.support.pythons import Python, each_python
from tests.support.session import attached

pytestmark = each_python


HIT_CONDITIONS = {
    "4": [3],
    "==4": [3],
    "== 4": [3],
    ">7": [7, 8, 9],
    ">=8": [7, 8, 9],
    "<3": [0, 1],
    "<=3": [0, 1, 2],
    "%4": [3, 7],
    "hits * 2 == i + 6": [4],
    "@HIT@ in (2, 5)": [1, 4],
}


def test_hit_conditions(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with attached(debuggee) as dbg:
        for text, expected in HIT_CONDITIONS.items():
            dbg.break_at("double", hitCondition=text)
            dbg.tell("count 10")
            for i in expected:
                dbg.stops_at("double")
                dbg.shows("i", str(i))
                dbg.go()
            debuggee.wait_line("gave 18")
        assert dbg.client.events("stopped") == []


@pytest.mark.parametrize("wrong", ["x y", "", "%0", "=4", "4 5", ">>1"])
def test_hit_conditions_that_mean_nothing_are_refused(start: StartDebuggee, wrong: str) -> None:
    with attached(start("on_request.py")) as dbg:
        if wrong:
            with dbg.client.fails(1403):
                dbg.break_at("double", hitCondition=wrong)
        else:
            assert dbg.break_at("double", hitCondition=wrong)[0]["verified"]


def test_conditions(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with attached(debuggee) as dbg:
        dbg.break_at("double", condition="i > 2 and any(k == i for k in (5, 7))")
        dbg.tell("count 10")
        for i in ("5", "7"):
            dbg.stops_at("double")
            dbg.shows("i", i)
            dbg.go()
        debuggee.wait_line("gave 18")
        with dbg.client.fails(1403):
            dbg.break_at("double", condition="i ==")
        dbg.break_at("double", condition="nonsense > 2")
        dbg.tell("count 3")
        debuggee.wait_line("gave 4")
        complaints = dbg.client.wait_event("output")["output"]
        assert "nonsense" in complaints and "NameError" in complaints
        dbg.client.request("threads")
        assert dbg.client.events("output") == []


def test_condition_and_hit_condition_together_count_what_the_condition_lets_through(
    start: StartDebuggee,
) -> None:
    debuggee = start("on_request.py")
    with attached(debuggee) as dbg:
        dbg.break_at("double", condition="i % 3 == 0", hitCondition="3")
        dbg.tell("count 10")
        dbg.stops_at("double")
        dbg.shows("i", "6")
        dbg.go()
        debuggee.wait_line("gave 18")


def test_log_messages(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with attached(debuggee) as dbg:
        dbg.break_at("double", logMessage="{i}: {{{i * 2!r}}} {nonsense} {i:03d}", condition="i < 2")
        dbg.tell("count 3")
        debuggee.wait_line("gave 4")
        first, second = (dbg.client.wait_event("output")["output"] for _ in range(2))
        assert first.startswith("0: {0} ") and first.endswith(" 000\n") and "NameError" in first
        assert second.startswith("1: {2} ") and second.endswith(" 001\n")
        assert dbg.client.events("stopped") == []
        assert "nonsense" not in debuggee.output


def test_a_breakpoint_moves_to_the_next_line_with_code(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with attached(debuggee) as dbg:
        between = {"source": {"path": dbg.path}, "breakpoints": [{"line": dbg.lines["inner"] + 1}]}
        (moved,) = dbg.client.request("setBreakpoints", between)["breakpoints"]
        assert (moved["verified"], moved["line"]) == (True, dbg.lines["inner"] + 2)
        dbg.tell("nested 1")
        stop = dbg.stopped("breakpoint")
        assert stop["hitBreakpointIds"] == [moved["id"]]
        assert dbg.stack()[0]["line"] == moved["line"]
        beyond = {"source": {"path": dbg.path}, "breakpoints": [{"line": 10000}]}
        (last,) = dbg.client.request("setBreakpoints", beyond)["breakpoints"]
        assert (last["verified"], last["line"]) == (True, dbg.lines["last"])


def test_nested_functions_and_bodies_of_classes(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with attached(debuggee) as dbg:
        dbg.break_at("inner", "field")
        for _ in range(2):
            dbg.tell("nested 4")
            dbg.stops_at("inner")
            dbg.shows("x", "4")
            dbg.go()
            dbg.tell("build")
            dbg.stops_at("field")
            assert dbg.stack()[0]["name"].rpartition(".")[2] == "Built"
            dbg.go()
        dbg.break_at()
        dbg.tell("nested 4")
        debuggee.wait_line("gave 5")


MODULE = "def late(x):\n    twice = x * 2\n    return twice\n"


def test_a_file_that_is_imported_later_and_reloaded(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    module = debuggee.directory / "latecomer.py"
    module.write_text(MODULE)
    path = debuggee.python.path_inside(module)
    with attached(debuggee) as dbg:
        wanted = {"source": {"path": path}, "breakpoints": [{"line": 2}]}
        (waiting,) = dbg.client.request("setBreakpoints", wanted)["breakpoints"]
        assert not waiting["verified"]
        assert waiting["message"]
        dbg.tell("load latecomer")
        verified = dbg.client.wait_event("breakpoint")
        assert verified["reason"] == "changed"
        assert verified["breakpoint"]["id"] == waiting["id"]
        assert verified["breakpoint"]["verified"]
        for _ in range(2):
            assert dbg.stopped("breakpoint")["hitBreakpointIds"] == [waiting["id"]]
            top = dbg.stack()[0]
            assert (top["name"], top["line"], top["source"]["path"]) == ("late", 2, path)
            dbg.go()
            debuggee.wait_line("gave 4")
            dbg.tell("load latecomer")
        dbg.stopped("breakpoint")


def test_code_of_exec(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with attached(debuggee) as dbg:
        wanted = {"source": {"path": "<fresh>"}, "breakpoints": [{"line": 2}]}
        (breakpoint,) = dbg.client.request("setBreakpoints", wanted)["breakpoints"]
        for _ in range(2):  # each time it is another code object
            dbg.tell("redefine 7")
            assert dbg.stopped("breakpoint")["hitBreakpointIds"] == [breakpoint["id"]]
            assert dbg.stack()[0]["line"] == 2
            dbg.shows("x", "'7'")
            dbg.go()
            debuggee.wait_line("gave 7")


def test_a_path_may_be_the_end_of_it_or_a_link_to_it(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    link = Path(debuggee.directory / "link.py")
    link.symlink_to("on_request.py")
    with attached(debuggee) as dbg:
        for path in ("on_request.py", debuggee.python.path_inside(debuggee.directory) + "/link.py"):
            wanted = {"source": {"path": path}, "breakpoints": [{"line": dbg.lines["double"]}]}
            (breakpoint,) = dbg.client.request("setBreakpoints", wanted)["breakpoints"]
            assert breakpoint["verified"]
            assert breakpoint["source"]["path"] == dbg.path
            dbg.tell("count 1")
            dbg.stops_at("double")
            dbg.go()
            debuggee.wait_line("gave 0")


def test_two_breakpoints_on_a_line(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with attached(debuggee) as dbg:
        line = dbg.lines["double"]
        wanted = [{"line": line, "condition": "i == 1"}, {"line": line, "condition": "i in (1, 2)"}]
        body = dbg.client.request("setBreakpoints", {"source": {"path": dbg.path}, "breakpoints": wanted})
        one, two = (each["id"] for each in body["breakpoints"])
        dbg.tell("count 4")
        assert dbg.stops_at("double")["hitBreakpointIds"] == [one, two]
        dbg.go()
        assert dbg.stops_at("double")["hitBreakpointIds"] == [two]
        dbg.go()
        debuggee.wait_line("gave 6")


def test_a_condition_that_fails_is_told_once_and_does_not_silence_the_log(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with attached(debuggee) as dbg:
        dbg.break_at("double", condition="1 / (i - 2)", logMessage="i is {i}")
        for wanted in ("0", "1"):
            dbg.tell("count 4")
            texts = [dbg.client.wait_event("output")["output"] for _ in range(3 + (wanted == "0"))]
            assert [text for text in texts if "ZeroDivisionError" not in text] == [
                f"i is {i}\n" for i in (0, 1, 3)
            ]
            debuggee.wait_line("gave 6")
        dbg.break_at("double", hitCondition="1 / (hits - 2)")
        dbg.tell("count 2")
        dbg.stops_at("double")
        dbg.go()
        assert "ZeroDivisionError" in dbg.client.wait_event("output")["output"]


def test_a_line_inside_a_statement_means_the_statement(start: StartDebuggee, python: Python) -> None:
    debuggee = start("on_request.py")
    long = debuggee.directory / "long.py"
    long.write_text("a = 1\n\nb = [\n    a,\n\n    # nothing\n]\n# nothing\nc = 1\n")
    with attached(debuggee) as dbg:
        path = python.path_inside(str(long))
        wanted = {"source": {"path": path}, "breakpoints": [{"line": each} for each in (2, 6, 7, 8)]}
        body = dbg.client.request("setBreakpoints", wanted)
        assert [each["line"] for each in body["breakpoints"]] == [3, 4, 4, 9]


def test_a_file_that_is_not_there(start: StartDebuggee) -> None:
    with attached(start("on_request.py")) as dbg:
        wanted = {"source": {"path": "nonexistent.py"}, "breakpoints": [{"line": 1}]}
        (missing,) = dbg.client.request("setBreakpoints", wanted)["breakpoints"]
        assert missing == {
            "id": missing["id"],
            "verified": False,
            "line": 1,
            "message": "Breakpoint in file that does not exist.",
            "source": {"path": "nonexistent.py"},
        }


def test_a_line_without_code_is_told(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with attached(debuggee) as dbg:
        source = {"path": dbg.path}
        wanted = [{"line": 2}, {"line": dbg.lines["double"] + 2}, {"line": 1000}]
        first, _, last = dbg.client.request("setBreakpoints", {"source": source, "breakpoints": wanted})[
            "breakpoints"
        ]
        assert first["message"] == f"there is no code on line 2: moved to line {first['line']}"
        assert last["line"] == dbg.lines["last"] and "moved" in last["message"]
        source = {"path": dbg.path + ".missing.py"}
        body = dbg.client.request("setBreakpoints", {"source": source, "breakpoints": [{"line": 3}]})
        (missing,) = body["breakpoints"]
        assert not missing["verified"] and "does not exist" in missing["message"]
        assert missing["line"] == 3
