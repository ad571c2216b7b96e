"""The tracer is told the union of what is wanted, and only when it changes."""

from __future__ import annotations

from types import CodeType
from typing import Any

import pytest

from remora.agent.demands import Demands
from remora.agent.tracing.base import LINE, NOTHING, PY_RETURN, PY_START, PY_UNWIND

ONE = compile("1", "one", "eval")
TWO = compile("2", "two", "eval")


class Told:
    """The part of a tracer that is told."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []

    def set_local_events(self, code: CodeType, events: int, lines: Any = None) -> None:
        self.calls.append((code.co_filename, events, lines))

    def set_events(self, events: int) -> None:
        self.calls.append(("*", events))


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def demands(told: Told) -> Demands:
    return Demands(told)  # type: ignore[arg-type]


def test_lines_are_united(demands: Demands, told: Told) -> None:
    demands.want("a", ONE, LINE, frozenset({1}))
    demands.want("b", ONE, LINE | PY_RETURN, frozenset({2}))
    assert told.calls == [("one", LINE, {1}), ("one", LINE | PY_RETURN, {1, 2})]


def test_all_lines_contain_some(demands: Demands, told: Told) -> None:
    demands.want("a", ONE, LINE)
    demands.want("b", ONE, LINE, frozenset({2}))
    assert told.calls == [("one", LINE, None)]


def test_lines_of_those_who_want_none_do_not_count(demands: Demands, told: Told) -> None:
    demands.want("a", ONE, PY_RETURN)
    demands.want("b", ONE, LINE, frozenset({2}))
    assert told.calls[-1] == ("one", LINE | PY_RETURN, {2})


def test_only_changes_are_told(demands: Demands, told: Told) -> None:
    for _ in range(2):
        demands.want("a", ONE, LINE)
        demands.want_all("a", PY_START)
    assert told.calls == [("one", LINE, None), ("*", PY_START)]


def test_dropping_leaves_what_others_want(demands: Demands, told: Told) -> None:
    demands.want("a", ONE, LINE)
    demands.want("b", ONE, PY_RETURN)
    demands.want_all("a", PY_START)
    demands.want_all("b", PY_UNWIND)
    told.calls.clear()
    demands.drop("a")
    assert sorted(told.calls, key=str) == [("*", PY_UNWIND), ("one", PY_RETURN, None)]
    demands.drop("b")
    assert told.calls[2:] == [("*", NOTHING), ("one", NOTHING, None)]
    demands.drop("b")
    assert len(told.calls) == 4


def test_replacing_keeps_what_stays(demands: Demands, told: Told) -> None:
    demands.replace("a", PY_UNWIND, [(ONE, LINE)])
    told.calls.clear()
    demands.replace("a", PY_UNWIND, [(ONE, LINE), (TWO, LINE)])
    assert told.calls == [("two", LINE, None)]
    demands.replace("a", PY_UNWIND, [(TWO, LINE)])
    assert told.calls[1:] == [("one", NOTHING, None)]
