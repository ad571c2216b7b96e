"""What is slow to look at is given up in time, and all else stays usable; what is large is fast."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.conftest import StartDebuggee
from tests.support.pythons import each_python
from tests.support.session import Session, attached
from tests.values.speed import costs_at_most

pytestmark = each_python


@contextmanager
def stopped(start: StartDebuggee, call: str, marker: str, **options: Any) -> Iterator[Session]:
    debuggee = start("wedged_on_request.py")
    with attached(debuggee, **options) as dbg:
        dbg.break_at(marker, **({"condition": "n == 0"} if marker == "deep" else {}))
        dbg.tell(call)
        dbg.stops_at(marker)
        yield dbg


def goes_on(dbg: Session, gives: str) -> None:
    dbg.break_at()
    dbg.go()
    dbg.debuggee.wait_line(f"gave {gives}")


def test_a_slow_repr_hides_only_itself(start: StartDebuggee) -> None:
    with stopped(start, "slow()", "slow") as dbg:
        scope = dbg.scope()
        waiting = dbg.client.send("variables", {"variablesReference": scope})
        assert dbg.threads()  # meanwhile
        assert dbg.client.request("stackTrace", {"threadId": dbg.thread})["totalFrames"]
        shown = {each["name"]: each for each in dbg.client.response(waiting)["variables"]}
        assert shown["fast"]["value"] == "[1]"
        assert shown["slow"]["value"].startswith("<__main__.Slow object at 0x")
        assert shown["more"]["value"].startswith("{'k': <__main__.Slow object at 0x")
        # It is remembered: the second look costs nothing.
        assert "took too long before" in dbg.variables()["slow"]
        assert dbg.value("fast") == "[1]"
        goes_on(dbg, r"\(\[1\], 1, False\)")


def test_a_slow_evaluation_is_cancelled(start: StartDebuggee) -> None:
    with stopped(start, "slow()", "slow") as dbg:
        frame = dbg.stack()[0]["id"]
        for context in ("repl", "watch", "clipboard", "variables"):
            number = dbg.client.send(
                "evaluate", {"expression": "repr(slow)", "frameId": frame, "context": context}
            )
            dbg.client.request("cancel", {"requestId": number})
            with dbg.client.fails(1102):
                dbg.client.response(number)
        dbg.shows("fast", "[1]")
        goes_on(dbg, r"\(\[1\], 1, False\)")


def test_a_property_that_blocks(start: StartDebuggee) -> None:
    with stopped(start, "patient()", "patient", evaluationTimeout=1) as dbg:
        (patient,) = [each for each in dbg.children(dbg.scope()) if each["name"] == "patient"]
        (lazy,) = [each for each in dbg.children(patient["variablesReference"]) if each["name"] == "blocking"]
        number = dbg.client.send("variables", {"variablesReference": lazy["variablesReference"]})
        dbg.debuggee.wait_line("asked")
        dbg.debuggee.wait_blocked()
        dbg.client.request("cancel", {"requestId": number})
        with dbg.client.fails(1102):
            dbg.client.response(number)
        # It waits in C and cannot be interrupted, but what needs none of the program's code is still told.
        shown = dbg.variables()
        assert shown["fast"] == "[1]"
        names = [each["name"] for each in dbg.children(patient["variablesReference"])]
        assert "plain" in names
        assert dbg.threads()
        with dbg.client.fails(1105):
            dbg.value("fast")


def test_a_lock_that_a_stopped_thread_holds(start: StartDebuggee) -> None:
    with stopped(start, "locked()", "locked") as dbg:
        shown = dbg.variables()
        assert shown["fast"] == "[1]"
        assert shown["locked"].startswith("<__main__.Locked object at 0x")
        assert dbg.stack()[0]["name"] == "locked"
        assert dbg.variables()["fast"] == "[1]"
        assert len(dbg.threads()) == 2


def test_a_deep_stack_comes_in_pages(start: StartDebuggee) -> None:
    with stopped(start, "deep(2000)", "deep") as dbg:
        arguments = {"threadId": dbg.thread, "startFrame": 0, "levels": 20}
        body = dbg.client.request("stackTrace", arguments)
        assert len(body["stackFrames"]) == 20
        assert body["totalFrames"] >= 2001
        assert costs_at_most(0.3, dbg.stack, lambda: dbg.client.request("stackTrace", arguments))
        arguments["startFrame"] = body["totalFrames"] - 3
        assert len(dbg.client.request("stackTrace", arguments)["stackFrames"]) == 3
        assert len(dbg.stack()) == body["totalFrames"]


def test_a_million_items(start: StartDebuggee) -> None:
    with stopped(start, "large()", "large") as dbg:
        shown = {each["name"]: each["variablesReference"] for each in dbg.children(dbg.scope())}

        def page(name: str, start: int = 0) -> list[Any]:
            return dbg.children(shown[name], filter="indexed", start=start, count=100)

        assert len(page("numbers")) == len(page("few")) == 100
        for act in (lambda: page("numbers"), lambda: page("numbers", 999900), dbg.variables):
            assert costs_at_most(3, lambda: page("few"), act)


def test_two_hundred_threads(start: StartDebuggee) -> None:
    with stopped(start, "crowd(200)", "crowd") as dbg:
        threads = dbg.threads()
        assert len(dbg.client.request("threads")["threads"]) == 201
        for thread in list(threads.values())[:50]:
            assert dbg.stack(thread)
        goes_on(dbg, "200")
