"""Sessions with programs that are started under the debugger."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from remora.inject.launch import Program, launch
from tests.support.dap import SyncClient
from tests.support.debuggee import DEBUGGEES, markers
from tests.support.patience import PATIENCE
from tests.support.pythons import Python, each_python
from tests.support.session import BUNDLE

pytestmark = each_python

SOURCE = DEBUGGEES / "launched.py"
LINES = markers(SOURCE)


class Started:
    """A program under the debugger, and its client."""

    def __init__(
        self,
        python: Python,
        program: Program,
        cwd: Path,
        options: tuple[str, ...] = (),
        env: dict[str, str] | None = None,
    ) -> None:
        command, *words = words_in(python, cwd)
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        launched = launch(
            program,
            BUNDLE,
            python=command,
            python_args=[*words, *options],
            cwd=str(cwd),
            env={**os.environ, **(env or {})},
            **pipes,  # type: ignore[arg-type]
        )
        self.process = launched.process
        self.client = SyncClient(launched.socket)

    def begin(self, filters: tuple[str, ...] = (), **options: Any) -> None:
        self.client.request("initialize", {"adapterID": "test"})
        launching = self.client.send("launch", options)
        self.client.wait_event("initialized")
        if filters:
            self.client.request("setExceptionBreakpoints", {"filters": list(filters)})
        self.client.request("configurationDone")
        self.client.response(launching)

    def end(self, text: str = "") -> tuple[int, str, str]:
        """Exit status, output and error output, of a program that gets `text` as input."""
        output, errors = self.process.communicate(text.encode(), timeout=PATIENCE)
        return self.process.returncode, output.decode(), errors.decode()


@contextmanager
def started(
    python: Python,
    program: Program,
    cwd: Path,
    options: tuple[str, ...] = (),
    env: dict[str, str] | None = None,
) -> Iterator[Started]:
    it = Started(python, program, cwd, options, env)
    try:
        yield it
    finally:
        it.client.close()
        it.process.kill()
        it.process.communicate()


def bare(
    python: Python, words: list[str], cwd: Path, text: str = "", env: dict[str, str] | None = None
) -> tuple[int, str, str]:
    """The same without a debugger."""
    command = [*words_in(python, cwd), *words]
    environment = {**os.environ, **(env or {})}
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, timeout=PATIENCE, cwd=cwd, env=environment
    )
    return done.returncode, done.stdout, done.stderr


def words_in(python: Python, cwd: Path) -> list[str]:
    """What runs the interpreter in a directory."""
    command, *words = python.command()
    if words:
        # chroot begins in its new root: the program's folder is gone to inside.
        words = [words[0], "/bin/sh", "-c", f'cd {python.path_inside(cwd)}; exec "$0" "$@"', *words[1:]]
    return [command, *words]


@pytest.fixture
def folder(shared: Path) -> Path:
    shutil.copy(SOURCE, shared)
    package = shared / "package"
    package.mkdir()
    shutil.copy(SOURCE, package / "__main__.py")
    shutil.copy(SOURCE, package / "module.py")
    (package / "__init__.py").touch()
    return shared


def test_code(python: Python, folder: Path) -> None:
    code = "import sys\nprint(sys.argv, repr(sys.path[0]), __name__, '__file__' in globals())\nsys.exit(7)"
    with started(python, Program("code", code, ["a", "b"]), folder) as it:
        it.begin(stopOnEntry=True)
        stop = it.client.wait_event("stopped")
        assert stop["reason"] == "entry"
        frame = it.client.request("stackTrace", {"threadId": stop["threadId"]})["stackFrames"][0]
        assert (frame["line"], frame["name"]) == (1, "<module>")
        assert (
            it.client.request("source", {"source": frame["source"], "sourceReference": 0})["content"] == code
        )
        it.client.request("continue", {"threadId": stop["threadId"]})
        it.client.wait_event("terminated")
        assert it.end() == bare(python, ["-c", code, "a", "b"], folder)


def test_code_that_no_command_line_takes(python: Python, folder: Path) -> None:
    code = "import sys\nprint(sys.argv, [len(each) for each in getattr(sys, 'orig_argv', ())[-3:]])\n"
    code += "#" * 200_000
    with started(python, Program("code", code, ["arg"]), folder) as it:
        it.begin()
        it.client.wait_event("terminated")
        words = [2, len(code), 3] if python.at_least("3.10") else []
        assert it.end() == (0, f"['-c', 'arg'] {words}\n", "")


def test_stops_at_the_first_line(python: Python, folder: Path) -> None:
    with started(python, Program("file", "launched.py", ["0"]), folder) as it:
        it.begin(stopOnEntry=True)
        stop = it.client.wait_event("stopped")
        assert stop["reason"] == "entry"
        frames = it.client.request("stackTrace", {"threadId": stop["threadId"]})["stackFrames"]
        assert [(frame["name"], frame["line"]) for frame in frames] == [("<module>", LINES["first"])]
        assert frames[0]["source"]["path"] == python.path_inside(folder / "launched.py")
        it.client.request("continue", {"threadId": stop["threadId"]})
        assert it.end()[0] == 0


def test_an_uncaught_exception_stops_before_the_end(python: Python, folder: Path) -> None:
    with started(python, Program("file", "launched.py", ["raise"]), folder) as it:
        it.begin(filters=("uncaught",))
        assert it.process.stdin
        it.process.stdin.close()
        it.process.stdin = None
        stop = it.client.wait_event("stopped")
        assert stop["reason"] == "exception"
        frames = it.client.request("stackTrace", {"threadId": stop["threadId"]})["stackFrames"]
        assert [frame["name"] for frame in frames] == ["end", "<module>"]
        assert frames[0]["line"] == LINES["raise"]
        it.client.request("continue", {"threadId": stop["threadId"]})
        it.client.wait_event("terminated")
        status, _, errors = it.end()
        assert status == 1
        assert errors.count("ValueError: at the end") == 1


def test_a_client_that_goes_away_lets_the_program_run(python: Python, folder: Path) -> None:
    with started(python, Program("file", "launched.py", ["3"]), folder) as it:
        it.begin(stopOnEntry=True)
        it.client.wait_event("stopped")
        it.client.request("disconnect", {"terminateDebuggee": False})
        assert it.end()[0] == 3
    with started(python, Program("file", "launched.py", ["3"]), folder) as it:
        it.begin(stopOnEntry=True)
        it.client.wait_event("stopped")
        it.client.request("disconnect")  # who started it ends it
        assert it.end()[0] == -9
