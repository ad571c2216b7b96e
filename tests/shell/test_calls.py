"""Which call the cursor stands in."""

from __future__ import annotations

import pytest

from remora.shell.calls import Call, call_at, current_parameter, is_in_text, names_of_arguments


@pytest.mark.parametrize(
    ("before", "call"),
    [
        ("f", None),
        ("f(", Call("f", 0)),
        ("f(a, ", Call("f", 1)),
        ("f(a, (b, c), ", Call("f", 2)),
        ("f(a, [b, c", Call("f", 1)),
        ("f(g(", Call("g", 0)),
        ("f(g(1), ", Call("f", 1)),
        ("f(1)", None),
        ("a.b['k'].c(x=", Call("a.b['k'].c", 0, "x")),
        ("f(x == ", Call("f", 0)),
        ("f('a, b', ", Call("f", 1)),
        ("f('a, ", Call("f", 0)),
        ("f(  # one, two\n  ", Call("f", 0)),
        ("if (", None),
        ("def f(", None),
        ("class A(", None),
        ("(", None),
        ("x = 'it\ny(", Call("y", 0)),
    ],
)
def test_call(before: str, call: Call | None) -> None:
    assert call_at(before) == call


@pytest.mark.parametrize(
    ("before", "inside"),
    [("'a", True), ("# a", True), ("d['a", False), ("'a' ", False), ("f('''a\nb", True), ("'\\''", False)],
)
def test_text(before: str, inside: bool) -> None:
    assert is_in_text(before) is inside


@pytest.mark.parametrize(
    ("signature", "position", "keyword", "parameter"),
    [
        ("(a, b=1)", 0, "", "a"),
        ("(a, b=(1, 2), *c)", 1, "", "b=(1, 2)"),
        ("(a, *rest, k=1)", 4, "", "*rest"),
        ("(a, /, b)", 1, "", "b"),
        ("(a, *, k=1)", 1, "", None),
        ("(a, *, k=1)", 1, "k", "k=1"),
        ("(a, **more)", 1, "k", "**more"),
        ("()", 0, "", None),
        ("(a: int = f(1, 2), b: str) -> int", 1, "", "b: str"),
    ],
)
def test_the_parameter_at_the_cursor(
    signature: str, position: int, keyword: str, parameter: str | None
) -> None:
    found = current_parameter(signature, Call("f", position, keyword))
    assert (signature[slice(*found)] if found else None) == parameter


@pytest.mark.parametrize(
    ("before", "names"),
    [
        ("f(", ["b", "c", "d"]),
        ("f(1, ", ["b", "c", "d"]),
        ("f(1, 2, d", ["c", "d"]),
        ("f(1, c=2, d", ["b", "d"]),
        ("f(1, (2, ", []),
        ("f([", []),
        ("f(1, 2 + ", []),
        ("(", []),
    ],
)
def test_parameters_that_may_follow_by_name(before: str, names: list[str]) -> None:
    assert names_of_arguments(before, "(a, /, b, c=1, *rest, d=2, **more) -> int") == names
