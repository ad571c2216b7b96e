"""The ends of the command: exit statuses and what is said on the error output."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

from remora import cli
from remora.cli import CommandError, parser
from tests.support.pythons import CHECKOUT, Python, each_python_here

Install = Callable[[Callable[[object], int]], None]


@pytest.fixture
def command_is(monkeypatch: pytest.MonkeyPatch) -> Install:
    """`remora ps` is the given function."""

    def install(run: Callable[[object], int]) -> None:
        monkeypatch.setattr(parser, "load", lambda options: run)

    return install


def raises(error: BaseException) -> Callable[[object], int]:
    def run(options: object) -> int:
        raise error

    return run


def test_the_status_is_the_commands(command_is: Install) -> None:
    command_is(lambda options: 3)
    assert cli.main(["ps"]) == 3


def test_an_error_is_one_line(command_is: Install, capsys: pytest.CaptureFixture[str]) -> None:
    command_is(raises(CommandError("it is gone; look again")))
    assert cli.main(["ps"]) == 1
    assert capsys.readouterr() == ("", "remora: it is gone; look again\n")


def test_an_error_of_ours_shows_where_it_was(command_is: Install) -> None:
    command_is(raises(ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        cli.main(["ps"])


def test_interrupt_is_quiet(command_is: Install, capsys: pytest.CaptureFixture[str]) -> None:
    command_is(raises(KeyboardInterrupt()))
    assert cli.main(["ps"]) == 130
    assert capsys.readouterr() == ("", "")


def test_usage_is_2() -> None:
    assert cli.main(["fly"]) == 2
    assert cli.main(["--version"]) == 0


def test_a_reader_that_goes_is_no_error() -> None:
    script = (
        "import sys; from remora import cli; from remora.cli import parser\n"
        "def run(options):\n"
        "    while True: print('x' * 1000)\n"
        "parser.load = lambda options: run\n"
        "sys.exit(cli.main(['ps']))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout
    assert process.stderr
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 1


@each_python_here
def test_old_pythons_are_told_what_is_needed(python: Python) -> None:
    code = f"import sys; sys.path.insert(0, {str(CHECKOUT / 'src')!r}); from remora import cli; "
    done = subprocess.run(
        python.command("-c", code + "sys.exit(cli.main(['--version']))"), capture_output=True, text=True
    )
    if python.at_least("3.11"):
        assert done.returncode == 0
    else:
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert f"needs Python 3.11 or newer, and this is {python.version}" in done.stderr


def test_ctrl_c_while_a_command_runs() -> None:
    script = (
        "import sys; from remora import cli; from remora.cli import parser\n"
        "def run(options):\n"
        "    print('ready', flush=True)\n"
        "    sys.stdin.read()\n"
        "parser.load = lambda options: run\n"
        "sys.exit(cli.main(['ps']))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout
    assert process.stdout.readline() == b"ready\n"
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    assert (process.returncode, said) == (130, b"")
