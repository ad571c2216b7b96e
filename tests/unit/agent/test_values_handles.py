"""Handles."""

from __future__ import annotations

from remora.agent.handles import Handles
from tests.values.expect import raised


def test_ids_are_never_given_twice():
    handles = Handles()
    first = handles.add("a", "x")
    handles.discard("a")
    assert handles.add("a", "y") > first
    raised(KeyError, handles.get, first)


def test_owners_are_apart():
    handles = Handles()
    kept, lost = handles.add("a", "x"), handles.add("b", "y")
    handles.discard("b")
    assert handles.get(kept) == "x"
    raised(KeyError, handles.get, lost)
    assert len(handles) == 1
