"""What a typed text means, and when Enter runs it."""

from __future__ import annotations

import pytest

from remora.shell.typed import (
    Joiner,
    Leave,
    Order,
    Python,
    Question,
    indentation,
    is_complete,
    parse,
    pasted,
)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("x + 1", Python("x + 1")),
        ("exit", Leave()),
        ("quit()", Leave()),
        ("exit = 3", Python("exit = 3")),
        ("await f()", Python("await f()")),
        ("await f() &", Python("await f()", in_background=True)),
        ("a & b", Python("a & b")),
        ("x = 1  # this & that &", Python("x = 1  # this & that &")),
        ("'what?'", Python("'what?'")),
        ("x = 1  # what?", Python("x = 1  # what?")),
        ("app.run?", Question("app.run", source=False)),
        ("app.run??", Question("app.run", source=True)),
        ("?app", Question("app", source=False)),
        ("??app", Question("app", source=True)),
        ("?", Question("", source=False)),
        ("%help", Order("help", "")),
        ("%stacks  --json 3 ", Order("stacks", "--json 3")),
        ("1 +* 2", Python("1 +* 2")),
    ],
)
def test_meaning(text: str, meaning: object) -> None:
    assert parse(text) == meaning


@pytest.mark.parametrize(
    ("text", "complete"),
    [
        ("x", True),
        ("f(", False),
        ("for i in x:", False),
        ("for i in x:\n    i", False),
        ("for i in x:\n    i\n    ", True),
        ("for i in x:\n    ", False),
        ("async with a as b:\n    b", False),
        ("async with a as b:\n    b\n", True),
        ("def f():\n    '''", False),
        ("def f():\n    '''a\n\n    ", False),
        ("x = 1\ny = 2", True),
        ("x = (1 &", False),
        ("1 +* 2", True),
        ("x?", True),
        ("@f", False),
    ],
)
def test_enter_runs_what_is_complete(text: str, complete: bool) -> None:
    assert is_complete(text) is complete


def joined(text: str) -> list[str]:
    joiner = Joiner()
    found = [statement for line in text.split("\n") for statement in joiner.feed(line)]
    return found + joiner.rest()


def test_lines_of_a_pipe_become_statements() -> None:
    assert joined("a = 1\n\nfor i in x:\n    i\n\n    j\nb\n") == [
        "a = 1",
        "for i in x:\n    i\n",
        "    j",
        "b",
    ]
    assert joined("for i in x:\n    i\nelse:\n    j\nb") == ["for i in x:\n    i\nelse:\n    j", "b"]
    assert joined("f(\n1,\n)\nx = '''\n\na'''\n") == ["f(\n1,\n)", "x = '''\n\na'''"]
    assert joined("@d\ndef f():\n    pass\n# note\nf()") == ["@d\ndef f():\n    pass\n# note", "f()"]
    assert joined("while True:") == ["while True:"]


def test_what_is_pasted() -> None:
    assert pasted("    x = 1\n    if x:\n        y\n") == "x = 1\nif x:\n    y\n"
    assert pasted(">>> for i in x:\n...     i\n...\n3\n>>> y") == "for i in x:\n    i\n\ny"
    assert pasted("a\r\nb") == "a\nb"


@pytest.mark.parametrize(
    ("before", "blanks"),
    [
        ("if x:", 4),
        ("if x:  # note", 4),
        ("    f(", 8),
        ("        return 1", 4),
        ("    x = 1", 4),
        ("    returned", 4),
        ("x", 0),
    ],
)
def test_the_next_line_is_indented(before: str, blanks: int) -> None:
    assert indentation(before) == " " * blanks
