"""The program that is measured: started bare or debugged, given jobs, asked what they took."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from tests.support.debuggee import Debuggee
from tests.support.pythons import Python

PROGRAM = Path(__file__).parent / "programs" / "worker.py"

#: Two processes of one version are to lay out their dictionaries alike.
ENVIRONMENT = {"PYTHONHASHSEED": "0"}


class Took(NamedTuple):
    """Seconds."""

    cpu: float
    wall: float


class Worker(Debuggee):
    """`programs/worker.py` under an interpreter."""

    def __init__(self, python: Python, timeout: float = 60) -> None:
        super().__init__(python, PROGRAM, env=ENVIRONMENT, timeout=timeout)

    def __enter__(self) -> Worker:
        super().__enter__()
        self.wait_line("^ready")
        return self

    def begin(self, job: str, n: int) -> None:
        """Give it a job, and wait until it is at it."""
        self.send(f"{job} {n}\n")
        self.wait_line("^begun")

    def took(self) -> Took:
        """Wait for the end of the job."""
        words = self.wait_line("^took ").split()
        return Took(float(words[1]), float(words[2]))

    def run(self, job: str, n: int) -> Took:
        self.begin(job, n)
        return self.took()

    def loaded_modules(self) -> tuple[int, int]:
        """How many entries `sys.modules` has of others, and of remora."""
        self.begin("modules", 0)
        _, others, ours = self.wait_line("^modules ").split()
        self.took()
        return int(others), int(ours)

    def status(self, field: str) -> int:
        """A number of `/proc/PID/status`."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(f"{field}:"):
                return int(line.split()[1])
        raise KeyError(field)


def resident(pid: int) -> int:
    """KiB of memory of a process."""
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * (os.sysconf("SC_PAGE_SIZE") // 1024)


def use_compiled_code() -> None:
    """Let programs keep compiled code, as they do outside of a test environment."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
