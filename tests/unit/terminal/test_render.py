"""DAP bodies as text."""

from __future__ import annotations

from typing import Any

import pytest

from remora.printable import printable
from remora.terminal import render
from remora.terminal.breakpoints import Breakpoint
from remora.terminal.debuggee import Stop
from remora.terminal.style import Style

PLAIN, COLOURED = Style(False), Style(True)
SOURCE = {"name": "app.py", "path": "/srv/app.py"}
FRAME: dict[str, Any] = {"id": 1, "name": "Server.handle", "line": 12, "column": 1, "source": SOURCE}
LINES = ["import time", "", "def f(n):", "\ttotal = 'sum'", "\treturn total"]


def test_location_header() -> None:
    assert render.location_header(FRAME, "MainThread", PLAIN) == "(app.py:12 MainThread): Server.handle"


def test_a_frame_without_source() -> None:
    assert render.location_header({"name": "f", "line": 0}, "t", PLAIN) == "(?:0 t): f"


@pytest.mark.parametrize(
    ("reason", "deeper", "glyph"),
    [
        ("breakpoint", 0, "xx"), ("function breakpoint", 3, "xx"), ("exception", 0, "!!"), ("pause", 0, "?!"),
        ("step", 0, "--"), ("step", 1, "->"), ("step", -2, "<-"), ("entry", 0, "--"), ("goto", 0, "--"),
    ],
)  # fmt: skip
def test_event_glyph(reason: str, deeper: int, glyph: str) -> None:
    assert render.event_glyph(reason, deeper) == glyph


def test_listing_marks_the_line_and_the_breakpoints() -> None:
    text = render.listing(LINES, 2, 9, PLAIN, current=4, glyph="xx", breakpoints=[3, 4], width=30)
    assert text.splitlines() == [
        "      2",
        " b    3 def f(n):",
        "xx    4         total = 'sum'",
        "      5         return total",
    ]


def test_a_coloured_listing_ends_its_colours_on_each_line() -> None:
    text = render.listing(["x = '''a", "b'''"], 1, 2, COLOURED)
    assert all(
        line.endswith("\x1b[0m") and line.count("\x1b[0m") * 2 == line.count("\x1b[")
        for line in text.splitlines()
    )


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("abcdef", None, "abcdef"),
        ("abcdef", 6, "abcdef"),
        ("abcdef", 4, "abc…"),
        ("a\nb", 10, "a\\nb"),
        ("\x1b[2J", 10, "\\x1b[2J"),
    ],
)
def test_cut(text: str, width: int | None, expected: str) -> None:
    assert render.cut(text, width) == expected


def test_the_program_cannot_send_control_characters_to_the_terminal() -> None:
    assert printable("a\x1b]0;title\x07\x9b\n\tb") == "a\\x1b]0;title\\x07\\x9b\n\tb"
    assert "\x1b" not in render.location_header({**FRAME, "name": "\x1b[31m"}, "\x1b[2J", PLAIN)


def test_backtrace_rows() -> None:
    assert render.frame_row(0, FRAME, PLAIN, selected=True) == "-> #0   Server.handle at app.py:12"
    assert render.frame_row(11, FRAME, PLAIN) == "   #11  Server.handle at app.py:12"
    label = {"name": "awaited by task 'T'", "line": 0, "presentationHint": "label"}
    assert render.frame_row(2, label, PLAIN) == "       awaited by task 'T'"


def test_variables_are_cut_to_the_width() -> None:
    bodies = [{"name": "n", "value": "3"}, {"name": "text", "value": "'" + "a" * 50 + "'"}]
    assert render.variables(bodies, PLAIN, 20).splitlines() == ["n = 3", "text = 'aaaaaaaaaaa…"]


def test_thread_rows() -> None:
    stop = Stop(3, "breakpoint")
    assert render.thread_row(3, "w", PLAIN, stop=stop, frame=FRAME, selected=True) == (
        "-> 3    w  Server.handle at app.py:12 (breakpoint)"
    )
    assert render.thread_row(4, "x", PLAIN, stop=None, frame=None) == "   4    x  running"


def test_breakpoint_sentences() -> None:
    point = Breakpoint(source={"path": "/srv/app.py"}, line=12, number=3, verified=True, actual_line=13)
    assert render.breakpoint_set(point, PLAIN) == "breakpoint 3 at /srv/app.py:13"
    pending = Breakpoint(function="f", number=4, temporary=True, message="no such function yet")
    assert (
        render.breakpoint_set(pending, PLAIN) == "temporary breakpoint 4 at f (pending: no such function yet)"
    )


def test_breakpoint_rows() -> None:
    point = Breakpoint(
        source={"path": "/srv/app.py"},
        line=12,
        number=3,
        verified=True,
        condition="n > 3",
        hits=2,
        enabled=False,
    )
    assert render.breakpoint_rows(point, PLAIN).splitlines() == [
        "3    breakpoint keep n  /srv/app.py:12",
        "       stops only if: n > 3",
        "       hits: 2",
    ]


def test_exception() -> None:
    body = {"exceptionId": "ValueError", "description": "bad", "details": {"stackTrace": "Traceback\n  x\n"}}
    assert render.exception(body) == "ValueError: bad\nTraceback\n  x"


def test_task_rows() -> None:
    awaits = [{"name": "sleep", "line": 5, "source": {"name": "tasks.py"}}]
    task = {"id": 1, "name": "Task-1", "state": "waiting", "coroutine": "main", "awaits": awaits}
    assert render.task_rows(task, PLAIN).splitlines() == ["Task-1  waiting  main", "    sleep at tasks.py:5"]
