"""Programs that import remora, each with a directory of sessions of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import StartDebuggee
from tests.support.debuggee import Debuggee
from tests.support.pythons import CHECKOUT, Python

#: All of the package that a program which imports it may need.
NEEDED = ("__init__.py", "sessions.py", "inject", "prepared")

Prepared = Callable[..., Debuggee]


@pytest.fixture
def environment(python: Python, shared: Path) -> dict[str, str]:
    """What such a program is started with."""
    package = shared / "site" / "remora"
    package.mkdir(parents=True)
    for name in NEEDED:
        source = CHECKOUT / "src" / "remora" / name
        if source.is_dir():
            shutil.copytree(source, package / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, package)
    return {
        "PYTHONPATH": python.path_inside(package.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
        # From 3.12 on, of threads beside the one that forks.
        "PYTHONWARNINGS": "ignore::DeprecationWarning",
        "REMORA_RUNTIME_DIR": python.path_inside(shared) + "/sessions",
    }


@pytest.fixture
def sessions_directory(shared: Path) -> Path:
    """Where the program puts its entry, as the tests see it."""
    return shared / "sessions"


@pytest.fixture
def prepare(start: StartDebuggee, environment: dict[str, str]) -> Prepared:
    """`prepare()`: a program that does what it is told; `tell` gives the answer."""

    def prepare(*args: str, **keywords: Any) -> Debuggee:
        env = {**environment, **keywords.pop("env", {})}
        return start("prepared_on_request.py", *args, env=env, **keywords)

    return prepare


def tell(debuggee: Debuggee, expression: str) -> str:
    """Have the program evaluate an expression, in its main thread; what that is worth."""
    debuggee.send(expression + "\n")
    return debuggee.wait_line("^= ")[2:]
