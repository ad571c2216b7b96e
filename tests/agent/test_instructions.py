"""The byte code of functions: `disassemble`, `remora/code`, and where frames stand in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.conftest import StartDebuggee
from tests.support.pythons import each_python
from tests.support.session import Session, attached

pytestmark = each_python

PROGRAM = "grains_on_request.py"


@contextmanager
def standing(start: StartDebuggee, marker: str, request: str) -> Iterator[Session]:
    with attached(start(PROGRAM)) as dbg:
        dbg.client.request("initialize", {"adapterID": "test", "supportsMemoryReferences": True})
        dbg.break_at(marker)
        dbg.tell(request)
        dbg.stops_at(marker)
        yield dbg


def code(dbg: Session, **arguments: Any) -> dict[str, Any]:
    return dbg.client.request("remora/code", {"frameId": dbg.stack()[0]["id"], **arguments})


def disassembled(dbg: Session, reference: str, count: int, skip: int = 0) -> list[dict[str, Any]]:
    arguments = {"memoryReference": reference, "instructionCount": count, "instructionOffset": skip}
    found: list[dict[str, Any]] = dbg.client.request("disassemble", arguments)["instructions"]
    assert len(found) == count
    return found


def as_python_has_it(dbg: Session, function: str) -> list[tuple[int, str]]:
    text = f"__import__('json').dumps([(i.offset, i.opname) for i in __import__('dis').Bytecode({function})])"
    return [(offset, name) for offset, name in json.loads(dbg.value(text, "clipboard").strip("'"))]


def test_the_instructions_of_a_function(start: StartDebuggee) -> None:
    with standing(start, "double", "nested 4") as dbg:
        whole = code(dbg, expression="double")
        base = int(whole["instructionPointerReference"], 16)
        wanted = as_python_has_it(dbg, "double")
        found = disassembled(dbg, whole["instructionPointerReference"], len(wanted))
        assert [(int(each["address"], 16) - base, each["instruction"].split()[0]) for each in found] == wanted
        assert found[0]["location"]["path"] == dbg.path
        assert {each["line"] for each in found} <= {dbg.lines["double"] - 1, dbg.lines["double"]}
        assert found[-1]["line"] == dbg.lines["double"]


def test_before_the_first_and_after_the_last_they_are_invalid(start: StartDebuggee) -> None:
    with standing(start, "double", "nested 4") as dbg:
        reference = code(dbg)["instructionPointerReference"]
        found = disassembled(dbg, reference, 200, skip=-3)
        assert [each.get("presentationHint") for each in found[:4]] == ["invalid"] * 3 + [None]
        assert found[-1]["presentationHint"] == "invalid"
        addresses = [int(each["address"], 16) for each in found]
        assert addresses == sorted(set(addresses))
        assert all(each["instruction"] == "" for each in found if "presentationHint" in each)


def test_frames_tell_where_they_stand(start: StartDebuggee) -> None:
    with standing(start, "double", "nested 4") as dbg:
        top, caller, _ = dbg.stack()
        body = code(dbg)
        at = int(top["instructionPointerReference"], 16) - int(body["instructionPointerReference"], 16)
        assert body["offset"] == at
        (first,) = disassembled(dbg, top["instructionPointerReference"], 1)
        assert first["line"] == dbg.lines["double"]
        (call,) = disassembled(dbg, caller["instructionPointerReference"], 1)
        assert "CALL" in call["instruction"]
        assert call["line"] == dbg.lines["calls"]


def test_clients_that_do_not_ask_get_no_addresses(start: StartDebuggee) -> None:
    with standing(start, "double", "nested 4") as dbg:
        dbg.client.request("initialize", {"adapterID": "test"})
        assert "instructionPointerReference" not in dbg.stack()[0]


def test_what_the_interpreter_knows_of_a_function(start: StartDebuggee) -> None:
    with standing(start, "nested", "nested 4") as dbg:
        body = code(dbg)
        assert (body["name"].rpartition(".")[2], body["line"]) == ("nested", dbg.lines["nested"] - 1)
        assert (body["arguments"], body["locals"]) == (["x"], ["y", "z"])
        assert "double" in body["names"]
        assert {"OPTIMIZED", "NEWLOCALS"} <= set(body["flags"])
        lines = [each["line"] for each in body["lines"]]
        assert set(lines) >= {dbg.lines[each] for each in ("nested", "calls", "returns")}
        ends = [each["end"] for each in body["lines"]]
        assert ends[-1] == body["size"]
        assert [each["offset"] for each in body["lines"]][1:] == ends[:-1]


@pytest.mark.parametrize(
    ("source", "arguments"),
    [
        ("lambda a, b=1, *c, d, e=2, **f: 0", ["a", "b", "*c", "d", "e", "**f"]),
        ("lambda a, /, b, *, c: 0", ["a", "/", "b", "*", "c"]),
        ("lambda: 0", []),
    ],
)
def test_arguments(start: StartDebuggee, source: str, arguments: list[str]) -> None:
    with standing(start, "nested", "nested 4") as dbg:
        assert code(dbg, expression=source)["arguments"] == arguments


def test_what_has_no_byte_code(start: StartDebuggee) -> None:
    with standing(start, "nested", "nested 4") as dbg:
        number = dbg.stack()[0]["id"]
        dbg.refuses(1409, "remora/code", frameId=number, expression="len")
        dbg.refuses(1401, "remora/code", frameId=number, expression="nothing_there")
        dbg.refuses(1410, "disassemble", memoryReference="0x10", instructionCount=1)
        dbg.refuses(1410, "disassemble", memoryReference="here", instructionCount=1)


def test_generators_and_methods_have_code(start: StartDebuggee) -> None:
    with standing(start, "nested", "nested 4") as dbg:
        assert code(dbg, expression="counted(3)")["name"] == "counted"
        assert code(dbg, expression="__import__('json').JSONDecoder().decode")["arguments"][0] == "self"


def test_nothing_of_the_library_stays_in_the_program(start: StartDebuggee) -> None:
    with standing(start, "nested", "nested 4") as dbg:
        before = dbg.value("'dis' in __import__('sys').modules")
        disassembled(dbg, code(dbg)["instructionPointerReference"], 3)
        assert dbg.value("'dis' in __import__('sys').modules") == before == "False"


def test_a_breakpoint_at_an_instruction(start: StartDebuggee) -> None:
    with standing(start, "nested", "nested 4") as dbg:
        reference = code(dbg, expression="double")["instructionPointerReference"]
        last = as_python_has_it(dbg, "double")[-1][0]
        wanted = {"instructionReference": reference, "offset": last, "condition": "x == 4"}
        body = dbg.client.request("setInstructionBreakpoints", {"breakpoints": [wanted]})
        (told,) = body["breakpoints"]
        assert told["verified"] is True
        assert told["source"]["path"] == dbg.path
        dbg.go()
        stop = dbg.stops_at("double", reason="instruction breakpoint")
        assert stop["hitBreakpointIds"] == [told["id"]]
        assert code(dbg)["offset"] == last
        dbg.client.request("setInstructionBreakpoints", {"breakpoints": []})
        dbg.tell("double 4")
        dbg.go()
        dbg.debuggee.wait_line("gave 8")
        dbg.debuggee.wait_line("gave 8")


def test_a_breakpoint_at_no_instruction(start: StartDebuggee) -> None:
    with standing(start, "nested", "nested 4") as dbg:
        body = dbg.client.request(
            "setInstructionBreakpoints", {"breakpoints": [{"instructionReference": "0x10"}]}
        )
        assert body["breakpoints"][0]["verified"] is False


def test_a_breakpoint_between_instructions(start: StartDebuggee) -> None:
    with standing(start, "nested", "nested 4") as dbg:
        reference = code(dbg, expression="double")["instructionPointerReference"]
        begins = {offset for offset, *_ in as_python_has_it(dbg, "double")}
        between = next(offset for offset in range(1, 1000) if offset not in begins)
        wanted = {"instructionReference": reference, "offset": between}
        (told,) = dbg.client.request("setInstructionBreakpoints", {"breakpoints": [wanted]})["breakpoints"]
        assert told["verified"] is False
        assert f"offset {between};" in told["message"]


def test_one_may_go_on_from_where_there_are_none(start: StartDebuggee) -> None:
    with standing(start, "double", "nested 4") as dbg:
        reference = code(dbg)["instructionPointerReference"]
        whole = disassembled(dbg, reference, 40, skip=-4)
        for index in (0, 2, 5, -1):
            assert disassembled(dbg, whole[index]["address"], 1)[0]["address"] == whole[index]["address"]
        again = disassembled(dbg, whole[0]["address"], 40)
        assert [each["address"] for each in again] == [each["address"] for each in whole]
