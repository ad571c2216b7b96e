"""What is inside values, how it is reached again, and how it is changed."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.conftest import StartDebuggee
from tests.support.pythons import each_python
from tests.support.session import Session, attached

pytestmark = each_python

Variable = dict[str, Any]


@contextmanager
def stopped(start: StartDebuggee, call: str, marker: str, **options: Any) -> Iterator[Session]:
    with attached(start("shapes_on_request.py"), **options) as dbg:
        dbg.break_at(marker)
        dbg.tell(call)
        dbg.stops_at(marker)
        yield dbg


def by_name(variables: list[Variable]) -> dict[str, Variable]:
    return {each["name"]: each for each in variables}


def local_variables(dbg: Session) -> dict[str, Variable]:
    return by_name(dbg.children(dbg.scope()))


def evaluate(dbg: Session, expression: str, **arguments: Any) -> dict[str, Any]:
    frame = dbg.stack()[0]["id"]
    return dbg.client.request("evaluate", {"expression": expression, "frameId": frame, **arguments})


def everything_below(dbg: Session, reference: int, depth: int = 6) -> Iterator[Variable]:
    for each in dbg.children(reference):
        hint = each.get("presentationHint", {})
        if hint.get("lazy") or each["name"].startswith(("special", "function", "class")):
            continue
        yield each
        if each["variablesReference"] and depth:
            yield from everything_below(dbg, each["variablesReference"], depth - 1)


def test_every_evaluate_name_gives_the_value_again(start: StartDebuggee) -> None:
    with stopped(start, "shapes()", "shapes") as dbg:
        seen = list(everything_below(dbg, dbg.scope()))
        assert len(seen) > 30
        for each in seen:
            assert evaluate(dbg, each["evaluateName"], context="watch")["result"] == each["value"], each
        assert "['not a name'][0]" in " ".join(each["evaluateName"] for each in seen)
        assert "code of the program ran" not in dbg.debuggee.output


def test_evaluate_names_inside_a_class(start: StartDebuggee) -> None:
    with stopped(start, "Account().inside('of the frame')", "inside") as dbg:
        seen = list(everything_below(dbg, dbg.scope()))
        assert {"_Account__secret", "_limit", "_kept"} <= {each["name"] for each in seen}
        for each in seen:
            assert evaluate(dbg, each["evaluateName"])["result"] == each["value"], each
        shadowed = by_name(dbg.children(dbg.scope("Globals")))["SHADOWED"]
        assert shadowed["value"] == "'of the module'"
        assert evaluate(dbg, shadowed["evaluateName"])["result"] == "'of the module'"


def test_attributes_are_grouped_as_the_client_wants(start: StartDebuggee) -> None:
    def names(**presentation: str) -> set[str]:
        options = {"variablePresentation": presentation} if presentation else {}
        with stopped(start, "shapes()", "shapes", **options) as dbg:
            thing = local_variables(dbg)["thing"]["variablesReference"]
            return {each["name"] for each in dbg.children(thing)}

    groups = {"special variables", "function variables", "protected variables"}
    assert names() & {*groups, "_hidden", "method"} == {"special variables", "function variables", "_hidden"}
    assert names(special="hide") & {*groups, "_hidden"} == {"function variables", "protected variables"}
    flat = names(all="inline", protected="hide")
    assert flat & {*groups, "_hidden", "method", "__init__"} == {"method", "__init__"}


def test_properties_are_asked_only_when_wanted(start: StartDebuggee) -> None:
    with stopped(start, "settable()", "settable") as dbg:
        account = local_variables(dbg)["account"]
        balance = by_name(dbg.children(account["variablesReference"]))["balance"]
        assert balance["presentationHint"]["lazy"]
        assert "property asked" not in dbg.debuggee.output
        (read,) = dbg.children(balance["variablesReference"], format={"hex": True})
        assert (read["value"], read["evaluateName"]) == ("[0xff]", "account.balance")
        dbg.debuggee.wait_line("property asked")


def test_scopes_come_in_pages(start: StartDebuggee) -> None:
    with stopped(start, "settable()", "settable") as dbg:
        names = [each["name"] for each in dbg.children(dbg.scope())]
        scope = dbg.scope()
        pages = [dbg.children(scope, start=at, count=2) for at in range(0, len(names), 2)]
        assert [each["name"] for page in pages for each in page] == names
        assert dbg.children(scope, start=len(names), count=5) == []
        assert dbg.children(scope, filter="indexed") == []
        assert len(dbg.children(scope, filter="named", start=1)) == len(names) - 1


def set_variable(dbg: Session, reference: int, name: str, value: str, **more: Any) -> str:
    arguments = {"variablesReference": reference, "name": name, "value": value, **more}
    return str(dbg.client.request("setVariable", arguments)["value"])


def test_variables_of_all_kinds_are_set(start: StartDebuggee) -> None:
    with stopped(start, "settable()", "inner") as dbg:
        assert set_variable(dbg, dbg.scope("Closure"), "cell", "20") == "20"
        assert set_variable(dbg, dbg.scope(), "own", "cell + 13", format={"hex": True}) == "0x21"
        assert set_variable(dbg, dbg.scope("Globals"), "SHADOWED", "'set'") == "'set'"
        dbg.break_at("settable")
        dbg.go()
        dbg.stops_at("settable")
        dbg.shows("found", "(33, 20)")
        variables = local_variables(dbg)
        inside = by_name(dbg.children(variables["items"]["variablesReference"]))["'key'"]
        set_variable(dbg, inside["variablesReference"], "1", "0xff")
        set_variable(dbg, variables["account"]["variablesReference"], "owner", "'bob'")
        set_variable(dbg, dbg.scope(), "first", "first + 9")
        set_variable(dbg, dbg.scope(), "cell", "cell + 1")
        dbg.break_at()
        dbg.go()
        dbg.debuggee.wait_line("gave .10, 21, {'key': .1, 255.}, 'bob', .33, 20., 'set'")


def test_expressions_of_all_kinds_are_set(start: StartDebuggee) -> None:
    with stopped(start, "settable()", "settable") as dbg:
        frame = dbg.stack()[0]["id"]

        def assign(target: str, value: str, **more: Any) -> str:
            arguments = {"expression": target, "value": value, "frameId": frame, **more}
            return str(dbg.client.request("setExpression", arguments)["value"])

        assert assign("first", "255", format={"hex": True}) == "0xff"
        assert assign("cell", "first + 1") == "256"
        assert assign("items['key'][0]", "0x10") == "16"
        assert assign("account.owner", "'eve'") == "'eve'"
        assert assign("SHADOWED", "None") == "None"
        with dbg.client.fails(1401):
            assign("account.balance", "1")
        dbg.break_at()
        dbg.go()
        dbg.debuggee.wait_line("gave .255, 256, {'key': .16, 2.}, 'eve', .3, 2., None")


def test_what_cannot_be_set_says_why(start: StartDebuggee) -> None:
    with stopped(start, "shapes()", "shapes") as dbg:
        pair = local_variables(dbg)["pair"]["variablesReference"]
        for reference, name, value, reason in (
            (pair, "left", "1", "left cannot be set"),
            (dbg.scope(), "table", "1 +", "SyntaxError"),
            (dbg.scope(), "nothing", "1", "there is no variable 'nothing' here"),
        ):
            number = dbg.client.send(
                "setVariable", {"variablesReference": reference, "name": name, "value": value}
            )
            try:
                dbg.client.response(number)
            except Exception as failed:
                assert reason in str(failed)
            else:
                raise AssertionError(name)


def test_memory_is_read(start: StartDebuggee) -> None:
    with stopped(start, "buffers()", "buffers") as dbg:
        variables = local_variables(dbg)

        def read(name: str, count: int, **arguments: Any) -> dict[str, Any]:
            memory = variables[name]["memoryReference"]
            body = dbg.client.request("readMemory", {"memoryReference": memory, "count": count, **arguments})
            return {**body, "data": base64.b64decode(body.get("data", ""))}

        assert read("fixed", 4, offset=3) == {"address": "0x3", "data": b"3456"}
        assert read("fixed", 8, offset=6) == {"address": "0x6", "data": b"6789", "unreadableBytes": 4}
        assert read("fixed", 2, offset=50)["unreadableBytes"] == 2
        assert read("fixed", 2, offset=-1)["unreadableBytes"] == 2
        assert read("window", 10)["data"] == b"cd"
        assert read("every_other", 10)["data"] == b"ace"
        assert read("numbers", 6)["data"] == b"\1\0\2\0\3\0"
        assert "memoryReference" in evaluate(dbg, "fixed + fixed")
        assert "memoryReference" not in evaluate(dbg, "'text'")
        dbg.refuses(1207, "readMemory", memoryReference="nonsense", count=1)
        memory = variables["fixed"]["memoryReference"]
        dbg.step("next")
        dbg.refuses(1207, "readMemory", memoryReference=memory, count=1)


def test_memory_is_written(start: StartDebuggee) -> None:
    with stopped(start, "buffers()", "buffers") as dbg:
        variables = local_variables(dbg)

        def write(name: str, offset: int, new: bytes, **arguments: Any) -> int:
            memory = variables[name]["memoryReference"]
            text = base64.b64encode(new).decode()
            body = dbg.client.request(
                "writeMemory", {"memoryReference": memory, "offset": offset, "data": text, **arguments}
            )
            return int(body["bytesWritten"])

        assert write("changing", 0, b"X") == 1
        assert dbg.client.wait_event("invalidated")["areas"] == ["variables"]
        assert write("window", 1, b"YZ", allowPartial=True) == 1
        assert write("numbers", 2, b"\xff\xff") == 2
        for name, offset, new in (("fixed", 0, b"1"), ("changing", 5, b"12"), ("every_other", 0, b"1")):
            with dbg.client.fails(1406):
                write(name, offset, new)
        memory = variables["changing"]["memoryReference"]
        dbg.refuses(1003, "writeMemory", memoryReference=memory, data="A")
        # Nothing holds the buffer when it has been answered.
        assert write("growing", 0, b"A") == 1
        evaluate(dbg, "growing.append(66)")
        dbg.shows("growing", "bytearray(b'AbB')")
