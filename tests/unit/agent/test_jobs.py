"""A job is left by its interruption, wherever that comes."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.support.pythons import CHECKOUT, Python, each_python_here


@each_python_here
def test_no_interruption_outlasts_its_job(python: Python) -> None:
    program = Path(__file__).with_name("interrupted_job.py")
    done = subprocess.run(
        python.command(program),
        env={**os.environ, "PYTHONPATH": str(CHECKOUT / "src")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stderr == ""
    said, runs = done.stdout.split()
    assert said == "ok"
    assert int(runs) > 50
