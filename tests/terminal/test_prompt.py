"""The console at a terminal, and on a pipe."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from tests.support.patience import PATIENCE

ROOT = Path(__file__).parents[2]
PLAY = ["-m", "tests.terminal.play"]
LEFT_RUNNING = "left with [{'terminateDebuggee': False}]"


@pytest.fixture
def state(tmp_path: Path) -> dict[str, str]:
    """An environment whose history is the test's own."""
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    return environment | {
        "XDG_STATE_HOME": str(tmp_path),
        "TERM": "xterm-256color",
        "PROMPT_TOOLKIT_NO_CPR": "1",
        "PYTHONPATH": str(ROOT / "src"),
    }


@pytest.fixture
def terminal(state: dict[str, str]) -> Iterator[pexpect.spawn[str]]:
    with open_terminal(state) as child:
        yield child


def open_terminal(state: dict[str, str], *arguments: str) -> pexpect.spawn[str]:
    command = [*PLAY, *arguments]
    return pexpect.spawn(
        sys.executable,
        command,
        cwd=str(ROOT),
        env=state,
        encoding="utf-8",
        timeout=PATIENCE,
        dimensions=(40, 100),
    )


def prompt(child: pexpect.spawn[str]) -> None:
    child.expect_exact("(remora)")


def test_a_stop_a_step_and_a_repeat(terminal: pexpect.spawn[str]) -> None:
    terminal.expect(r"MainThread.*\): .*handle")
    prompt(terminal)
    terminal.sendline("next")
    terminal.expect("--.*5.*for")
    prompt(terminal)
    terminal.sendline("")
    terminal.expect("--.*6.*total")
    prompt(terminal)
    terminal.sendline("quit")
    terminal.expect_exact(LEFT_RUNNING)


def test_ctrl_c_pauses_the_running_program(terminal: pexpect.spawn[str]) -> None:
    prompt(terminal)
    terminal.sendline("continue")
    terminal.expect_exact("going on")
    terminal.sendintr()
    terminal.expect_exact("?!")
    prompt(terminal)
    terminal.sendeof()
    terminal.expect_exact(LEFT_RUNNING)


def test_statements_of_several_lines(terminal: pexpect.spawn[str]) -> None:
    prompt(terminal)
    terminal.sendline("for i in [1]:")
    terminal.expect_exact("...")
    terminal.sendline("    print(i)")
    terminal.expect_exact("...")
    terminal.sendline("")
    terminal.expect_exact("looped")


def test_a_pasted_block_is_run_whole(terminal: pexpect.spawn[str]) -> None:
    prompt(terminal)
    terminal.send("\x1b[200~for i in [1]:\n    print(i)\n\x1b[201~\r")
    terminal.expect_exact("looped")


def test_tab_completes_commands_and_names(terminal: pexpect.spawn[str]) -> None:
    prompt(terminal)
    terminal.send("backt\t")
    terminal.expect_exact("backtrace")
    terminal.send("\x15p tot\t")
    terminal.expect_exact("total_of_")


def test_ending_a_launched_program_is_asked_for(state: dict[str, str]) -> None:
    with open_terminal(state, "--launch") as terminal:
        prompt(terminal)
        terminal.sendline("quit")
        terminal.expect_exact("End the program? (y or n)")
        terminal.sendline("n")
        prompt(terminal)
        terminal.sendline("quit")
        terminal.expect_exact("End the program? (y or n)")
        terminal.sendline("y")
        terminal.expect_exact("left with [{'terminateDebuggee': True}]")


def test_history_is_kept_for_its_user_alone(terminal: pexpect.spawn[str], tmp_path: Path) -> None:
    prompt(terminal)
    terminal.sendline("p total")
    terminal.expect("3")
    prompt(terminal)
    terminal.sendline("quit")
    terminal.expect_exact(LEFT_RUNNING)
    history = tmp_path / "remora" / "history"
    assert "+p total" in history.read_text()
    assert stat.S_IMODE(history.stat().st_mode) == 0o600


def run_piped(state: dict[str, str], typed: str) -> str:
    finished = subprocess.run(
        [sys.executable, "-X", "importtime", *PLAY],
        input=typed, cwd=ROOT, env=state, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr
    for module in ("prompt_toolkit", "pygments"):
        assert f"| {module}\n" not in finished.stderr
    return finished.stdout


def test_a_pipe_gets_no_colours_no_prompt_and_no_heavy_imports(state: dict[str, str]) -> None:
    shown = run_piped(state, "next\ntotal\nbacktrace 1\n")
    assert "\x1b" not in shown and "(remora)" not in shown
    assert "--    5     for i in range(n):" in shown
    assert shown.endswith(
        f"\n3\n-> #0   handle at app.py:5\n   (1 more frames; 'backtrace' shows all)\n{LEFT_RUNNING}\n"
    )


def test_on_a_pipe_a_failure_does_not_end_the_console(state: dict[str, str]) -> None:
    assert "--    5" in run_piped(state, "up 99\nnext")
