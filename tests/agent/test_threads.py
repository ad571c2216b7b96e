"""Threads: pausing them wherever they are, stepping in one of them, letting one go on alone."""

from __future__ import annotations

import pytest

from tests.conftest import StartDebuggee
from tests.support.pythons import each_python
from tests.support.session import attached

pytestmark = each_python


def test_every_thread_can_be_paused_and_read(start: StartDebuggee) -> None:
    with attached(start("blocked.py")) as dbg:
        assert len(dbg.threads()) == 52
        for name in ("asleep", "locked", "accepting", "awaiting", "spinning", "MainThread"):
            dbg.pause(name)
            assert dbg.thread == dbg.threads()[name]
            frames = dbg.stack()
            own = [frame for frame in frames if frame["name"] == name]
            assert own or name == "MainThread", frames
            for frame in own:
                scopes = dbg.client.request("scopes", {"frameId": frame["id"]})["scopes"]
                body = dbg.client.request(
                    "variables", {"variablesReference": scopes[0]["variablesReference"]}
                )
                shown = {each["name"]: each["value"] for each in body["variables"]}
                assert shown.get("where", repr(name)) == repr(name)
                evaluated = dbg.client.request("evaluate", {"expression": "6 * 7", "frameId": frame["id"]})
                assert evaluated["result"] == "42"
                assert evaluated.get("remoraOnWorker", False) is (name != "spinning")
            dbg.go()


def test_asyncio_tasks_are_told(start: StartDebuggee) -> None:
    with attached(start("blocked.py")) as dbg:
        (task,) = dbg.client.request("remora/tasks")["tasks"]
        assert task["coroutine"] == "awaiting.<locals>.serve"
        assert task["state"] == "waiting"
        assert task["awaits"][-1]["source"]["path"] == dbg.path


def test_a_step_stays_in_its_thread(start: StartDebuggee) -> None:
    with attached(start("workers.py")) as dbg:
        dbg.break_at("work", condition="name == 'b'")
        dbg.stops_at("work")
        thread = dbg.thread
        dbg.break_at()
        others = dbg.value("counts['a']")
        for _ in range(12):
            dbg.step("next")
            assert dbg.thread == thread
            assert dbg.value("name") == "'b'"
        assert int(dbg.value("counts['a']")) >= int(others)


@pytest.mark.parametrize("others", ["started before", "started after"])
def test_breakpoints_stop_every_thread(start: StartDebuggee, others: str) -> None:
    with attached(start("workers.py")) as dbg:
        marker = "work" if others == "started before" else "late"
        dbg.break_at(marker)
        dbg.stops_at(marker)


def test_one_thread_can_go_on_alone(start: StartDebuggee) -> None:
    with attached(start("workers.py")) as dbg:
        dbg.break_at("work", condition="name == 'a'")
        dbg.stops_at("work")
        thread = dbg.thread
        before = dbg.value("counts['b']")
        dbg.go("continue", singleThread=True)
        dbg.stops_at("work")
        assert dbg.thread == thread
        assert dbg.value("counts['b']") == before


def test_a_thread_in_the_place_of_one_that_has_ended(start: StartDebuggee) -> None:
    """Both unknown to `threading`, and with one ident: the system gives the memory of its stack again."""
    debuggee = start("raw_threads.py")
    with attached(debuggee) as dbg:
        for _ in range(3):
            # The tracer knows the thread that is about to end.
            dbg.break_at("step", condition="False")
            dbg.tell("another")
            debuggee.wait_line("began")
            dbg.break_at("step")
            dbg.stops_at("step")
            dbg.break_at()
            dbg.go()
