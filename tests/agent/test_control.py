"""Frames that begin again, threads that end, threads that stop and go on alone."""

from __future__ import annotations

import pytest

from tests.conftest import StartDebuggee
from tests.support.dap import Failed
from tests.support.pythons import each_python
from tests.support.session import Session, attached

pytestmark = each_python

PROGRAM = "controlled.py"


def at(dbg: Session, marker: str, expression: str) -> None:
    dbg.break_at(marker)
    dbg.tell(expression)
    dbg.stops_at(marker)
    dbg.break_at()


def restart(dbg: Session, frame: int = 0) -> None:
    dbg.client.request("restartFrame", {"frameId": dbg.stack()[frame]["id"]})


def refuses_to_restart(dbg: Session, frame: int, reason: str) -> None:
    with pytest.raises(Failed, match=reason) as failed:
        restart(dbg, frame)
    assert failed.value.id == 1407


@pytest.mark.parametrize("marker", ["inside", "last"])
def test_a_frame_begins_again(start: StartDebuggee, marker: str) -> None:
    with attached(start(PROGRAM)) as dbg:
        at(dbg, marker, "restarted(2), runs")
        restart(dbg)
        dbg.stopped("restart")
        top = dbg.stack()[0]
        assert (top["name"], top["line"]) == ("restarted", dbg.lines["inside"] - 2)
        assert dbg.value("runs") == "['first line']"
        assert dbg.step("next")[1] == dbg.lines["inside"] - 1
        dbg.go()
        dbg.debuggee.wait_line("gave .*'first line', 'first line'")


def test_a_function_of_one_line_begins_again(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        at(dbg, "one", "one_liner(1)")
        restart(dbg)
        dbg.stopped("restart")
        dbg.go()
        dbg.debuggee.wait_line("gave 2")


def test_what_cannot_begin_again(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        at(dbg, "last", "restarted(2)")
        refuses_to_restart(dbg, 1, "the functions that it called have not returned")
        dbg.go()
        dbg.debuggee.wait_line("gave")
        dbg.pause("waits")
        refuses_to_restart(dbg, 0, "inside a call that has not returned")
        dbg.go()
        dbg.tell("one_liner(5)")
        dbg.debuggee.wait_line("gave 6")


def test_a_frame_that_was_just_returned_to(start: StartDebuggee) -> None:
    """Whether it can begin again is the interpreter's to say; the program is unharmed either way."""
    with attached(start(PROGRAM)) as dbg:
        at(dbg, "one", "calls()")
        dbg.go("stepOut")
        dbg.stopped("step")
        assert dbg.stack()[0]["name"] == "calls"
        try:
            restart(dbg)
        except Failed as failed:
            assert failed.id == 1407
        dbg.go()
        dbg.debuggee.wait_line("gave 2")


def test_a_frame_that_raised(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        dbg.client.request("setExceptionBreakpoints", {"filters": ["raised"]})
        dbg.tell("fails()")
        dbg.stopped("exception")
        try:
            restart(dbg)
        except Failed as failed:
            assert failed.id == 1407
        assert dbg.value("runs") == "['first line']"


def terminate(dbg: Session, *names: str) -> None:
    threads = dbg.threads()
    dbg.client.request("terminateThreads", {"threadIds": [threads[name] for name in names]})


def is_free(dbg: Session) -> None:
    dbg.tell("6 * 7")
    dbg.debuggee.wait_line("gave 42")


def test_a_running_thread_is_ended(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        terminate(dbg, "a")
        dbg.debuggee.wait_line("ended a")
        dbg.break_at("count")
        dbg.stops_at("count")
        assert dbg.value("name") == "'b'"
        assert "a" not in dbg.threads()
    assert "fault" not in dbg.debuggee.output


def test_a_stopped_thread_is_ended_alone(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        dbg.break_at("slept", condition="name == 'b'")
        dbg.stops_at("slept")
        dbg.break_at()
        terminate(dbg, "b")
        assert not dbg.client.wait_event("continued")["allThreadsContinued"]
        dbg.debuggee.wait_line("ended b")
        dbg.pause("a")
        before = dbg.value("counts['a']")
        assert dbg.value("counts['a']") == before
        dbg.go()
        is_free(dbg)


def test_a_thread_that_waits_is_ended_when_it_comes_back(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        terminate(dbg, "waits")
        dbg.tell("gate.release()")
        dbg.debuggee.wait_line("ended waiting")
        assert "never" not in dbg.debuggee.output
        dbg.refuses(1201, "terminateThreads", threadIds=[4711])


def test_a_traced_thread_is_ended(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        dbg.break_at("count", condition="False")
        terminate(dbg, "a", "b")
        dbg.debuggee.wait_line("ended .")
        dbg.debuggee.wait_line("ended .")
        at(dbg, "one", "one_liner(1)")
        dbg.go()
        dbg.debuggee.wait_line("gave 2")
        assert not [each for each in dbg.client.events("output") if "fault" in each["output"]]


def test_steps_by_statement_and_by_line(start: StartDebuggee) -> None:
    def lines_before_the_next(**arguments: str) -> list[int]:
        with attached(start(PROGRAM)) as dbg:
            at(dbg, "before", "long_statement(1)")
            seen: list[int] = []
            while True:
                dbg.go("next", **arguments)
                dbg.stopped("step")
                line = dbg.stack()[0]["line"]
                if line == dbg.lines["after"]:
                    return seen
                seen.append(line - dbg.lines["before"])

    assert lines_before_the_next(granularity="statement") == [1]
    by_line = lines_before_the_next(granularity="line")
    assert len(by_line) > 2
    assert lines_before_the_next() == by_line


def test_steps_that_leave_other_threads_stopped(start: StartDebuggee) -> None:
    with attached(start(PROGRAM), steppingResumesAllThreads=False) as dbg:
        dbg.break_at("count", condition="name == 'a'")
        dbg.stops_at("count")
        dbg.break_at()
        thread, before = dbg.thread, dbg.value("counts['b']")
        for _ in range(10):
            dbg.step("next")
            assert dbg.thread == thread
        assert dbg.value("counts['b']") == before
        dbg.go()
        is_free(dbg)


def test_a_stop_that_leaves_other_threads_running(start: StartDebuggee) -> None:
    with attached(start(PROGRAM), stopAllThreadsOnSuspend=False) as dbg:
        dbg.break_at("count", condition="name == 'a'")
        body = dbg.stopped("breakpoint")
        assert not body["allThreadsStopped"]
        first = dbg.thread
        is_free(dbg)
        assert dbg.value("name") == "'a'"
        dbg.refuses(1101, "stackTrace", threadId=dbg.threads()["b"])
        dbg.break_at("slept", condition="name == 'b'")
        dbg.stops_at("slept")
        assert dbg.thread != first
        dbg.thread = first
        dbg.go("next", singleThread=True)
        assert dbg.stopped("step")["threadId"] == first
        assert dbg.stack()[0]["line"] == dbg.lines["slept"]
        dbg.break_at()
        dbg.pause("MainThread")
        assert [dbg.stack(thread)[0]["line"] for thread in dbg.threads().values()]
        dbg.go()
        is_free(dbg)
        terminate(dbg, "a", "b")
        dbg.debuggee.wait_line("ended .")
        dbg.debuggee.wait_line("ended .")
