"""asyncio: who awaits whom, steps that stay in their task, awaiting at a stop."""

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
def stopped(start: StartDebuggee, call: str, marker: str, **details: Any) -> Iterator[Session]:
    with attached(start("tasks_on_request.py")) as dbg:
        dbg.break_at(marker, **details)
        dbg.tell(call)
        dbg.stops_at(marker)
        yield dbg


def repl(dbg: Session, expression: str, frame: int | None) -> str:
    arguments = {"expression": expression, "context": "repl"}
    if frame is not None:
        arguments["frameId"] = dbg.stack()[frame]["id"]
    return str(dbg.client.request("evaluate", arguments)["result"])


def test_the_stack_goes_on_with_those_who_await(start: StartDebuggee) -> None:
    with stopped(start, "parent(7)", "after", condition="name == 'b'") as dbg:
        frames = dbg.stack()
        names = [frame["name"].rpartition(".")[2] for frame in frames]
        bottom = names.index("<module>")
        assert names[0] == "work"
        assert names[bottom + 1 :] == [
            "(await) task child",
            "together",
            "(await) task main",
            "parent",
            "named",
        ]
        labels = [frame for frame in frames if frame.get("presentationHint") == "label"]
        assert [(each["line"], each["column"]) for each in labels] == [(0, 0), (0, 0)]
        awaiting = frames[bottom + 4]
        assert awaiting["line"] == dbg.lines["parent"]
        found = dbg.client.request("evaluate", {"expression": "mark, number", "frameId": awaiting["id"]})
        assert found["result"] == "('of the parent', 7)"
        dbg.client.request("setExpression", {"expression": "number", "value": "8", "frameId": awaiting["id"]})
        dbg.refuses(1208, "scopes", frameId=labels[0]["id"])
        page = dbg.client.request(
            "stackTrace", {"threadId": dbg.thread, "startFrame": bottom + 1, "levels": 2}
        )
        assert page["totalFrames"] == len(frames)
        assert page["stackFrames"] == frames[bottom + 1 : bottom + 3]
        dbg.break_at()
        dbg.go()
        dbg.debuggee.wait_line("gave .3, 'of the parent', 8")


def test_steps_stay_in_their_task(start: StartDebuggee) -> None:
    with stopped(start, "together()", "begun", condition="name == 'b'") as dbg:
        dbg.break_at()
        for _ in range(4):
            function, _ = dbg.step("next")
            assert (function, dbg.value("name")) == ("work", "'b'")
        assert dbg.value("steps") == "['begun', 'after']"


def test_ten_thousand_tasks(start: StartDebuggee) -> None:
    with stopped(start, "crowd(10000)", "crowd") as dbg:

        def page() -> dict[str, Any]:
            return dbg.client.request("remora/tasks", {"start": 5000, "count": 100})

        def whole() -> dict[str, Any]:
            return dbg.client.request("remora/tasks")

        assert (len(page()["tasks"]), page()["total"]) == (100, 10001)
        assert len(whole()["tasks"]) == 10001
        assert costs_at_most(0.5, whole, page)


def test_awaiting_at_a_stop(start: StartDebuggee) -> None:
    with stopped(start, "work('a')", "after") as dbg:
        assert repl(dbg, "await double(21)", 0) == "42"
        assert repl(dbg, "await asyncio.gather(double(1), double(2))", 0) == "[2, 4]"
        assert repl(dbg, "steps += [await double(3)]", 0) == ""
        assert repl(dbg, "asyncio.current_task().get_name()", 0) == "'main'"
        with dbg.client.fails(1401):
            repl(dbg, "await asyncio.current_task()", 0)
        assert repl(dbg, "await double(4)", None) == "8"
        dbg.break_at()
        dbg.go()
        dbg.debuggee.wait_line("gave .'a', .'begun', 6, 'after'")


def test_awaiting_while_the_program_runs(start: StartDebuggee) -> None:
    with attached(start("tasks_on_request.py")) as dbg:
        assert repl(dbg, "await double(21)", None) == "42"
