"""Text in columns, and what recipes have collected, in words."""

from __future__ import annotations

import pytest

from remora.shell.answers import render
from remora.shell.columns import cut, cut_front, length_of_time, many, size, table


def test_a_table_is_cut_where_it_matters_least() -> None:
    rows = [(1, "short"), (1000, "/a/long/path/to/a/file.py:12")]
    assert table(rows, ("n", "where"), 0, right="a") == [
        "   n  where",
        "   1  short",
        "1000  /a/long/path/to/a/file.py:12",
    ]
    assert table(rows, ("n", "where"), 20)[2] == "1000  /a/long/path/…"
    assert table(rows, ("n", "where"), 20, keeps_end=True)[2] == "1000  …/a/file.py:12"
    assert [len(line) <= 20 for line in table(rows, ("n", "where"), 20)] == [True] * 3
    assert table([], ("n", "where"), 20) == ["n  where"]


def test_lines_are_cut() -> None:
    assert cut("abcdef", 0) == "abcdef"
    assert cut("abcdef", 6) == "abcdef"
    assert cut("abcdef", 5) == "abcd…"
    assert cut_front("a" * 20 + "end", 13) == "…" + "a" * 9 + "end"
    assert cut_front("a" * 20, 3) == "a" * 20


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1536, "1.5 KiB"),
        (-1536, "-1.5 KiB"),
        (5 << 40, "5.0 TiB"),
        (9 << 60, "9437184.0 TiB"),
    ],
)
def test_sizes(count: int, text: str) -> None:
    assert size(count) == text


def test_amounts() -> None:
    assert size(2048, "+") == "+2.0 KiB"
    assert [length_of_time(each) for each in (0.25, 59, 60, 3661, 90000)] == [
        "0.25 s",
        "59 s",
        "1 min",
        "1 h 1 min",
        "1 d 1 h",
    ]
    assert [many(1, "task"), many(0, "task"), many(1000, "task")] == ["1 task", "0 tasks", "1000 tasks"]


def test_equal_stacks_are_told_once() -> None:
    frames = [{"function": "wait", "file": "/usr/lib/python3/threading.py", "line": 327}]
    threads = [
        {"name": name, "ident": 5, "tid": tid, "daemon": True, "frames": frames}
        for name, tid in (("a", 11), ("", None))
    ]
    text = render("stacks", {"threads": threads, "tasks": []}, 0)
    assert text == ("2 threads a [11], 0x5\n    wait  /usr/lib/python3/threading.py:327\n\n2 threads")
    assert "    wait  …hreading.py:327\n" in render("stacks", {"threads": threads, "tasks": []}, 26)


def test_memory_that_shrinks() -> None:
    data = {
        "types": [{"type": "dict", "count": -1200, "size": -4096}],
        "total": {"types": 1, "count": -1200, "size": -4096},
        "waited": 2.0,
        "resident": None,
        "blocks": 1,
    }
    lines = render("memory", data, 80).splitlines()
    assert lines[1].split() == ["-1,200", "-4.0", "KiB", "dict"]
    assert lines[-1] == "grown in 2 s: -1,200 objects of 1 type, -4.0 KiB"


def test_names_of_the_program_do_nothing_to_a_terminal() -> None:
    threads = [{"name": "a\x1b[2J\nb", "ident": 5, "tid": 1, "daemon": True, "frames": []}]
    text = render("stacks", {"threads": threads, "tasks": []}, 0)
    assert text.splitlines()[0] == "thread a\\x1b[2J\\nb [1]"
