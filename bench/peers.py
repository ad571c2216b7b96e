"""The debuggers that remora is measured beside, installed where their interpreters see them."""

from __future__ import annotations

import functools
import subprocess
import sys
from pathlib import Path

from tests.support.pythons import CHECKOUT, Python

DEBUGPY = "debugpy==1.8.22"


@functools.cache
def installed_debugpy(python: Python) -> str:
    """The directory to have on `sys.path`, as the interpreter knows it."""
    directory = _directory(python) / f"debugpy-{python.version}"
    if not (directory / "debugpy").is_dir():
        _install(python, directory)
    return python.path_inside(directory)


def _directory(python: Python) -> Path:
    if python.root == Path("/"):
        return CHECKOUT / ".cache" / "bench-venv"
    return python.root / "var" / "cache" / "remora-bench"


def _install(python: Python, directory: Path) -> None:
    """With our own pip, since not every interpreter has one."""
    where = ["--target", str(directory), "--python-version", python.version]
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary=:all:"]
    subprocess.run([*command, *where, DEBUGPY], check=True)
