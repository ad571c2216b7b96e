"""Programs that are started under the debugger see and do what they would under `python` itself."""

from __future__ import annotations

import json
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
from tests.support.pythons import Python, each_python
from tests.support.session import BUNDLE

pytestmark = each_python

SOURCE = DEBUGGEES / "launched.py"
LINES = markers(SOURCE)
#: Names that `python` itself gives a `__main__`, but not what runs a program for somebody.
OPTIONAL = {"__cached__", "__annotations__", "__conditional_annotations__"}


class Started:
    """A program under the debugger, and its client."""

    def __init__(self, python: Python, program: Program, cwd: Path, options: tuple[str, ...] = ()) -> None:
        command, *words = python.command()
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        if words:
            # chroot begins in its new root: the program's folder is gone to inside.
            words = [words[0], "/bin/sh", "-c", f'cd {python.path_inside(cwd)}; exec "$0" "$@"', *words[1:]]
        words += options
        launched = launch(program, BUNDLE, python=command, python_args=words, cwd=str(cwd), **pipes)  # type: ignore[arg-type]
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
        output, errors = self.process.communicate(text.encode(), timeout=20)
        return self.process.returncode, output.decode(), errors.decode()


@contextmanager
def started(python: Python, program: Program, cwd: Path, options: tuple[str, ...] = ()) -> Iterator[Started]:
    it = Started(python, program, cwd, options)
    try:
        yield it
    finally:
        it.client.close()
        it.process.kill()
        it.process.communicate()


def bare(python: Python, words: list[str], cwd: Path, text: str = "") -> tuple[int, str, str]:
    """The same without a debugger."""
    inside = python.path_inside(cwd)
    shell = [*python.command()[:-1], "/bin/sh", "-c", f'cd {inside}; exec "$0" "$@"', python.argv0]
    done = subprocess.run([*shell, *words], input=text, capture_output=True, text=True, timeout=20)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def folder(shared: Path) -> Path:
    shutil.copy(SOURCE, shared)
    package = shared / "package"
    package.mkdir()
    shutil.copy(SOURCE, package / "__main__.py")
    shutil.copy(SOURCE, package / "module.py")
    (package / "__init__.py").touch()
    return shared


KINDS = {
    "file": (Program("file", "launched.py", ["0", "a b", "-x"]), ["launched.py", "0", "a b", "-x"]),
    "package": (Program("module", "package", ["3"]), ["-m", "package", "3"]),
    "module": (Program("module", "package.module", ["0"]), ["-m", "package.module", "0"]),
    "directory": (Program("file", "package", ["0"]), ["package", "0"]),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_program_sees_what_it_would_see(
    python: Python, folder: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    if kind == "directory" and python.at_least("3.9"):
        reason = "sys.path[0] of a directory is relative; python makes it absolute"
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    program, words = KINDS[kind]
    with started(python, program, folder) as it:
        it.begin()
        status, output, errors = it.end("some\ninput")
    expected_status, expected_output, expected_errors = bare(python, words, folder, "some\ninput")
    assert (status, errors) == (expected_status, expected_errors)
    seen, expected = json.loads(output), json.loads(expected_output)
    for each in (seen, expected):
        each["names"] = sorted(set(each["names"]) - OPTIONAL)
    assert seen == expected


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


@pytest.mark.xfail(strict=True, reason="two frames of the first stage are shown below the program's")
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


@pytest.mark.parametrize("kind", ["file", "module"])
@pytest.mark.parametrize(("how", "status"), [("0", 0), ("3", 3), ("raise", 1), ("kill", -15)])
def test_exit_status_and_traceback(
    python: Python, folder: Path, kind: str, how: str, status: int, request: pytest.FixtureRequest
) -> None:
    if (python.version, kind, how) == ("3.8", "file", "raise"):
        reason = "3.8 itself calls the file what the command line called it, we by its absolute path"
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    name = {"file": "launched.py", "module": "launched"}[kind]
    with started(python, Program(kind, name, [how]), folder) as it:
        it.begin()
        found, _, errors = it.end()
    assert found == status
    words = ["-m", name, how] if kind == "module" else [name, how]
    expected = bare(python, words, folder)[2]
    own = [line for line in errors.splitlines() if "runpy" not in line and "_run_" not in line]
    assert own[-4:] == expected.splitlines()[-4:]
    assert "<remora>" not in errors


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


def test_a_file_that_is_not_there(python: Python, folder: Path) -> None:
    with started(python, Program("file", "nowhere.py"), folder) as it:
        it.begin()
        status, _, errors = it.end()
    assert status in (1, 2)
    assert "nowhere.py" in errors.splitlines()[-1]
    assert "<remora>" not in errors
