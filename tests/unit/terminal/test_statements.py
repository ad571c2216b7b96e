"""Statements in source: where they begin and end, what they compute."""

from __future__ import annotations

import pytest

from remora.terminal.paths import PathMap
from remora.terminal.statements import expression_of, extent, statement_at
from remora.terminal.wire import CommandError

LINES = """\
total = f(1,
          2)
if total: hit()
@decorated
def g(a,
      b):
    return a
while a and \\
        b:
    pass
try:
    x = {
        1: 2,
    }
finally:
    pass
""".splitlines()


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        (1, (1, 2)), (2, (1, 2)), (3, (3, 3)), (5, (5, 6)), (6, (5, 6)), (7, (7, 7)), (8, (8, 9)),
        (10, (10, 10)), (11, (11, 11)), (13, (12, 14)), (15, (15, 15)), (99, (99, 99)),
    ],
)  # fmt: skip
def test_extent(line: int, lines: tuple[int, int]) -> None:
    assert extent(LINES, line) == lines


def test_text_that_is_no_python_is_taken_by_lines() -> None:
    assert extent(["a b c", "d"], 1) == (1, 1)


def test_statements_are_moved_to_the_left() -> None:
    assert statement_at(LINES, 12) == "x = {\n    1: 2,\n}"


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("if a > 1:", "a > 1"),
        ("elif a:", "a"),
        ("while x: f()", "x"),
        ("for i in range(3):", "range(3)"),
        ("with open(p) as f:", "open(p)"),
        ("return a + b", "a + b"),
        ("x = y = f(1)", "f(1)"),
        ("x += 1", "1"),
        ("x: int = 5", "5"),
        ("f(x)", "f(x)"),
        ("assert ok, 'message'", "ok"),
        ("raise ValueError(1)", "ValueError(1)"),
        ("match value:\n    case 1:", "value"),
    ],
)
def test_expression_of(text: str, expression: str) -> None:
    if text.startswith("match"):
        text += "\n        pass"
    assert expression_of(text) == expression


@pytest.mark.parametrize("text", ["return", "pass", "else:", "x: int", "import os", "a b"])
def test_statements_that_compute_nothing(text: str) -> None:
    with pytest.raises(CommandError):
        expression_of(text)


@pytest.mark.parametrize(
    ("path", "ours"),
    [
        ("/app/shop/cart.py", "/home/me/cart.py"),
        ("/app/main.py", "/src/main.py"),
        ("/application/main.py", None),
        ("/app", "/src"),
        ("/usr/lib/python3.11/json/__init__.py", "/opt/json/__init__.py"),
    ],
)
def test_paths(path: str, ours: str | None) -> None:
    paths = PathMap()
    paths.substitute("/app/shop/", "/home/me")
    paths.substitute("/app", "/src/")
    paths.replace(r"^/usr/lib/python3\.\d+/", "/opt/")
    assert paths.ours(path) == ours


def test_paths_lead_back() -> None:
    paths = PathMap()
    paths.substitute("/app", "/src")
    assert (paths.theirs("/src/a.py"), paths.theirs("/srcs/a.py")) == ("/app/a.py", None)


def test_the_root_may_be_substituted() -> None:
    paths = PathMap()
    paths.substitute("/", "/mnt/image")
    assert (paths.ours("/a/b.py"), paths.theirs("/mnt/image/a/b.py")) == ("/mnt/image/a/b.py", "/a/b.py")
