"""The bundle on every interpreter: what it brings into a program, what it costs, and that it goes again."""

from __future__ import annotations

import json
import marshal
import os
import shutil
import socket
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from remora.bundle.build import build, marshalled
from tests.support import pythons
from tests.support.patience import PATIENCE

DEBUGGEE = Path(__file__).parent / "debuggees" / "loads_bundle.py"
MINIATURE = Path(__file__).parent / "debuggees" / "miniature_agent"

#: Bytes of the compressed bundle.
SIZE_BUDGET = 120 * 1024
#: What an import of the agent may leave in `sys.modules` of a program that had imported nothing.
MODULES_LEFT = {"_abc", "_json", "_socket", "_stat", "_thread", "errno", "marshal", "select", "time"}


class Target:
    """A program that loads a bundle which it gets through a socket, and says in JSON what it saw."""

    def __init__(self, python: pythons.Python, script: Path, *words: str) -> None:
        path = python.path_inside(script)
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                python.command("-I", "-S", path, *words, str(theirs.fileno())),
                pass_fds=[theirs.fileno()],
                stdout=subprocess.PIPE,
            )
        self.sock = ours
        self.sock.settimeout(30)

    def load(self, blob: bytes) -> bytes:
        """Send the bundle; the compiled one that comes back."""
        self.sock.sendall(len(blob).to_bytes(8, "big") + blob)
        length = int.from_bytes(self.receive(8), "big")
        if length == 2**64 - 1:
            raise LoadFailed(self.receive_all().decode())
        return self.receive(length)

    def receive(self, count: int) -> bytes:
        received = b""
        while len(received) < count:
            part = self.sock.recv(count - len(received))
            assert part, "the program has closed the connection"
            received += part
        return received

    def receive_all(self) -> bytes:
        return b"".join(iter(lambda: self.sock.recv(4096), b""))

    def report(self) -> dict[str, Any]:
        """What the program says at its end, which is at the end of the connection."""
        self.sock.close()
        out, _ = self._process.communicate(timeout=PATIENCE)
        assert self._process.returncode == 0
        report: dict[str, Any] = json.loads(out)
        return report


class LoadFailed(Exception):
    pass


@pytest.fixture(params=pythons.ALL, ids=str)
def python(request: pytest.FixtureRequest) -> pythons.Python:
    chosen: pythons.Python = request.param
    return chosen


@pytest.fixture
def script(python: pythons.Python) -> Iterator[Path]:
    """The program at a place where the interpreter sees it."""
    with python.directory() as directory:
        yield Path(shutil.copy(DEBUGGEE, directory))


def left_in(report: dict[str, Any]) -> list[str]:
    """The modules written in Python that the program has since the bundle was loaded."""
    return [name for name, in_python in report["new_modules"].items() if in_python]


def miniature() -> bytes:
    return marshalled(build(MINIATURE))


def test_the_agent_brings_few_modules_and_leaves_none_of_its_own(
    python: pythons.Python, script: Path
) -> None:
    target = Target(python, script, "import-only")
    target.load(marshalled(build()))
    report = target.report()
    assert set(report["new_modules"]) <= MODULES_LEFT
    assert left_in(report) == []
    assert report["meta_path_changed"] is False
    assert report["path_changed"] is False
    assert report["main_names_added"] == []


def test_library_modules_stay_with_the_agent(python: pythons.Python, script: Path) -> None:
    target = Target(python, script)
    target.load(miniature())
    assert target.sock.recv(100) == b"started"
    target.sock.sendall(b"private")
    report = target.report()
    # The miniature imports json, and with it re and enum; of these only extensions remain.
    assert "_sre" in report["new_modules"]
    assert left_in(report) == []
    assert report["works_afterwards"] == "ok"


def test_compiled_form_loads_without_text(python: pythons.Python, script: Path) -> None:
    first = Target(python, script)
    compiled = first.load(miniature())
    assert first.sock.recv(100) == b"started"
    first.sock.sendall(b"end")
    first.report()
    second = Target(python, script)
    assert second.load(compiled) == b""
    assert second.sock.recv(100) == b"started"
    second.sock.sendall(b"end")
    assert second.report()["works_afterwards"] == "ok"


def test_traceback_shows_the_line(python: pythons.Python, script: Path) -> None:
    target = Target(python, script)
    target.load(miniature())
    assert target.sock.recv(100) == b"started"
    target.sock.sendall(b"traceback")
    text = target.sock.recv(4096).decode()
    target.report()
    lines = (MINIATURE / "agent" / "boot.py").read_text().splitlines()
    line = next(number for number, line in enumerate(lines, 1) if "# @fails" in line)
    assert f'File "<remora>/agent/boot.py", line {line}, in fail' in text


def test_failure_to_load_is_told_and_leaves_nothing(python: pythons.Python, script: Path) -> None:
    contents = build(MINIATURE)
    contents["modules"]["_remora.agent.boot"] = ("import re\n1 / 0", "<remora>/agent/boot.py", False)
    target = Target(python, script)
    with pytest.raises(LoadFailed, match=r"ZeroDivisionError: (?s:.*)<remora>/agent/boot.py:2"):
        target.load(marshalled(contents))
    report = target.report()
    assert left_in(report) == []
    assert report["meta_path_changed"] is False


def test_a_process_takes_one_remora(python: pythons.Python, script: Path) -> None:
    target = Target(python, script, "occupied")
    with pytest.raises(LoadFailed, match="Another remora is in this process"):
        target.load(miniature())
    assert "_remora" in target.report()["new_modules"]  # the other one


def test_client_that_comes_while_the_agent_is_loaded_is_refused(python: pythons.Python, script: Path) -> None:
    contents = build(MINIATURE)
    joins = "import sys\nfrom _socket import socketpair\nours, theirs = socketpair()\n"
    joins += "assert sys.modules['_remora'].add_client(theirs) is False\nassert ours.recv(1) == b''\n"
    text, filename, is_package = contents["modules"]["_remora.dap.words"]
    contents["modules"]["_remora.dap.words"] = (joins + text, filename, is_package)
    target = Target(python, script)
    target.load(marshalled(contents))
    assert target.sock.recv(100) == b"started"
    target.sock.sendall(b"end")
    target.report()


def test_size_within_budget(capsys: pytest.CaptureFixture[str]) -> None:
    blob = marshalled(build())
    packed = len(zlib.compress(blob, 9))
    with capsys.disabled():
        print(f" bundle: {len(blob)} bytes, {packed} compressed ", end="")
    assert packed <= SIZE_BUDGET


def test_report_of_sizes() -> None:
    report = subprocess.run(
        [sys.executable, "-m", "remora.bundle"], capture_output=True, text=True, check=True, timeout=PATIENCE
    ).stdout.splitlines()
    modules = [line.split()[-1] for line in report]
    assert "_remora.dap.framing" in modules
    assert "loader" in modules
    assert report[-1].endswith("all, as sent")


def test_bundle_is_readable_by_every_version() -> None:
    loaded = marshal.loads(marshalled(build(MINIATURE)))
    assert sorted(loaded) == ["digest", "loader", "modules"]
    assert loaded["modules"]["_remora.agent"] == ("\n", "<remora>/agent/__init__.py", True)
    assert os.fspath(MINIATURE) not in repr(loaded)
