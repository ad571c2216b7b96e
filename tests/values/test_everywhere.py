"""The unit tests of values once more, on each interpreter that the agent runs in."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.pythons import ALL, CHECKOUT, Python

MODULES = sorted(path.stem for path in (CHECKOUT / "tests/unit/agent").glob("test_values_*.py"))


@pytest.mark.parametrize("python", ALL, ids=str)
def test_values(python: Python) -> None:
    with python.directory() as directory:
        copy_sources(directory)
        inside = python.path_inside(directory)
        names = [f"tests.unit.agent.{name}" for name in MODULES]
        script = (
            f"import sys; sys.path.insert(0, {inside!r}); from tests.values import run; sys.exit(run.main())"
        )
        result = subprocess.run(
            python.command("-B", "-c", script, *names),
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
    assert result.returncode == 0, result.stdout + result.stderr


def copy_sources(directory: Path) -> None:
    for folder in ("remora/agent", "remora/dap"):
        shutil.copytree(CHECKOUT / "src" / folder, directory / folder)
    shutil.copy(CHECKOUT / "src/remora/__init__.py", directory / "remora")
    for folder in ("tests/unit/agent", "tests/values"):
        shutil.copytree(CHECKOUT / folder, directory / folder)
