"""Arguments of requests against the table made from the schema."""

from __future__ import annotations

from typing import Any

import pytest

from remora.dap.check import check_arguments
from remora.dap.errors import RequestError

SOURCE = {"path": "a.py"}


def problem(command: str, arguments: Any) -> str:
    with pytest.raises(RequestError) as refusal:
        check_arguments(command, arguments)
    assert refusal.value.id == 1003
    return refusal.value.variables["problem"]


@pytest.mark.parametrize(
    ("command", "arguments", "expected"),
    [
        ("setBreakpoints", {}, "source is missing"),
        ("setBreakpoints", None, "source is missing"),
        ("setBreakpoints", [], "arguments must be an object"),
        ("setBreakpoints", {"source": "a.py"}, "source must be an object"),
        ("setBreakpoints", {"source": None}, "source must be an object"),
        ("setBreakpoints", {"source": {"path": 5}}, "source.path must be a string"),
        (
            "setBreakpoints",
            {"source": {"sources": [{}, {"path": 5}]}},
            "source.sources[1].path must be a string",
        ),
        ("setBreakpoints", {"source": SOURCE, "breakpoints": {}}, "breakpoints must be an array"),
        (
            "setBreakpoints",
            {"source": SOURCE, "breakpoints": [{"line": 1}, {}]},
            "breakpoints[1].line is missing",
        ),
        (
            "setBreakpoints",
            {"source": SOURCE, "breakpoints": [{"line": True}]},
            "breakpoints[0].line must be an integer, 0 or more",
        ),
        (
            "setBreakpoints",
            {"source": SOURCE, "breakpoints": [{"line": -1}]},
            "breakpoints[0].line must be an integer, 0 or more",
        ),
        ("setBreakpoints", {"source": SOURCE, "lines": ["1"]}, "lines[0] must be an integer"),
        ("stackTrace", {"threadId": 1.0}, "threadId must be an integer"),
        ("stackTrace", {"threadId": 1, "startFrame": -1}, "startFrame must be an integer, 0 or more"),
        ("stackTrace", {"threadId": 1, "format": {"hex": 1}}, "format.hex must be true or false"),
        ("variables", {"variablesReference": "1"}, "variablesReference must be an integer"),
        ("variables", {"variablesReference": 1, "filter": "all"}, "filter must be one of indexed, named"),
        ("variables", {"variablesReference": 1, "filter": []}, "filter must be one of indexed, named"),
        (
            "stepIn",
            {"threadId": 1, "granularity": "word"},
            "granularity must be one of statement, line, instruction",
        ),
        ("remora/resolveSource", {}, "path is missing"),
        ("threads", [], "arguments must be an object"),
    ],
)
def test_problem_names_the_field(command: str, arguments: Any, expected: str) -> None:
    assert problem(command, arguments) == expected


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("setBreakpoints", {"source": SOURCE, "breakpoints": [{"line": 0, "condition": "x"}]}),
        ("stackTrace", {"threadId": -3, "levels": 0}),
        ("attach", {"anything": [1, {"else": None}]}),
        ("restart", {"arguments": {"noDebug": True}}),
        ("evaluate", {"expression": "x", "context": "of our own"}),
        ("source", {"sourceReference": 1, "source": {"adapterData": [1]}}),
        ("configurationDone", {"x": 1}),
        ("noSuchRequest", {"x": 1}),
    ],
)
def test_what_is_right_comes_back_whole(command: str, arguments: dict[str, Any]) -> None:
    assert check_arguments(command, dict(arguments)) == arguments


def test_missing_arguments_are_none_at_all() -> None:
    assert check_arguments("threads", None) == {}
    assert check_arguments("disconnect", None) == {}


def test_null_means_absent() -> None:
    arguments = {"expression": "x", "frameId": None, "format": {"hex": None}, "unknown": None}
    assert check_arguments("evaluate", arguments) == {"expression": "x", "format": {}, "unknown": None}


def test_endless_nesting_is_refused() -> None:
    source: dict[str, Any] = {}
    for _ in range(5000):
        source = {"sources": [source]}
    assert problem("source", {"sourceReference": 1, "source": source}).endswith("is nested too deep")
