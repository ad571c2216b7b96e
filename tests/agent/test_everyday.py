"""The everyday of a debugger, on every interpreter: breakpoints, steps, values, exceptions, errors."""

from __future__ import annotations

from typing import Any

from tests.conftest import StartDebuggee
from tests.support.pythons import each_python
from tests.support.session import attached

pytestmark = each_python


def test_breakpoints_and_steps(start: StartDebuggee) -> None:
    with attached(start("loop.py")) as dbg:
        (breakpoint,) = dbg.break_at("loop")
        assert breakpoint["verified"]
        stop = dbg.stops_at("loop")
        assert stop["hitBreakpointIds"] == [breakpoint["id"]]
        assert [frame["name"] for frame in dbg.stack()] == ["main", "<module>"]
        assert dbg.step("stepIn") == ("body", dbg.lines["body"])
        assert dbg.step("next") == ("body", dbg.lines["call"])
        assert dbg.step("stepIn") == ("add", dbg.lines["add"])
        dbg.go("stepOut")
        dbg.stops_at("call", reason="step")
        assert dbg.step("next") == ("body", dbg.lines["return"])
        assert dbg.step("next") == ("main", dbg.lines["loop"] + 1)


def test_conditions_hit_conditions_and_log_messages(start: StartDebuggee) -> None:
    with attached(start("loop.py"), stop=True) as dbg:
        dbg.break_at("body", condition="i % 5 == 0")
        dbg.go()
        dbg.stops_at("body")
        assert int(dbg.value("i")) % 5 == 0
        dbg.break_at("body", hitCondition="==3")
        before = int(dbg.value("i"))
        dbg.go()
        dbg.stops_at("body")
        assert int(dbg.value("i")) == before + 3
        dbg.break_at("body", logMessage="i is {i}, twice {i * 2}")
        dbg.go()
        text = dbg.client.wait_event("output")["output"]
        number = int(text.split()[2].rstrip(","))
        assert text == f"i is {number}, twice {number * 2}\n"


def test_function_breakpoints(start: StartDebuggee) -> None:
    with attached(start("loop.py")) as dbg:
        for name, marker in (("body", "body"), ("Counter.add", "add"), ("__main__:risky", None)):
            body = dbg.client.request("setFunctionBreakpoints", {"breakpoints": [{"name": name}]})
            assert body["breakpoints"][0]["verified"], name
            if marker:
                dbg.stops_at(marker, reason="function breakpoint")
            else:
                dbg.stopped("function breakpoint")
            dbg.client.request("setFunctionBreakpoints", {"breakpoints": []})
            dbg.go()


def test_raised_exceptions_by_type(start: StartDebuggee) -> None:
    with attached(start("loop.py")) as dbg:
        option = {"filterId": "raised", "condition": "ValueError, LookupError"}
        dbg.client.request("setExceptionBreakpoints", {"filters": [], "filterOptions": [option]})
        dbg.stops_at("raise", reason="exception")
        info = dbg.client.request("exceptionInfo", {"threadId": dbg.thread})
        assert info["exceptionId"].endswith("KeyError")
        assert info["breakMode"] == "always"
        assert dbg.step("next") == ("risky", dbg.lines["handler"] - 1)


def test_values_can_be_read_and_changed(start: StartDebuggee) -> None:
    with attached(start("loop.py")) as dbg:
        dbg.break_at("call")
        dbg.stops_at("call")
        frame = dbg.stack()[0]["id"]
        assert set(dbg.variables()) == {"i", "counter", "double"}
        assert dbg.value("[double + k for k in range(2)][1] - double") == "1"
        scope = dbg.client.request("scopes", {"frameId": frame})["scopes"][0]["variablesReference"]
        changed = {"variablesReference": scope, "name": "double", "value": "7"}
        assert dbg.client.request("setVariable", changed)["value"] == "7"
        dbg.client.request("setExpression", {"expression": "counter.total", "value": "10", "frameId": frame})
        dbg.value("i = 5", context="repl")
        assert dbg.step("next") == ("body", dbg.lines["return"])
        assert dbg.variables()["double"] == "7"
        assert dbg.value("counter.total") == "17"
        assert dbg.value("i") == "5"
        targets = dbg.client.request(
            "completions", {"text": "dou", "column": 4, "frameId": dbg.stack()[0]["id"]}
        )
        assert "double" in [target["label"] for target in targets["targets"]]


def test_going_to_another_line(start: StartDebuggee) -> None:
    with attached(start("loop.py")) as dbg:
        dbg.break_at("call")
        dbg.stops_at("call")
        line = {"source": {"path": dbg.path}, "line": dbg.lines["return"]}
        (target,) = dbg.client.request("gotoTargets", line)["targets"]
        dbg.go("goto", targetId=target["id"])
        dbg.stops_at("return", reason="goto")
        total = dbg.value("counter.total")
        dbg.break_at("body")
        dbg.go()
        dbg.stops_at("body")
        assert dbg.value("counter.total") == total


def test_stepping_into_one_of_several_calls(start: StartDebuggee) -> None:
    with attached(start("loop.py")) as dbg:
        dbg.break_at("loop")
        dbg.stops_at("loop")
        body = dbg.client.request("stepInTargets", {"frameId": dbg.stack()[0]["id"]})
        (target,) = [each for each in body["targets"] if each["label"] == "body(i, counter)"]
        dbg.go("stepIn", targetId=target["id"])
        dbg.stops_at("body", reason="step")


def test_sources_and_modules(start: StartDebuggee) -> None:
    with attached(start("loop.py")) as dbg:
        request = dbg.client.request
        found = request("remora/resolveSource", {"path": "loop.py"})
        assert found == {"path": dbg.path, "loaded": True}
        assert "# @body" in request("source", {"source": found, "sourceReference": 0})["content"]
        assert dbg.path in [each.get("path") for each in request("loadedSources")["sources"]]
        names = [module["name"] for module in request("modules")["modules"]]
        assert "__main__" in names
        assert not [name for name in names if "remora" in name]
        lines = {"source": found, "line": dbg.lines["body"], "endLine": dbg.lines["return"]}
        assert [each["line"] for each in request("breakpointLocations", lines)["breakpoints"]] == [
            dbg.lines[name] for name in ("body", "call", "return")
        ]


def test_every_request_gets_an_answer(start: StartDebuggee) -> None:
    wrong: list[tuple[str, dict[str, Any] | None, int]] = [
        ("nonsense", None, 1001),
        ("next", {}, 1003),
        ("continue", {"threadId": "one"}, 1003),
        ("stackTrace", {"threadId": 1}, 1101),
        ("stackTrace", {"threadId": 999}, 1201),
        ("scopes", {"frameId": 999}, 1202),
        ("variables", {"variablesReference": 999}, 1203),
        ("evaluate", {"expression": "1 +"}, 1401),
        ("evaluate", {"expression": "1 / 0"}, 1401),
        ("setExceptionBreakpoints", {"filters": ["nonsense"]}, 1003),
        ("launch", {}, 1002),
    ]
    with attached(start("loop.py")) as dbg:
        for command, arguments, number in wrong:
            with dbg.client.fails(number):
                dbg.client.request(command, arguments)
        dbg.break_at("body")
        dbg.stops_at("body")
