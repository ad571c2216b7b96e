"""One session at a time uses the modules that an earlier one has left."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from remora.bundle.loader import ROOT, Modules
from remora.inject.first_stage import put_away


@pytest.fixture
def modules() -> Iterator[Modules]:
    yield Modules({})
    sys.modules.pop(ROOT, None)


def test_two_that_come_at_once_do_not_wake_the_same_modules(modules: Modules) -> None:
    assert modules.claim_root()
    assert not modules.claim_root()
    modules.put_away()
    assert modules.claim_root()


def test_others_are_in_the_way(modules: Modules) -> None:
    others = Modules({})
    assert others.claim_root()
    assert not modules.claim_root()
    others.put_away()
    assert modules.claim_root()


def test_modules_in_the_making_are_of_no_earlier_session() -> None:
    # Of `Modules.__init__` only the first line has run, when another thread looks.
    making = Modules.__new__(Modules)
    making.mark = type(ROOT, (complex,), {"__module__": ROOT, "__slots__": (), "modules": making})
    assert put_away() is not making
