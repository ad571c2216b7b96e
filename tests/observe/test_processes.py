"""The Python processes of this host, told by their files and not by their names."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from remora.inject.launch import Program, launch
from remora.observe.processes import find, look, processes
from tests.conftest import StartDebuggee
from tests.inject.echo import EchoBundle
from tests.support.debuggee import DEBUGGEES
from tests.support.pythons import Python, each_python

ECHOES = str(DEBUGGEES / "echoes.py")
NOBODY = 65534
#: In no command line but those of this process's tests.
WORD = f"word-of-{os.getpid()}-alone"
OUR_VERSION = ".".join(map(str, sys.version_info[:2]))


@contextmanager
def running(*argv: str, executable: str = sys.executable) -> Iterator[int]:
    """The pid of a process that has said that it is ready."""
    process = subprocess.Popen(argv, executable=executable, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdin
    assert process.stderr
    try:
        assert process.stderr.readline() == b"ready\n"
        yield process.pid
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stderr.close()


@each_python
def test_what_is_told_of_a_process(start: StartDebuggee) -> None:
    before = time.time()
    debuggee = start("echoes.py", "two words")
    process = look(debuggee.pid)
    assert process is not None
    assert process.version == debuggee.python.version
    assert process.user == getpass.getuser()
    assert process.argv[-2:] == (debuggee.path_inside, "two words")
    assert process.command.endswith(f"{debuggee.path_inside} 'two words'")
    assert before - 1 < process.started < time.time() + 1
    assert process in processes()


@each_python
def test_found_by_its_command_line(start: StartDebuggee) -> None:
    debuggee = start("echoes.py", WORD)
    assert [process.pid for process in find(WORD)] == [debuggee.pid]
    assert find("a-word-of-nobody") == []


@each_python
@pytest.mark.parametrize(
    ("program", "shown"),
    [
        (Program("file", "no app.py", [WORD]), ("no app.py", WORD)),
        (Program("module", "app", [WORD]), ("-m", "app", WORD)),
        (Program("code", "1", ["-c", WORD]), ("-c", "1", "-c", WORD)),
        (Program("code", "2" * 200_000, [WORD]), ("-c", "2" * 4096, WORD)),
    ],
    ids=["file", "module", "code", "long"],
)
def test_a_program_that_remora_runs_is_found_by_its_own_words(
    python: Python, program: Program, shown: tuple[str, ...]
) -> None:
    command, *words = python.command("-X", "utf8")
    launched = launch(program, EchoBundle(), python=command, python_args=words)
    try:
        (process,) = find(WORD)
        assert process.pid == launched.process.pid
        assert process.argv[1:] == ("-X", "utf8", *shown)
    finally:
        launched.socket.close()
        launched.process.kill()
        launched.process.wait()


def test_debuggers_are_not_found_by_the_names_of_their_programs() -> None:
    wait = "import sys; print('ready', file=sys.stderr, flush=True); sys.stdin.read()"
    with running("python3", "-c", wait, "/usr/bin/remora", "run", "looked-for") as pid:
        process = look(pid)
        assert process is not None
        assert process.is_remora
        assert find("looked-for") == []
    with running("python3", "-c", wait, "remora", "looked-for") as pid:
        assert [process.pid for process in find("looked-for")] == [pid]


def test_whoever_looks_does_not_find_itself() -> None:
    assert os.getpid() not in [process.pid for process in processes()]
    code = "from remora.observe.processes import find; print(find('looks-for-itself'))"
    out = subprocess.check_output([sys.executable, "-c", code, "looks-for-itself"], text=True)
    assert out == "[]\n"


def test_whatever_it_calls_itself() -> None:
    with running("postgres: writer", "-u", ECHOES) as pid:
        process = look(pid)
        assert process is not None
        assert process.argv[0] == "postgres: writer"
        assert process.version == OUR_VERSION


def test_not_python_whatever_it_calls_itself() -> None:
    shell = shutil.which("sh")
    assert shell
    with running("python3.9", "-c", "echo ready >&2; read line", executable=shell) as pid:
        assert look(pid) is None


def test_executable_that_is_deleted(tmp_path: Path) -> None:
    copy = Path(shutil.copy(os.path.realpath(sys.executable), tmp_path / "python3.11"))
    home = {"PYTHONHOME": sys.base_prefix}
    process = subprocess.Popen(
        [copy, "-u", ECHOES], env={**os.environ, **home}, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with process:
        assert process.stderr
        assert process.stderr.readline() == b"ready\n"
        copy.unlink()
        found = look(process.pid)
        process.kill()
    assert found is not None
    assert found.version == "3.11"


def test_version_of_an_executable_without_one_in_its_name(tmp_path: Path) -> None:
    for name in ("python", "server"):
        copy = str(shutil.copy(os.path.realpath(sys.executable), tmp_path / name))
        code = "import sys, _ctypes; print('ready', file=sys.stderr, flush=True); sys.stdin.read()"
        os.environ["PYTHONHOME"] = sys.base_prefix
        try:
            with running(copy, "-c", code, executable=copy) as pid:
                process = look(pid)
        finally:
            del os.environ["PYTHONHOME"]
        assert process is not None
        assert process.version == OUR_VERSION


def test_of_another_user() -> None:
    assert os.geteuid() == 0, "the tests run as root: `make test` sees to it"
    code = "import os, sys; os.setuid(%d); print('ready', file=sys.stderr, flush=True); sys.stdin.read()"
    with running("python3", "-c", code % NOBODY) as pid:
        process = look(pid)
    assert process is not None
    assert process.user == "nobody"


@each_python
def test_main_thread_that_has_ended(start: StartDebuggee) -> None:
    debuggee = start("main_ends.py")
    process = look(debuggee.pid)
    assert process is not None
    assert process.version == debuggee.python.version
    assert process.argv[-1] == debuggee.path_inside


def test_gone() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert look(process.pid) is None  # a zombie
    process.wait()
    assert look(process.pid) is None
