"""Breakpoints on one of several pieces of code that share a line."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import StartDebuggee
from tests.support.pythons import Python, each_python
from tests.support.session import Session, attached

pytestmark = each_python

PROGRAM = "columns_on_request.py"


def tells_columns(python: Python) -> bool:
    return tuple(map(int, python.version.split("."))) >= (3, 11)


def columns(dbg: Session, marker: str, **limits: int) -> list[int]:
    arguments = {"source": {"path": dbg.path}, "line": dbg.lines[marker], **limits}
    found = dbg.client.request("breakpointLocations", arguments)["breakpoints"]
    assert {each["line"] for each in found} <= {dbg.lines[marker]}
    return [each["column"] for each in found if "column" in each]


def column_of(dbg: Session, marker: str, text: str) -> int:
    """Where the text begins, from 1, in UTF-16 units."""
    line = dbg.debuggee.program.read_text(encoding="utf-8").splitlines()[dbg.lines[marker] - 1]
    return len(line[: line.index(text)].encode("utf-16-le")) // 2 + 1


def test_where_a_breakpoint_can_be(start: StartDebuggee, python: Python) -> None:
    with attached(start(PROGRAM)) as dbg:
        found = columns(dbg, "both")
        if not tells_columns(python):
            assert found == []
            return
        assert len(found) == 3
        assert found[0] == column_of(dbg, "both", "return")
        assert column_of(dbg, "both", "x + 1") in found
        assert columns(dbg, "both", column=found[1], endColumn=found[1]) == [found[1]]
        assert column_of(dbg, "umlaut", "x + 1") in columns(dbg, "umlaut")


@pytest.mark.parametrize(
    ("text", "function", "times"),
    [("return", "both", 1), ("x + 1", "<lambda>", 3), ("y * 2", "<genexpr>", 1)],
)
def test_a_column_chooses_the_code(
    start: StartDebuggee, python: Python, text: str, function: str, times: int
) -> None:
    if not tells_columns(python):
        pytest.skip("this Python does not tell columns")
    with attached(start(PROGRAM)) as dbg:
        (found,) = dbg.break_at("both", column=column_of(dbg, "both", text))
        assert found["column"] <= column_of(dbg, "both", text)
        dbg.tell("both(3)")
        for _ in range(times):
            dbg.stops_at("both")
            assert dbg.stack()[0]["name"].endswith(function)
            dbg.go()
        if function != "<genexpr>":
            dbg.debuggee.wait_line("gave 12")


def test_without_a_column_all_of_a_line_counts(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        (found,) = dbg.break_at("both")
        assert "column" not in found
        dbg.tell("both(1)")
        names: list[Any] = []
        for _ in range(3):
            dbg.stops_at("both")
            names.append(dbg.stack()[0]["name"].rpartition(".")[2])
            dbg.go()
        assert names[:2] == ["both", "<lambda>"]


def test_where_columns_are_not_told_that_is_said(start: StartDebuggee, python: Python) -> None:
    with attached(start(PROGRAM)) as dbg:
        (found,) = dbg.break_at("umlaut", column=column_of(dbg, "umlaut", "x + 1"))
        assert found["verified"]
        if tells_columns(python):
            assert found["column"] == column_of(dbg, "umlaut", "x + 1")
        else:
            assert "columns" in found["message"]
        dbg.tell("umlaut(1)")
        dbg.stops_at("umlaut")
