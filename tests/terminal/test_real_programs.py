"""The console over real programs, on every interpreter: what is typed, and what is shown."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from tests.support.debuggee import DEBUGGEES, Debuggee, markers
from tests.support.patience import PATIENCE
from tests.support.pythons import ALL, CHECKOUT, Python

PROGRAM = DEBUGGEES / "for_people.py"
LINES = markers(PROGRAM)


@pytest.fixture(params=ALL, ids=str)
def debuggee(request: pytest.FixtureRequest) -> Iterator[Debuggee]:
    python: Python = request.param
    with Debuggee(python, PROGRAM) as program:
        program.wait_line("ready")
        yield program


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    own = {"HOME": str(tmp_path), "TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1"}
    left_out = ("NO_COLOR", "XDG_STATE_HOME", "XDG_CONFIG_HOME")
    return {name: value for name, value in os.environ.items() if name not in left_out} | own


def remora(*words: str) -> list[str]:
    return [sys.executable, "-m", "remora", *words]


def batch(*words: str, commands: list[str], status: int = 0) -> str:
    """What a batch shows."""
    typed = [word for command in commands for word in ("-e", command)]
    done = subprocess.run(
        remora(*words[:1], "--batch", "--timeout", "20", *typed, *words[1:]),
        cwd=CHECKOUT, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (status, "")
    return done.stdout


def test_what_a_person_types(debuggee: Debuggee) -> None:
    shown = batch(
        "attach",
        str(debuggee.pid),
        commands=[
            "tbreak server.handle()",
            "continue",
            "p/x number",
            "alias twice p 2 * %1",
            "twice number",
            "eval? total = number",
            "frame worker-1 0",
            "thread MainThread",
            "info locals *",
            "stack *",
            "info builtins KeyE",
            "pdef self.handle",
            "whatis server",
            "pwd",
            "print('printed ' 'here')",
        ],
    )
    assert "breakpoint 1 at __main__:Server.handle" in shown
    assert f"xx {LINES['handle']:>4}         total = number" in shown
    assert "\n0x3\n6\n3\n" in shown
    assert "worker-1): " in shown and "worker-1:\n" in shown
    assert "self" in shown and "twice" in shown
    assert "KeyError" in shown
    assert "handle(number, *, twice=False)" in shown
    assert "Serves." in shown
    assert "printed here\n" in shown and "printed" not in debuggee.output


def test_text_that_is_in_no_file_is_shown(debuggee: Debuggee) -> None:
    shown = batch(
        "attach",
        str(debuggee.pid),
        commands=["tbreak cell", "continue", "next", "tbreak inside", "c", "list 1,3"],
    )
    assert "xx    2     doubled = number * 2" in shown
    assert "--    3     return doubled" in shown
    assert "xx    2     tripled = number * 3" in shown
    assert "      1 def inside(number):" in shown


def test_a_line_that_begins_again(debuggee: Debuggee) -> None:
    shown = batch(
        "attach",
        str(debuggee.pid),
        commands=["tbreak server.handle()", "continue", "next", "next+", "list ."],
    )
    assert shown.count(f"-- {LINES['loop']:>4} ") == 1
    assert f"-- {LINES['loop'] + 1:>4}         return total" in shown


STARTED = """\
import sys

def double(n):
    print("double", n, flush=True)
    return n * 2

total = 0
for i in range(3):
    total += double(i)
sys.exit(7)
"""


@pytest.fixture
def program(tmp_path: Path) -> str:
    path = tmp_path / "started.py"
    path.write_text(STARTED)
    return str(path)


def test_a_program_is_started_again_with_its_breakpoints(program: str) -> None:
    commands = [
        "break double if n == 1",
        "continue",
        "skip",
        "restart",
        "continue",
        "p n",
        "delete!",
        "continue",
    ]
    shown = batch("run", program, "argument", commands=commands, status=7)
    assert shown.count("xx    4     print(") == 2
    assert shown.count("double 0\n") == 2
    # The statement that was skipped has printed nothing.
    assert shown.count("double 1\n") == 1
    assert "\n1\n" in shown


def test_what_remora_has_not_started_is_not_started_again() -> None:
    with Debuggee(ALL[-1], PROGRAM) as debuggee:
        debuggee.wait_line("ready")
        done = subprocess.run(
            remora("attach", "--batch", "-e", "restart", str(debuggee.pid)),
            cwd=CHECKOUT, capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert "remora has not started this program" in done.stderr
        assert debuggee.is_running()


def open_console(home: dict[str, str], *words: str) -> pexpect.spawn[str]:
    command, *arguments = remora(*words)
    return pexpect.spawn(
        command,
        arguments,
        cwd=str(CHECKOUT),
        env=home,
        encoding="utf-8",
        timeout=PATIENCE,
        dimensions=(40, 100),
    )


def test_a_session_at_a_terminal(home: dict[str, str], program: str) -> None:
    with open_console(home, "run", program) as terminal:
        terminal.expect_exact("(remora)")
        terminal.sendline("break double")
        terminal.expect("breakpoint 1 at .*double")
        terminal.sendline("continue")
        terminal.expect("double.*4.*print")
        terminal.sendline("python")
        terminal.expect_exact(">>>")
        terminal.sendline("n = 20")
        terminal.expect_exact(">>>")
        terminal.send("n *\t 2\r")
        terminal.expect_exact("40")
        terminal.expect_exact(">>>")
        terminal.sendeof()
        terminal.expect_exact("(remora)")
        terminal.sendline("restart")
        terminal.expect_exact("Start it again? (y or n)")
        terminal.sendline("y")
        terminal.expect(r"1\x1b.*import")
        terminal.sendline("save")
        terminal.expect_exact("saved 1 breakpoints in")
        terminal.sendline("quit!")
        terminal.expect(pexpect.EOF)
    with open_console(home, "run", program) as terminal:
        terminal.expect_exact("[breakpoints are saved for this program; 'load' sets them]")
        terminal.sendline("load")
        terminal.expect("breakpoint 1 at .*double")
        terminal.sendline("quit!")
        terminal.expect(pexpect.EOF)


def test_a_file_is_opened_in_the_editor_and_the_console_goes_on(
    home: dict[str, str], program: str, tmp_path: Path
) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "edits $@"\n')
    editor.chmod(0o755)
    with open_console(home | {"VISUAL": f"{editor} --wait"}, "run", program) as terminal:
        terminal.expect_exact("(remora)")
        terminal.sendline("edit 4")
        terminal.expect_exact(f"edits --wait +4 {program}")
        terminal.expect_exact("(remora)")
        terminal.sendline("quit!")
        terminal.expect(pexpect.EOF)
