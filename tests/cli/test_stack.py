"""`remora stack` as it is typed."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from remora.cli.watching import cut
from tests.conftest import StartDebuggee
from tests.observe.test_frozen import PROGRAM, begin
from tests.support.console import console
from tests.support.patience import PATIENCE
from tests.support.pythons import SAME_ROOT, each_python

one_python = pytest.mark.parametrize("python", SAME_ROOT[-1:], ids=str)


def remora(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "remora", "stack", *words]
    return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)


@each_python
def test_by_pid_and_by_name(start: StartDebuggee) -> None:
    word = f"word-{secrets.token_hex(8)}"
    debuggee = start(PROGRAM, word)
    begin(debuggee, "sleeper, 1")
    for target in (str(debuggee.pid), word):
        done = remora(target)
        assert (done.returncode, done.stderr) == (0, "")
        lines = done.stdout.splitlines()
        assert lines[0].startswith(f"Process {debuggee.pid}, Python {debuggee.python.version}: ")
        assert re.fullmatch("2 threads: 1 sleeps, 1 reads|2 threads: 1 reads, 1 sleeps", lines[1])
        assert f"    sleeper at {debuggee.path_inside}:{debuggee.line_of('sleeper')}" in lines
        assert not any("_bootstrap" in line for line in lines)


@one_python
def test_options(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    begin(debuggee, "sleeper, 17")
    assert "        number = 17\n" in remora(str(debuggee.pid), "--locals").stdout
    assert re.search(r"\(stopped for \d+ ms\)", remora(str(debuggee.pid), "--pause").stdout)
    assert "time_sleep" in remora(str(debuggee.pid), "--native").stdout
    record = json.loads(remora(str(debuggee.pid), "--json").stdout)
    assert record["pid"] == debuggee.pid
    assert record["threads"][0]["tid"] == debuggee.pid
    done = remora(str(debuggee.pid), "--observe", "--pause")
    assert done.returncode == 2
    assert "--observe pauses nothing" in done.stderr


def test_what_fails_is_one_line(tmp_path: Path) -> None:
    packed = tmp_path / "core.app.1000.zst"
    packed.write_bytes(b"\x28\xb5\x2f\xfd" + bytes(100))
    with subprocess.Popen(["sleep", "3600"]) as sleeps:
        for target, told in [
            (str(sleeps.pid), "does not run Python"),
            ("no-such-program-anywhere", "no Python process has"),
            (str(packed), f"unpack it first, by 'zstd -d {packed}'"),
        ]:
            done = remora(target)
            assert (done.returncode, done.stdout) == (1, "")
            assert told in done.stderr
            assert done.stderr.count("\n") == 1
        sleeps.kill()


def test_a_file_that_is_a_program_is_a_name(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("")
    done = remora(str(tmp_path / "app.py"))
    assert f"{tmp_path}/app.py is no core file" in done.stderr
    done = remora("--observe", str(tmp_path / "app.py"))
    assert "no Python process has" in done.stderr


@one_python
def test_watch_in_a_pipe(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with console("stack", str(debuggee.pid), "--watch", "0.05", "--json") as ada:
        ada.shows("\n")
        ada.shows("\n")
        debuggee.wait_end()
        ada.shows(f"process {debuggee.pid} has ended")
        assert ada.process.wait(PATIENCE) == 0
    records = [json.loads(line) for line in ada.output.splitlines() if line.startswith("{")]
    assert len(records) >= 2, ada.output
    assert {record["pid"] for record in records} == {debuggee.pid}


@pytest.fixture
def terminal(start: StartDebuggee) -> Iterator[pexpect.spawn]:
    debuggee = start(PROGRAM)
    for function in ("sleeper, 1", "locker", "poller"):
        debuggee.send(f"begin({function})\n")
        debuggee.wait_line("gave")
    words = ["-m", "remora", "stack", "--watch", str(debuggee.pid)]
    environment = {**os.environ, "TERM": "xterm", "NO_COLOR": "1"}
    child = pexpect.spawn(sys.executable, words, dimensions=(8, 60), env=environment, timeout=PATIENCE)
    child.debuggee = debuggee
    child.expect_exact("\x1b[?1049h")
    child.expect(rf"Process {debuggee.pid}")
    yield child
    child.close(force=True)


@one_python
@pytest.mark.parametrize("key", ["q", "\x03"])
def test_watch_leaves_the_terminal_as_it_was(terminal: pexpect.spawn, key: str) -> None:
    terminal.expect(r"q quits; space, j and k move; \d+ more lines below")
    terminal.send(key)
    terminal.expect_exact("\x1b[?1049l")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == (0 if key == "q" else 130)


@one_python
def test_watch_moves_and_fits(terminal: pexpect.spawn) -> None:
    terminal.expect("more lines below")
    terminal.send("j")
    terminal.expect(r"\x1b\[H\d+ threads: ")  # the second line is the first that is shown
    terminal.send("k")
    terminal.expect(r"\x1b\[HProcess ")
    terminal.setwinsize(60, 60)
    terminal.expect(r"q quits; \d\d:\d\d:\d\d")  # all of it has room
    terminal.send("q")
    terminal.expect(pexpect.EOF)


@one_python
def test_watch_ends_with_the_process(terminal: pexpect.spawn) -> None:
    terminal.debuggee.wait_end()
    terminal.expect_exact("\x1b[?1049l")
    terminal.expect_exact(f"process {terminal.debuggee.pid} has ended")
    terminal.expect(pexpect.EOF)


def test_seconds_come_after_watch_or_not_at_all() -> None:
    assert "no number of seconds" in remora("--watch", "soon", "1").stderr
    assert "process 1" in remora("--watch", "1").stderr
    assert "process 1" in remora("1", "--watch").stderr
    assert "process 1" in remora("1", "--watch=2").stderr


def test_painted_lines_are_cut_without_their_colours() -> None:
    painted = "\x1b[1mabc\x1b[0mdef"
    assert cut(painted, 6) == painted
    assert cut(painted, 4) == "\x1b[1mabc\x1b[0md"
    assert cut(painted, 2) == "\x1b[1mab\x1b[0m"
