"""Threads that wait for each other.  Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..picture import Cycle, Link


def cycles(waits: Mapping[int, Link]) -> tuple[Cycle, ...]:
    """All of them, each once, beginning with its lowest thread; `waits` is by the thread that waits."""
    found: list[Cycle] = []
    settled: set[int] = set()
    for tid in sorted(waits):
        path: list[int] = []
        while tid in waits and tid not in settled and tid not in path:
            path.append(tid)
            tid = waits[tid].owner
        if tid in path:
            found.append(_cycle(waits, path[path.index(tid) :]))
        settled.update(path)
    return tuple(found)


def stuck(waits: Mapping[int, Collection[int]]) -> set[int]:
    """The threads that never go on, if each waits until one of some others does; by the thread that waits."""
    left = set(waits)
    while free := {tid for tid in left if not left.issuperset(waits[tid])}:
        left -= free
    return left


def _cycle(waits: Mapping[int, Link], tids: list[int]) -> Cycle:
    first = tids.index(min(tids))
    return Cycle(tuple(waits[tid] for tid in tids[first:] + tids[:first]))
