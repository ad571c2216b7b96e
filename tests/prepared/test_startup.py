"""Programs that are prepared by their environment."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from remora import cli, sessions
from remora.cli import site
from remora.inject.attach import DOOR, attach, hello_of
from tests.support.pythons import Python, each_python
from tests.support.session import BUNDLE

#: Has `site` read the file as it would one in the directory of packages.
SITE = "import site, sys; site.addsitedir(sys.argv[1]); print('ready', flush=True); sys.stdin.read()"


@pytest.fixture
def folder(shared: Path) -> Path:
    found = shared / "packages"
    found.mkdir()
    (found / site.NAME).write_text(site.LINE)
    return found


def started(python: Python, folder: Path, env: dict[str, str], *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        python.command(*options, "-c", SITE, python.path_inside(folder)),
        env={**os.environ, **env},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@each_python
@pytest.mark.parametrize(
    ("variables", "listens"), [({"REMORA_LISTEN": "1"}, True), ({"REMORA_LISTEN": "0"}, False), ({}, False)]
)
def test_a_program_listens_if_the_environment_says_so(
    python: Python, folder: Path, environment: dict[str, str], variables: dict[str, str], listens: bool
) -> None:
    with started(python, folder, {**environment, **variables}) as program:
        assert program.stdout
        assert program.stdin
        assert program.stdout.readline() == "ready\n"
        assert (hello_of(program.pid) is not None) is listens
        program.stdin.close()
        assert program.stdout.read() == ""


@each_python
def test_a_program_waits_if_the_environment_says_so(
    python: Python, folder: Path, environment: dict[str, str]
) -> None:
    with started(python, folder, {**environment, "REMORA_LISTEN": "wait"}) as program:
        assert program.stdout
        assert program.stdin
        assert f"process {program.pid} waits for a debugger" in program.stdout.readline()
        entered = attach(program.pid, BUNDLE)
        assert entered.way == DOOR
        entered.socket.close()
        program.kill()


@each_python
def test_what_a_program_replaces_itself_by_listens_again(
    python: Python, folder: Path, environment: dict[str, str]
) -> None:
    text = f"import os, sys; {SITE}; os.execv(sys.executable, [sys.executable, '-c', {SITE!r}, sys.argv[1]])"
    with subprocess.Popen(
        python.command(
            "-c", text.replace("sys.stdin.read()", "sys.stdin.readline()"), python.path_inside(folder)
        ),
        env={**os.environ, **environment, "REMORA_LISTEN": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout
        assert program.stdin
        for _ in range(2):
            assert program.stdout.readline() == "ready\n"
            assert (hello_of(program.pid) or {})["pid"] == program.pid
            program.stdin.write("\n")
            program.stdin.flush()
        program.stdin.close()


@each_python
def test_an_environment_that_is_to_be_ignored_is(
    python: Python, folder: Path, environment: dict[str, str]
) -> None:
    with started(python, folder, {**environment, "REMORA_LISTEN": "1"}, "-E") as program:
        assert program.stdout
        assert program.stdin
        while "ready" not in (line := program.stdout.readline()):
            assert line
        assert sessions.dial_program(program.pid) is None
        program.stdin.close()


@each_python
def test_an_address_that_is_none_does_not_stop_the_program(
    python: Python, folder: Path, environment: dict[str, str]
) -> None:
    with started(python, folder, {**environment, "REMORA_CONNECT": "a:b:"}) as program:
        assert program.stdout
        assert program.stdin
        program.stdin.close()
        assert program.stdout.read() in ("ready\n", "")


def test_the_line_is_put_there_and_taken_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import venv

    venv.create(tmp_path / "venv", symlinks=True)
    python = str(tmp_path / "venv" / "bin" / "python")
    assert cli.main(["site", "install", "--python", python]) == 1
    assert f"install it first: {python} -m pip install remora" in capsys.readouterr().err
    [packages] = (tmp_path / "venv" / "lib").glob("python*/site-packages")
    (packages / "remora").symlink_to(Path(site.__file__).parents[1])
    assert cli.main(["site", "status", "--python", python]) == 1
    assert cli.main(["site", "install", "--python", python]) == 0
    assert (packages / site.NAME).read_text() == site.LINE
    assert cli.main(["site", "status", "--python", python]) == 0
    run = [python, "-c", "import sys; print('remora' in sys.modules)"]
    for value, loaded in (("", "False\n"), ("1", "True\n")):
        env = {**os.environ, **({"REMORA_LISTEN": value} if value else {})}
        done = subprocess.run(run, env=env, stdout=subprocess.PIPE, text=True, check=True)
        assert done.stdout == loaded
    assert cli.main(["site", "remove", "--python", python]) == 0
    assert not (packages / site.NAME).exists()
    assert cli.main(["site", "remove", "--python", python]) == 1


def test_what_is_no_python_is_said_to_be_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["site", "status", "--python", "/bin/true"]) == 1
    assert capsys.readouterr().err.startswith("remora: /bin/true is no Python")
