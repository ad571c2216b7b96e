"""remora/exceptionStack: the frames of an exception, and of those that it came from."""

from __future__ import annotations

from typing import Any

from tests.conftest import StartDebuggee
from tests.support.pythons import each_python
from tests.support.session import Session, attached

pytestmark = each_python

PROGRAM = "chains_on_request.py"


def exceptions(dbg: Session, origin: str) -> list[dict[str, Any]]:
    body = dbg.client.request("remora/exceptionStack", {"threadId": dbg.thread})
    assert body["origin"] == origin
    found: list[dict[str, Any]] = body["exceptions"]
    return found


def places(exception: dict[str, Any], count: int) -> list[tuple[str, int]]:
    frames = exception["stackFrames"][:count]
    return [(frame["name"].rpartition(".")[2], frame["line"]) for frame in frames]


def value(dbg: Session, frame: dict[str, Any], expression: str) -> str:
    body = dbg.client.request("evaluate", {"expression": expression, "frameId": frame["id"]})
    return str(body["result"])


def test_the_chain_of_an_exception_that_is_handled(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        at = dbg.lines
        dbg.break_at("handling")
        dbg.tell("handles zebra")
        dbg.stops_at("handling")
        index, refused, key = exceptions(dbg, "handled")
        assert [each["relation"] for each in (index, refused, key)] == ["itself", "context", "cause"]
        assert [each["exceptionId"] for each in (index, refused, key)] == [
            "IndexError",
            "__main__.Refused",
            "KeyError",
        ]
        assert refused["description"] == "no zebra"
        assert places(index, 2) == [("clean_up", at["second"]), ("handles", at["cleaning"])]
        assert places(refused, 1) == [("serve", at["refused"])]
        assert places(key, 1) == [("look_up", at["missing"])]
        assert value(dbg, refused["stackFrames"][0], "table") == "{'a': 1}"
        assert value(dbg, key["stackFrames"][0], "key") == "'zebra'"
        scopes = dbg.client.request("scopes", {"frameId": key["stackFrames"][0]["id"]})["scopes"]
        names = [each["name"] for each in dbg.children(scopes[0]["variablesReference"])]
        assert {"table", "key"} <= set(names)


def test_frames_of_the_exception_are_void_when_the_thread_goes_on(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        dbg.break_at("handling", "after")
        dbg.tell("handles zebra")
        dbg.stops_at("handling")
        (number,) = {each["id"] for each in exceptions(dbg, "handled")[2]["stackFrames"][:1]}
        dbg.go()
        dbg.stops_at("after")
        with dbg.client.fails(1202):
            dbg.client.request("evaluate", {"expression": "key", "frameId": number})


def test_the_exception_of_the_stop(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        dbg.client.request("setExceptionBreakpoints", {"filters": ["raised"]})
        dbg.tell("handles zebra")
        dbg.stops_at("missing", reason="exception")
        (key,) = exceptions(dbg, "stop")
        assert places(key, 1) == [("look_up", dbg.lines["missing"])]


def test_no_exception_at_all(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        dbg.break_at("idle")
        dbg.tell("forgets zebra")
        dbg.stops_at("idle")
        dbg.refuses(1210, "remora/exceptionStack", threadId=dbg.thread)


def test_the_last_exception_that_nothing_handled(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        dbg.break_at("printed")
        dbg.tell("prints zebra")
        dbg.stops_at("printed")
        refused, _ = exceptions(dbg, "last")
        assert places(refused, 1) == [("serve", dbg.lines["refused"])]


def test_a_frame_that_raised_twice_is_shown_twice(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        at = dbg.lines
        dbg.break_at("caught")
        dbg.tell("raises_again zebra")
        dbg.stops_at("caught")
        (key,) = exceptions(dbg, "handled")
        wanted = [("look_up", at["missing"]), ("raises_again", at["first"]), ("raises_again", at["again"])]
        assert places(key, 3) == wanted
        assert len({each["id"] for each in key["stackFrames"]}) == len(key["stackFrames"])


def test_a_thread_that_runs_has_none(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        dbg.refuses(1101, "remora/exceptionStack", threadId=dbg.threads()["MainThread"])


def test_post_mortem_shows_the_exception_and_no_step_leads_on(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg:
        dbg.tell("dissects zebra")
        assert dbg.stops_at("refused", reason="exception")["remoraFinished"] is True
        assert [frame["name"].rpartition(".")[2] for frame in dbg.stack()] == [
            "serve",
            "dissects",
            "<module>",
        ]
        dbg.shows("answer", "'no zebra'")
        for step in ("next", "stepIn", "stepOut"):
            dbg.refuses(1408, step, threadId=dbg.thread)
        assert [each["relation"] for each in exceptions(dbg, "stop")] == ["itself", "cause"]
        dbg.go()
        debuggee.wait_line("gave zebra")
