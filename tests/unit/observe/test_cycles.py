"""Threads that wait for each other are found, each cycle once."""

from __future__ import annotations

from remora.observe.memory.cycles import cycles
from remora.observe.picture import Link, Lock


def found(waits: dict[int, int]) -> list[list[int]]:
    links = {tid: Link(tid, Lock(tid, "Lock"), owner) for tid, owner in waits.items()}
    return [[link.tid for link in cycle.links] for cycle in cycles(links)]


def test_no_cycle() -> None:
    assert found({}) == []
    assert found({1: 2, 2: 3, 4: 3}) == []


def test_cycles() -> None:
    assert found({1: 1}) == [[1]]
    assert found({3: 2, 2: 1, 1: 3}) == [[1, 3, 2]]
    assert found({1: 2, 2: 1, 3: 4, 4: 3}) == [[1, 2], [3, 4]]


def test_who_waits_for_one_in_a_cycle_is_not_in_it() -> None:
    assert found({1: 2, 2: 3, 3: 2, 4: 1}) == [[2, 3]]
