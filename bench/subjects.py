"""Whom the measurements are made on: a debugger with an interpreter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from bench.pdb_session import pdb_on
from bench.sessions import Session, debugpy_on, remora_on
from bench.worker import Worker
from tests.support import pythons
from tests.support.pythons import Python

#: The interpreters that peers are measured on: without sys.monitoring, with it, and the newest.
PEERS_ON = ("3.11", "3.12", "3.14")
#: pdb can attach since then.
PDB_ON = ("3.14",)
#: Whom a quick run measures.
QUICK = ("remora 3.8", "remora 3.11", "remora 3.12", "remora 3.14", "debugpy 3.12")


@dataclass(frozen=True)
class Subject:
    """`debugger` is "remora", "debugpy" or "pdb"."""

    debugger: str
    python: Python

    def __str__(self) -> str:
        return f"{self.debugger} {self.python.version}"

    @property
    def speaks_dap(self) -> bool:
        return self.debugger != "pdb"

    @property
    def is_remora(self) -> bool:
        return self.debugger == "remora"

    def on(self, pid: int) -> AbstractContextManager[Session]:
        """Attached to process `pid`, by DAP."""
        return remora_on(pid) if self.is_remora else debugpy_on(self.python, pid)

    @contextmanager
    def watching(self, worker: Worker, line: int | None, condition: str | None = None) -> Iterator[None]:
        """Attached to the worker, with a breakpoint in it if `line` is given, and running."""
        if not self.speaks_dap:
            with pdb_on(self.python, worker.pid) as pdb:
                if line is not None:
                    pdb.break_at(worker.path_inside, line, condition)
                pdb.proceed()
                yield
            return
        with self.on(worker.pid) as session:
            if line is not None:
                breakpoint = {"line": line} | ({"condition": condition} if condition else {})
                session.break_at(worker.path_inside, breakpoint)
            session.configured()
            yield


def find(quick: bool = False) -> list[Subject]:
    """All that this machine can measure: remora on each version, then the peers; a few for a quick run."""
    versions: dict[str, Python] = {}
    for python in pythons.ALL:
        versions.setdefault(python.version, python)
    wanted = [
        *(Subject("remora", python) for python in versions.values()),
        *(Subject("debugpy", versions[version]) for version in PEERS_ON if version in versions),
        *(Subject("pdb", versions[version]) for version in PDB_ON if version in versions),
    ]
    return [subject for subject in wanted if not quick or str(subject) in QUICK]
