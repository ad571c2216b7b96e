"""Breakpoints on functions by name."""

from __future__ import annotations

from typing import Any

from tests.conftest import StartDebuggee
from tests.support.pythons import each_python
from tests.support.session import Session, attached

pytestmark = each_python

PROGRAM = "functions_on_request.py"
#: Name → the call that reaches it, and where that stops.
NAMES = {
    "Thing.method": ("Thing().method(1)", ["method"]),
    "Thing.maker": ("Thing.maker(1)", ["maker"]),
    "Thing.size": ("Thing().size", ["size"]),
    "Thing.plain": ("plain(1), Thing.plain(2)", ["static"]),
    "plain": ("plain(1), Thing.plain(2)", ["plain", "static"]),
    "__main__:plain": ("plain(1)", ["plain"]),
    "functions_on_request.py:plain": ("plain(1)", ["plain"]),
    "functions_on_request.plain": ("plain(1), Thing.plain(2)", ["plain"]),
    "__main__.Thing.method": ("Thing().method(1)", ["method"]),
    "Thing.*": ("Thing.maker(1), plain(2), Thing().size", ["maker", "size"]),
    "ma*r": ("Thing.maker(1)", ["maker"]),
    "functions_on_request.p?ain": ("plain(1), Thing.plain(2)", ["plain"]),
    "__main__:p*n": ("plain(1), Thing.plain(2)", ["plain", "static"]),
    "decorated": ("decorated(1)", ["decorated"]),
    "recursive": ("recursive(2)", ["recursive"] * 3),
}


def break_in(dbg: Session, *names: str, **details: Any) -> list[dict[str, Any]]:
    wanted = [{"name": name, **details} for name in names]
    body = dbg.client.request("setFunctionBreakpoints", {"breakpoints": wanted})
    found: list[dict[str, Any]] = body["breakpoints"]
    return found


def test_names(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg:
        for name, (call, markers) in NAMES.items():
            (breakpoint,) = break_in(dbg, name)
            assert breakpoint["verified"], name
            dbg.tell(call)
            for marker in markers:
                stop = dbg.stops_at(marker, reason="function breakpoint")
                assert stop["hitBreakpointIds"] == [breakpoint["id"]]
                dbg.go()
            debuggee.wait_line("gave")
        assert dbg.client.events("stopped") == []


def test_conditions_see_the_arguments(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg:
        break_in(dbg, "recursive", condition="int(n) < 4", hitCondition=">1")
        dbg.tell("recursive(6)")
        for n in ("2", "1", "0"):
            dbg.stops_at("recursive", reason="function breakpoint")
            dbg.shows("n", n)
            dbg.go()
        debuggee.wait_line("gave")
        break_in(dbg, "plain", logMessage="x is {x}")
        dbg.tell("plain(3)")
        assert dbg.client.wait_event("output")["output"] == "x is 3\n"
        debuggee.wait_line("gave 3")


def test_functions_that_do_not_exist_yet(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg:
        (waiting,) = break_in(dbg, "fresh")
        assert not waiting["verified"]
        dbg.tell("exec('def fresh(x):\\n  return x') or fresh(5)")
        assert dbg.client.wait_event("breakpoint")["breakpoint"]["id"] == waiting["id"]
        dbg.stopped("function breakpoint")
        dbg.shows("x", "5")
        dbg.go()
        debuggee.wait_line("gave 5")
        break_in(dbg)
        dbg.tell("fresh(6)")
        debuggee.wait_line("gave 6")
