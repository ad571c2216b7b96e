"""Which locks a text holds at a line, and when it has come back."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from remora.observe.memory.suites import held_after, held_at


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("self.a.acquire()\ntry:\n    here()\nfinally:\n    self.a.release()", {"self.a"}),
        ("a.acquire()\nhere()\na.release()", {"a"}),
        ("a.acquire()\nb.acquire()\nhere()\nb.release()\na.release()", {"a", "b"}),
        ("a[k].acquire(True)\nhere()\na[k].release()", {"a[k]"}),
        ("a.acquire(blocking=True)\nhere()\na.release()", {"a"}),
        ("await a.acquire()\nhere()\na.release()", {"a"}),
        ("for x in y:\n    a.acquire()\n    if x:\n        here()\n    a.release()", {"a"}),
        # What the call has answered has been looked at.
        ("if a.acquire(timeout=1):\n    here()\n    a.release()", {"a"}),
        ("if not a.acquire(timeout=1):\n    return\nhere()\na.release()", {"a"}),
        ("if x and a.acquire(False):\n    here()\n    a.release()", {"a"}),
        ("got = a.acquire(timeout=1)\nif got:\n    here()\n    a.release()", {"a"}),
        ("got = a.acquire(timeout=1)\nif not got:\n    raise E\nhere()\na.release()", {"a"}),
        ("while not a.acquire(timeout=1):\n    pass\nhere()\na.release()", {"a"}),
        ("while True:\n    if a.acquire(False):\n        break\nhere()\na.release()", {"a"}),
        ("assert a.acquire(timeout=1)\nhere()\na.release()", {"a"}),
        # Released on a way that does not lead here.
        ("a.acquire()\nif x:\n    a.release()\n    return\nhere()\na.release()", {"a"}),
        ("a.acquire()\ntry:\n    x()\nexcept E:\n    a.release()\n    raise\nhere()\na.release()", {"a"}),
        # Released before, never, perhaps, or perhaps not taken at all.
        ("a.acquire()\na.release()\nhere()", set()),
        ("a.acquire()\nhere()", set()),
        ("a.acquire(False)\nhere()\na.release()", set()),
        ("a.acquire(*how)\nhere()\na.release()", set()),
        ("a.acquire(timeout=1)\nhere()\na.release()", set()),
        ("if a.acquire(timeout=1):\n    pass\nelse:\n    here()\na.release()", set()),
        ("if x or a.acquire(False):\n    here()\n    a.release()", set()),
        ("got = a.acquire(timeout=1)\ngot = x\nif got:\n    here()\n    a.release()", set()),
        ("if x:\n    a.acquire()\nhere()\na.release()", set()),
        ("a.acquire()\nif x:\n    a.release()\nhere()\na.release()", set()),
        ("while not a.acquire(timeout=1):\n    break\nhere()\na.release()", set()),
        ("while x:\n    here()\n    a.acquire()\na.release()", set()),
        ("a.acquire()\nwhile x:\n    here()\n    a.release()\na.release()", set()),
        ("a.acquire()\nfor x in y:\n    here()\n    a.release()\n    continue\na.release()", set()),
        ("try:\n    a.acquire()\nfinally:\n    here()\n    a.release()", set()),
        ("try:\n    a.acquire()\nexcept E:\n    here()\na.release()", set()),
        ("a.acquire()\ntry:\n    a.release()\nexcept E:\n    here()\na.release()", set()),
        ("a.acquire()\ndef g():\n    a.release()\nhere()", set()),
        ("here()\na.acquire()\na.release()", set()),
        # The line that waits has nothing yet; what it has already needs a release for each.
        ("a.acquire(here())\na.release()", set()),
        ("if a.acquire(here()): x()\na.release()", set()),
        ("a.acquire()\na.acquire(here())\na.release()", set()),
        ("a.acquire()\na.acquire(here())\na.release()\na.release()", {"a"}),
    ],
)
def test_held_at_a_line(text: str, held: set[str]) -> None:
    function = parsed(text)
    (line,) = (
        node.lineno
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "here"
    )
    assert held_at(function.body, line) == held


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("self.a.acquire()\nreturn self", {"self.a"}),
        ("self.a.__enter__()", {"self.a"}),
        ("return self.a.acquire(*args)", {"self.a"}),
        ("if not self.a.acquire(timeout=1):\n    raise E\nself.n = 1", {"self.a"}),
        ("while True:\n    if self.a.acquire(False):\n        return self", {"self.a"}),
        ("self.a.acquire()\nif x:\n    return 1\nself.a.release()", set()),
        ("self.a.acquire()\ntry:\n    return f()\nfinally:\n    self.a.release()", set()),
        ("if x:\n    self.a.acquire()", set()),
        ("raise E", set()),
        ("pass", set()),
    ],
)
def test_held_after_the_end(text: str, held: set[str]) -> None:
    assert held_after(parsed(text).body) == held


def parsed(text: str) -> ast.AsyncFunctionDef:
    lines = ["async def f():", *("    " + line for line in dedent(text).splitlines())]
    function = ast.parse("\n".join(lines)).body[0]
    assert isinstance(function, ast.AsyncFunctionDef)
    return function
