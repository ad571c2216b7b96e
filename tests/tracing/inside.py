"""Runs scripts of this folder inside an interpreter, which may live in a root tree of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.support.pythons import CHECKOUT, Python

FOLDER = Path(__file__).parent
PROGRAMS = FOLDER / "programs"


def programs_for(python: Python) -> list[str]:
    """The names of the programs that this interpreter can compile."""
    return [path.name for path in sorted(PROGRAMS.glob("*.py")) if python.at_least(_needs(path))]


def run(python: Python, script: str, *words: str) -> Any:
    """What `python -m tests.tracing.SCRIPT` prints, as JSON.  Words that are files here become paths."""
    with python.directory() as directory:
        for package in ("agent", "dap"):
            shutil.copytree(CHECKOUT / "src" / "remora" / package, directory / "remora" / package)
        (directory / "remora" / "__init__.py").touch()
        folder = directory / "tests" / "tracing"
        shutil.copytree(FOLDER, folder)
        paths = [python.path_inside(folder / word) if (folder / word).exists() else word for word in words]
        done = subprocess.run(
            python.command("-B", "-m", f"tests.tracing.{script}", *paths),
            env={"PYTHONPATH": python.path_inside(directory), "PATH": os.environ["PATH"]},
            cwd=directory,
            capture_output=True,
            text=True,
            timeout=100,
        )
    assert done.returncode == 0, f"exit status {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr}"
    return json.loads(done.stdout)


def _needs(program: Path) -> str:
    """The version in the first line of a program: `# needs 3.10`."""
    first = program.read_text(encoding="utf-8").partition("\n")[0]
    return first.rpartition(" ")[2] if first.startswith("# needs ") else "3.8"
