"""The contract of `Tracer`, for each tracer and interpreter.  The checks run inside the interpreter."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from tests.support.pythons import Python, each_python
from tests.tracing.checks import CHECKS
from tests.tracing.inside import run


@cache
def results(python: Python) -> Any:
    return run(python, "checks")


@pytest.mark.parametrize("check", CHECKS)
@each_python
def test_tracer(python: Python, check: str) -> None:
    outcome, why = results(python)[check]
    if outcome == "skipped":
        pytest.skip(why)
    assert outcome == "passed", why
