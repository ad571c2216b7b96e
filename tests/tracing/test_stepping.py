"""Stepping stops where the pdb of the same interpreter does, with each tracer, through each program."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from tests.support.pythons import ALL, Python
from tests.tracing.differences import differs
from tests.tracing.inside import programs_for, run

CASES = [
    pytest.param(python, program, kind, id=f"{python}-{program[:-3]}-{kind}")
    for python in ALL
    for program in programs_for(python)
    for kind in ("step", "next")
]


@cache
def stops(python: Python) -> Any:
    """All programs stepped through in one run of the interpreter, see `driver.py`."""
    return run(python, "driver", *[f"programs/{name}" for name in programs_for(python)])


@pytest.mark.parametrize(("python", "program", "kind"), CASES)
def test_stops_where_pdb_does(python: Python, program: str, kind: str) -> None:
    found = stops(python)[program][kind]
    difference = differs(python, program, kind)
    if difference is None:
        assert found["remora"] == found["bdb"]
    else:
        assert found["bdb"].count(difference.missing) == 1
        assert found["remora"] == [stop for stop in found["bdb"] if stop != difference.missing]
