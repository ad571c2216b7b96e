"""Which locks a text holds at a line."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from remora.observe.memory.acquired import taken_at


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("self.a.acquire()\ntry:\n    here()\nfinally:\n    self.a.release()", {"self.a"}),
        ("a.acquire()\nhere()\na.release()", {"a"}),
        ("a.acquire()\nb.acquire()\nhere()\nb.release()\na.release()", {"a", "b"}),
        ("if a.acquire(timeout=1):\n    here()\n    a.release()", {"a"}),
        ("for x in y:\n    a.acquire()\n    if x:\n        here()\n    a.release()", {"a"}),
        # Released before, never, or perhaps not taken at all.
        ("a.acquire()\na.release()\nhere()", set()),
        ("a.acquire()\nhere()", set()),
        ("a.acquire(False)\nhere()\na.release()", set()),
        ("if a.acquire(timeout=1):\n    pass\nelse:\n    here()\na.release()", set()),
        ("if x:\n    a.acquire()\nhere()\na.release()", set()),
        ("here()\na.acquire()\na.release()", set()),
    ],
)
def test_taken_at(text: str, taken: set[str]) -> None:
    lines = ["def f():", *("    " + line for line in dedent(text).splitlines())]
    (line,) = (number for number, each in enumerate(lines, 1) if "here()" in each)
    assert taken_at(ast.parse("\n".join(lines)), "f", line) == taken
