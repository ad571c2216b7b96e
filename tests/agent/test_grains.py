"""Steps to calls, returns, exceptions and instructions, and whether a line that begins again counts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import StartDebuggee
from tests.support.pythons import each_python
from tests.support.session import Session, attached

pytestmark = each_python

PROGRAM = "grains_on_request.py"


def step(dbg: Session, *events: str, command: str = "stepIn", **more: Any) -> tuple[str, str, int]:
    """The event, function and line at which a step ends."""
    wanted = {"remoraEvents": list(events)} if events else {}
    dbg.go(command, **wanted, **more)
    body = dbg.stopped()
    top = dbg.stack()[0]
    return body.get("remoraEvent", ""), top["name"].rpartition(".")[2], top["line"]


def at(dbg: Session, marker: str, request: str) -> None:
    """Stand at a marker, with no breakpoint left."""
    dbg.break_at(marker)
    dbg.tell(request)
    dbg.stops_at(marker)
    dbg.break_at()


def returned(dbg: Session) -> list[str]:
    scopes = dbg.client.request("scopes", {"frameId": dbg.stack()[0]["id"]})["scopes"]
    references = [each["variablesReference"] for each in scopes if each["name"] == "Return value"]
    return [each["value"] for reference in references for each in dbg.children(reference)]


def test_to_the_next_call_and_return(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        at(dbg, "nested", "nested 4")
        line = dbg.lines
        assert step(dbg, "call") == ("call", "double", line["double"] - 1)
        assert dbg.variables()["x"] == "4"
        assert step(dbg, "return") == ("return", "double", line["double"])
        assert returned(dbg) == ["8"]
        assert step(dbg) == ("", "nested", line["returns"])
        assert step(dbg, "call", "return") == ("return", "nested", line["returns"])


def test_a_line_step_from_a_call_stops_in_the_function(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        at(dbg, "calls_short", "calls_short 4")
        line = dbg.lines
        assert step(dbg, "call") == ("call", "short", line["short"])
        assert step(dbg) == ("", "short", line["short"])
        assert step(dbg, command="next") == ("", "calls_short", line["short_done"])


def test_steps_from_a_return_begin_in_the_caller(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        for command in ("next", "stepOut"):
            at(dbg, "double", "nested 4")
            assert step(dbg, "return")[0] == "return"
            assert step(dbg, command=command) == ("", "nested", dbg.lines["returns"])
            dbg.go()


def test_to_the_next_exception(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        at(dbg, "fails", "fails 4")
        assert step(dbg, "exception") == ("exception", "fails", dbg.lines["fails"])
        info = dbg.client.request("exceptionInfo", {"threadId": dbg.thread})
        assert info["exceptionId"] == "ValueError"
        step(dbg)
        while dbg.stack()[0]["line"] != dbg.lines["handles"]:
            step(dbg)


def test_yields_are_returns_and_going_on_is_a_call(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        at(dbg, "drains", "drains 4")
        seen = [step(dbg, "call", "return")[:2] for _ in range(4)]
        assert seen == [("call", "counted"), ("return", "counted")] * 2
        assert returned(dbg) == ["5"]


def test_nothing_stops_the_step_when_the_event_does_not_come(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg:
        at(dbg, "calls", "nested 4")
        dbg.go("stepIn", remoraEvents=["exception"])
        debuggee.wait_line("gave 8")
        assert dbg.client.events("stopped") == []


@pytest.mark.parametrize(("different", "fewest"), [(True, 0), (False, 4)])
def test_a_line_that_begins_again(start: StartDebuggee, different: bool, fewest: int) -> None:
    with attached(start(PROGRAM)) as dbg:
        at(dbg, "spins", "spins 5")
        lines = []
        while dbg.lines["spun"] not in lines:
            lines.append(step(dbg, command="next", remoraDifferent=different)[2])
        again = lines.count(dbg.lines["spins"])
        assert fewest <= again <= fewest + 1, lines


def instruction(dbg: Session, command: str) -> tuple[str, int]:
    """Function and offset after a step by one instruction."""
    dbg.go(command, granularity="instruction")
    dbg.stopped("step")
    return dbg.stack()[0]["name"].rpartition(".")[2], offset(dbg)


def offset(dbg: Session) -> int:
    body = dbg.client.request("remora/code", {"frameId": dbg.stack()[0]["id"]})
    return int(body["offset"])


def test_instructions_one_by_one(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        at(dbg, "nested", "nested 4")
        places = [("nested", offset(dbg))]
        while places[-1][0] == "nested":
            places.append(instruction(dbg, "stepIn"))
        assert places[-1][0] == "double"
        within = [each for _, each in places[:-1]]
        assert within == sorted(set(within)), within
        assert len(within) >= 4
        while places[-1][0] == "double":
            places.append(instruction(dbg, "stepIn"))
        assert places[-1][0] == "nested"
        assert places[-1][1] > within[-1]


def test_instructions_over_calls(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        at(dbg, "calls", "nested 4")
        places = [instruction(dbg, "next") for _ in range(4)]
        assert {name for name, _ in places} == {"nested"}
        assert len({each for _, each in places}) == 4
