"""remora/describe: what something is, how it is called, where it was defined."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.conftest import StartDebuggee
from tests.support.pythons import each_python
from tests.support.session import Session, attached

pytestmark = each_python

PROGRAM = "defines_on_request.py"


@contextmanager
def standing(start: StartDebuggee) -> Iterator[Session]:
    with attached(start(PROGRAM)) as dbg:
        dbg.break_at("total")
        dbg.tell("x")
        dbg.stops_at("total")
        yield dbg


def describe(dbg: Session, expression: str) -> dict[str, Any]:
    arguments = {"expression": expression, "frameId": dbg.stack()[0]["id"]}
    return dbg.client.request("remora/describe", arguments)


def test_functions(start: StartDebuggee) -> None:
    with standing(start) as dbg:
        body = describe(dbg, "total")
        assert (body["kind"], body["type"], body["name"]) == ("function", "function", "__main__.total")
        assert body["signature"] == "(prices, /, *more, rate=1.5, **options)"
        assert (body["source"]["path"], body["line"]) == (dbg.path, dbg.lines["total"] - 2)
        assert "doc" not in body


def test_methods(start: StartDebuggee) -> None:
    with standing(start) as dbg:
        body = describe(dbg, "shelf.put")
        assert (body["kind"], body["name"]) == ("method", "__main__.Shelf.put")
        assert body["signature"] == "(thing, where=None)"
        assert body["doc"] == "Put something there.\n\nIt stays."
        assert body["line"] == dbg.lines["put"] - 5


def test_classes_and_their_instances(start: StartDebuggee) -> None:
    with standing(start) as dbg:
        line = dbg.lines["put"] - 14
        body = describe(dbg, "Shelf")
        assert (body["kind"], body["type"], body["name"]) == ("class", "type", "__main__.Shelf")
        assert body["signature"] == "(width, *, depth=3)"
        assert (body["doc"], body["line"]) == ("Holds things.", line)
        body = describe(dbg, "shelf")
        assert (body["kind"], body["type"], body["doc"]) == ("instance", "__main__.Shelf", "Holds things.")
        assert (body["source"]["path"], body["line"]) == (dbg.path, line)
        assert "name" not in body
        assert "signature" not in body


def test_what_wraps_a_function_is_where_that_is(start: StartDebuggee) -> None:
    with standing(start) as dbg:
        assert describe(dbg, "wrapped")["line"] == describe(dbg, "total")["line"]


@pytest.mark.parametrize(("expression", "kind"), [("len", "builtin"), ("sys", "module"), ("4", "instance")])
def test_what_has_no_source(start: StartDebuggee, expression: str, kind: str) -> None:
    with standing(start) as dbg:
        body = describe(dbg, expression)
        assert body["kind"] == kind
        assert "source" not in body
        assert body["doc"]


def test_modules(start: StartDebuggee) -> None:
    with standing(start) as dbg:
        body = describe(dbg, "functools")
        assert (body["kind"], body["name"], body["line"]) == ("module", "functools", 1)
        assert body["source"]["path"].endswith("/functools.py")


def test_what_raises(start: StartDebuggee) -> None:
    with standing(start) as dbg:
        dbg.refuses(1401, "remora/describe", expression="nothing_there", frameId=dbg.stack()[0]["id"])
