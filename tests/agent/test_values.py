"""Variables and evaluations at a stop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.conftest import StartDebuggee
from tests.support.pythons import each_python
from tests.support.session import Session, attached

pytestmark = each_python


@contextmanager
def stopped(start: StartDebuggee, marker: str = "here") -> Iterator[Session]:
    """At the marker, called with `1, 2, 3, key=4`."""
    with attached(start("values_on_request.py")) as dbg:
        dbg.break_at(marker)
        dbg.tell("stop(1, 2, 3, key=4)")
        dbg.stops_at(marker)
        yield dbg


def goes_on(dbg: Session, gives: str) -> None:
    dbg.break_at()
    dbg.go()
    assert dbg.debuggee.wait_line("gave").startswith(f"gave {gives}")


def evaluate(dbg: Session, expression: str, **arguments: Any) -> dict[str, Any]:
    frame = dbg.stack()[0]["id"]
    return dbg.client.request("evaluate", {"expression": expression, "frameId": frame, **arguments})


def by_name(variables: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in variables}


def test_scopes(start: StartDebuggee) -> None:
    with stopped(start) as dbg:
        body = dbg.client.request("scopes", {"frameId": dbg.stack()[0]["id"]})
        assert [scope["name"] for scope in body["scopes"]] == ["Locals", "Globals"]
        found = dbg.variables()
        assert found["first"] == "1"
        assert found["rest"] == "(3,)"
        assert found["named"] == "{'key': 4}"
        assert "here" not in found
        names = by_name(dbg.children(dbg.scope("Globals")))
        classes = dbg.children(names["class variables"]["variablesReference"])
        assert {each["name"] for each in classes} == {"Broken", "Point", "Slow"}
    with stopped(start, "inner") as dbg:
        assert dbg.value("outer") == "'seen by a nested function'"
        (free,) = dbg.children(dbg.scope("Closure"))
        assert free["name"] == "outer"


def test_pages(start: StartDebuggee) -> None:
    with stopped(start) as dbg:
        numbers = by_name(dbg.children(dbg.scope()))["numbers"]
        assert numbers["indexedVariables"] == 1000000
        assert len(numbers["value"]) < 2000
        page = dbg.children(numbers["variablesReference"], filter="indexed", start=999998, count=10)
        assert [each["value"] for each in page] == ["999998", "999999"]
        assert page[0]["evaluateName"] == "numbers[999998]"
        table = by_name(dbg.children(dbg.scope()))["table"]
        keys = dbg.children(table["variablesReference"], filter="indexed", count=2) or dbg.children(
            table["variablesReference"], start=0, count=2
        )
        assert [each["value"] for each in keys][:2] == ["1", "[4]"]
        two = dbg.client.request("variables", {"variablesReference": dbg.scope(), "start": 1, "count": 2})
        assert len(two["variables"]) == 2


def test_reprs_that_fail_or_are_long(start: StartDebuggee) -> None:
    with stopped(start) as dbg:
        found = dbg.variables()
        assert "RuntimeError" in found["broken"]
        assert len(found["text"]) < 5000
        whole = evaluate(dbg, "text", context="clipboard")["result"]
        assert len(whole) >= 100000
        goes_on(dbg, "(1000000")


def test_every_value_can_be_reached_again_by_its_evaluate_name(start: StartDebuggee) -> None:
    with stopped(start) as dbg:
        (nested,) = [
            each
            for each in dbg.children(by_name(dbg.children(dbg.scope()))["table"]["variablesReference"])
            if "nested" in each["name"]
        ]
        (deep,) = [each for each in dbg.children(nested["variablesReference"]) if "deep" in each["name"]]
        fields = by_name(dbg.children(deep["variablesReference"]))
        assert fields["x"]["value"] == "1"
        dbg.shows(fields["x"]["evaluateName"], "1")


def test_set_variable(start: StartDebuggee) -> None:
    with stopped(start) as dbg:
        scope = dbg.scope()

        def assign(reference: int, name: str, value: str) -> str:
            arguments = {"variablesReference": reference, "name": name, "value": value}
            return str(dbg.client.request("setVariable", arguments)["value"])

        assert assign(scope, "first", "second * 10") == "20"
        assert assign(scope, "rest", "()") == "()"
        variables = by_name(dbg.children(scope))
        assert assign(variables["point"]["variablesReference"], "x", "33") == "33"
        table = dbg.children(variables["table"]["variablesReference"])
        first = next(each["name"] for each in table if "variables" not in each["name"])
        assert assign(variables["table"]["variablesReference"], first, "11") == "11"
        dbg.refuses(1401, "setVariable", variablesReference=scope, name="first", value="1 +")
        dbg.refuses(1401, "setVariable", variablesReference=scope, name="first", value="nonsense")
        with pytest.raises(Exception, match="nothing"):
            assign(scope, "nothing", "1")
        goes_on(dbg, "(1000000, 20, 2, (), 11, 33, ")


def test_set_expression(start: StartDebuggee) -> None:
    with stopped(start) as dbg:
        frame = dbg.stack()[0]["id"]
        for target, value in (("second", "5"), ("table['one']", "6"), ("point.x", "second + 2")):
            arguments = {"expression": target, "value": value, "frameId": frame}
            shown = dbg.client.request("setExpression", arguments)["value"]
            assert shown == dbg.value(target)
        for target in ("1", "len(numbers)", "a b", "None"):
            dbg.refuses(1401, "setExpression", expression=target, value="1", frameId=frame)
        goes_on(dbg, "(1000000, 1, 5, (3,), 6, 7, ")


def test_contexts_of_evaluations(start: StartDebuggee) -> None:
    with stopped(start) as dbg:
        assert evaluate(dbg, "first = 41", context="repl")["result"] == ""
        assert evaluate(dbg, "first + 1", context="repl")["result"] == "42"
        assert evaluate(dbg, "for k in range(3):\n    second += k", context="repl")["result"] == ""
        assert evaluate(dbg, "import math; second + math.floor(1.5)")["result"] == "6"
        assert evaluate(dbg, "[first + k for k in (1, 2)]", context="watch")["result"] == "[42, 43]"
        assert evaluate(dbg, "255", format={"hex": True})["result"] == "0xff"
        assert evaluate(dbg, "point.x", context="hover")["result"] == "3"
        body = evaluate(dbg, "table['nested']", context="variables")
        assert body["variablesReference"] > 0
        assert body["type"] == "dict"
        for expression, context in (("first = 1", "watch"), ("del first", "hover"), ("stop(0)", "hover")):
            dbg.refuses(
                1401, "evaluate", expression=expression, context=context, frameId=dbg.stack()[0]["id"]
            )
        dbg.shows("first", "41")
        goes_on(dbg, "(1000000, 41, 5, (3,), 1, 3, ")


def test_evaluation_without_a_frame_and_in_outer_frames(start: StartDebuggee) -> None:
    with stopped(start) as dbg:
        assert dbg.client.request("evaluate", {"expression": "Point(7, 8).y"})["result"] == "8"
        outer = dbg.stack()[-1]["id"]
        arguments = {"expression": "line", "frameId": outer}
        assert "stop(1, 2, 3, key=4)" in dbg.client.request("evaluate", arguments)["result"]
        dbg.refuses(1401, "evaluate", expression="numbers", frameId=outer)
        goes_on(dbg, "(1000000")


def test_evaluation_while_the_program_runs(start: StartDebuggee) -> None:
    with attached(start("values_on_request.py")) as dbg:
        assert dbg.client.request("evaluate", {"expression": "Point(7, 8).y"})["result"] == "8"
        dbg.tell("1 + 1")
        dbg.debuggee.wait_line("gave 2")


def test_completions(start: StartDebuggee) -> None:
    with stopped(start) as dbg:
        frame = dbg.stack()[0]["id"]

        def labels(text: str) -> list[str]:
            arguments = {"text": text, "column": len(text) + 1, "frameId": frame}
            return [each["label"] for each in dbg.client.request("completions", arguments)["targets"]]

        assert "numbers" in labels("x = num")
        assert any(label.startswith("append") for label in labels("numbers.app"))
        assert set(labels("point.")) >= {"x", "y"}
        assert any(label.startswith("Point") for label in labels("Poi"))
        assert any("one" in label for label in labels("table['"))


def test_completions_tell_where_they_go_and_run_nothing(start: StartDebuggee) -> None:
    with attached(start("shapes_on_request.py")) as dbg:
        dbg.break_at("settable")
        dbg.tell("settable()")
        dbg.stops_at("settable")
        frame = dbg.stack()[0]["id"]

        def items(text: str, column: int, line: int = 1) -> list[tuple[str, str, int, int]]:
            arguments = {"text": text, "column": column, "line": line, "frameId": frame}
            targets = dbg.client.request("completions", arguments)["targets"]
            return [(each["label"], each["type"], each["start"], each["length"]) for each in targets]

        assert items("account.ba + 1", 11) == [("balance", "property", 8, 2)]
        assert items("x = 1\naccount.bal", 12, 2) == [("balance", "property", 14, 3)]
        assert ("owner", "field", 8, 0) in items("account.", 9)
        assert items("account.balance.", 17) == []
        assert items("items['", 8) == [("'key'", "value", 6, 1)]
        assert "property asked" not in dbg.debuggee.output
        hovered = {"expression": "account.balance", "frameId": frame, "context": "hover"}
        with pytest.raises(Exception, match="'balance' is computed, which is not done on hovering"):
            dbg.client.request("evaluate", hovered)
        for expression in ("inner()", "[cell for cell in items]", "account.owner + 'x'"):
            with pytest.raises(Exception, match="only names, attributes and items"):
                dbg.client.request("evaluate", {**hovered, "expression": expression})
        for expression, value in (("items['key'][-1]", "2"), ("account._Account__secret", "42")):
            assert dbg.client.request("evaluate", {**hovered, "expression": expression})["result"] == value
        assert "property asked" not in dbg.debuggee.output


def test_references_are_void_when_the_thread_has_gone_on(start: StartDebuggee) -> None:
    with stopped(start) as dbg:
        frame, scope = dbg.stack()[0]["id"], dbg.scope()
        numbers = by_name(dbg.children(scope))["numbers"]["variablesReference"]
        dbg.step("next")
        dbg.refuses(1202, "scopes", frameId=frame)
        dbg.refuses(1202, "evaluate", expression="1", frameId=frame)
        dbg.refuses(1203, "variables", variablesReference=numbers)
        dbg.refuses(1203, "setVariable", variablesReference=scope, name="first", value="1")


def test_pages_of_the_stack(start: StartDebuggee) -> None:
    with attached(start("functions_on_request.py")) as dbg:
        dbg.break_at("recursive", condition="n == 0")
        dbg.tell("recursive(50)")
        dbg.stops_at("recursive")
        whole = dbg.stack()
        names = [frame["name"] for frame in whole]
        assert names[:51] == ["recursive"] * 51
        request = dbg.client.request
        page = request("stackTrace", {"threadId": dbg.thread, "startFrame": 10, "levels": 5})
        assert page["totalFrames"] == len(whole)
        assert page["stackFrames"] == whole[10:15]
        rest = request("stackTrace", {"threadId": dbg.thread, "startFrame": 50, "levels": 100})
        assert rest["stackFrames"] == whole[50:]
        assert request("stackTrace", {"threadId": dbg.thread, "startFrame": 900})["stackFrames"] == []
        assert whole[0]["source"]["path"] == dbg.path
        assert names[-1] == "<module>"


def test_names_of_frames_as_the_client_wants_them(start: StartDebuggee) -> None:
    with stopped(start) as dbg:

        def name(**form: bool) -> str:
            arguments = {"threadId": dbg.thread, "levels": 1, "format": form}
            return str(dbg.client.request("stackTrace", arguments)["stackFrames"][0]["name"])

        line = dbg.lines["here"]
        assert name() == "stop"
        assert name(module=True) == "__main__.stop"
        assert name(line=True) == f"stop : {line}"
        assert name(module=True, line=True) == f"__main__.stop : {line}"


def test_slow_values_are_given_up(start: StartDebuggee) -> None:
    with attached(start("values_on_request.py"), evaluationTimeout=0.3) as dbg:
        dbg.break_at("here")
        dbg.tell("stop(1)")
        dbg.stops_at("here")
        frame = dbg.stack()[0]["id"]
        dbg.refuses(1402, "evaluate", expression="Slow()", frameId=frame)
        dbg.refuses(1105, "evaluate", expression="1", frameId=frame)
        assert dbg.client.request("threads")["threads"]
