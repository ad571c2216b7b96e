"""The table of threads, where idents of ended threads come again."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from remora.agent import threads
from remora.agent.threads import Stop, ThreadTable


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> ThreadTable:
    """One that has looked for threads the moment before the calling one began, and acts upon it now."""
    found = ThreadTable(set())
    before = SimpleNamespace(_current_frames=dict, modules=sys.modules)
    monkeypatch.setattr(threads, "sys", before)
    return found


def test_an_ended_thread_is_forgotten(table: ThreadTable) -> None:
    ended = table.current()
    assert table.all() == []
    assert table.current() is not ended


def test_a_thread_in_its_stop_is_kept_although_one_of_its_ident_has_ended(table: ThreadTable) -> None:
    stopped, was_stopped = table.arrest(Stop("breakpoint"))
    assert not was_stopped
    table.all()
    assert table.known() == [stopped]
