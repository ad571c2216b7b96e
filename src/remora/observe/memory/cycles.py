"""Threads that wait for each other.  Pure."""

from __future__ import annotations

from collections.abc import Mapping

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


def _cycle(waits: Mapping[int, Link], tids: list[int]) -> Cycle:
    first = tids.index(min(tids))
    return Cycle(tuple(waits[tid] for tid in tids[first:] + tids[:first]))
