"""Exceptions as DAP shows them."""

from __future__ import annotations

import builtins

from remora.agent.inspection.exception_details import exception_details


class Broken(Exception):
    def __str__(self):
        raise ValueError


def fail(depth):
    if depth:
        fail(depth - 1)
    raise KeyError("deep")


def caught(function, *args):
    try:
        function(*args)
    except BaseException as error:
        return error
    raise AssertionError("nothing was raised")


def chained():
    try:
        fail(0)
    except KeyError as error:
        raise ValueError("outer") from error


def test_a_chain():
    body = exception_details(caught(chained), evaluate_name="e")
    assert (body["exceptionId"], body["description"]) == ("ValueError", "outer")
    details = body["details"]
    assert details["stackTrace"].splitlines()[0] == "Traceback (most recent call last):"
    assert "in chained" in details["stackTrace"]
    (inner,) = details["innerException"]
    assert (inner["typeName"], inner["message"], inner["evaluateName"]) == (
        "KeyError",
        "'deep'",
        "e.__cause__",
    )


def test_a_cycle_ends():
    first, second = ValueError("1"), ValueError("2")
    first.__context__, second.__context__ = second, first
    details = exception_details(first)["details"]
    assert "innerException" not in details["innerException"][0]


def test_a_long_traceback_is_cut():
    details = exception_details(caught(fail, 200), frames=10)["details"]
    assert details["stackTrace"].count("  File ") == 10
    assert "192 outer frames are not shown" in details["stackTrace"]


def test_a_long_chain_is_cut():
    error = ValueError("0")
    for number in range(500):
        error, error.__context__ = ValueError(str(number)), error
    details = exception_details(error)["details"]
    depth = 0
    while "innerException" in details:
        (details,) = details["innerException"]
        depth += 1
    assert depth == 20


def test_notes_and_groups():
    error = ValueError("noted")
    error.__notes__ = ["one", 2, "three"]
    assert exception_details(error)["details"]["message"] == "noted\none\nthree"
    group = getattr(builtins, "ExceptionGroup", None)
    if group is not None:
        details = exception_details(group("many", [error, KeyError("k")]), evaluate_name="e")["details"]
        assert [each["evaluateName"] for each in details["innerException"]] == [
            "e.exceptions[0]",
            "e.exceptions[1]",
        ]


def test_an_exception_that_cannot_be_told():
    body = exception_details(Broken())
    assert body["exceptionId"].endswith(".Broken")
    assert body["description"] == "<message unavailable: ValueError>"


def test_where_a_syntax_error_is():
    error = caught(compile, "x =\n", "file.py", "exec")
    assert "    x =" in exception_details(error)["details"]["stackTrace"]
