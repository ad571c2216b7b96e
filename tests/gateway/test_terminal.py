"""Programs in a terminal of the editor, and behind sudo: the launcher there, and what it hands over."""

from __future__ import annotations

import os
import pty
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.dap import Failed
from tests.support.debuggee import DEBUGGEES, markers
from tests.support.ide import Ide
from tests.support.pythons import SAME_ROOT

SOURCE = DEBUGGEES / "under_ide.py"
LINES = markers(SOURCE)
PROGRAM = str(SOURCE)
NEWEST = SAME_ROOT[-1].argv0
SUPPORTS: dict[str, Any] = {"supportsRunInTerminalRequest": True, "supportsArgsCanBeInterpretedByShell": True}


class Terminal:
    """A terminal that runs what `runInTerminal` asks for."""

    def __init__(self, arguments: dict[str, Any]) -> None:
        self.screen, theirs = pty.openpty()
        words = arguments["args"]
        command = " ".join(words) if arguments.get("argsCanBeInterpretedByShell") else words
        env = {**os.environ, **arguments.get("env", {})}
        self.process = subprocess.Popen(
            command,
            shell=isinstance(command, str),
            cwd=arguments["cwd"],
            env={name: value for name, value in env.items() if value is not None},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)

    def shows(self, text: str) -> str:
        """Wait until this is on the screen; the screen up to there."""
        seen = ""
        while text not in seen:
            try:
                chunk = os.read(self.screen, 4096)
            except OSError:  # nobody has the terminal any more
                chunk = b""
            assert chunk, seen
            seen += chunk.decode()
        return seen


@contextmanager
def in_terminal(ide: Ide, options: dict[str, Any]) -> Iterator[Terminal]:
    """The program, waiting to be configured, in its terminal."""
    ide.initialize()
    ide.starting = ide.client.send("launch", {"console": "integratedTerminal", "python": NEWEST, **options})
    request = ide.client.wait_reverse_request("runInTerminal")
    terminal = Terminal(request["arguments"])
    try:
        ide.client.answer(request, {"shellProcessId": terminal.process.pid})
        ide.client.wait_event("initialized")
        yield terminal
    finally:
        os.close(terminal.screen)
        terminal.process.kill()
        terminal.process.wait()


def test_a_program_in_a_terminal() -> None:
    with (
        Ide(**SUPPORTS) as ide,
        in_terminal(ide, {"program": PROGRAM, "args": ["show"]}) as terminal,
    ):
        ide.client.request(
            "setBreakpoints", {"source": {"path": PROGRAM}, "breakpoints": [{"line": LINES["show"]}]}
        )
        ide.configured()
        ide.stops_at(LINES["show"])
        ide.resume()
        assert "out" in terminal.shows("done")
        assert ide.exit_code() == 0
        assert terminal.process.wait(20) == 0
        assert ide.client.events("output") == []


@pytest.mark.parametrize("no_debug", [False, True], ids=["debug", "noDebug"])
def test_what_it_gets(tmp_path: Path, no_debug: bool) -> None:
    options = {
        "program": PROGRAM,
        "args": ["describe", "a b", "$HOME"],
        "cwd": str(tmp_path),
        "env": {"SET_BY_IDE": "yes", "HOME": None},
        "noDebug": no_debug,
    }
    with Ide(**SUPPORTS) as ide, in_terminal(ide, options) as terminal:
        ide.configured()
        screen = terminal.shows("done")
        assert "argv ['a b', '$HOME']" in screen
        assert f"cwd {tmp_path}" in screen
        assert "set yes home None" in screen
        assert "tty True" in screen


def test_args_as_text_are_read_by_the_shell(tmp_path: Path) -> None:
    (tmp_path / "one file").touch()
    options = {"program": PROGRAM, "args": "describe * 'x  y' $((2+3))", "cwd": str(tmp_path)}
    with Ide(**SUPPORTS) as ide, in_terminal(ide, options) as terminal:
        ide.configured()
        assert "argv ['one file', 'x  y', '5']" in terminal.shows("done")


def test_disconnect_ends_it_and_its_children(tmp_path: Path) -> None:
    file = tmp_path / "child"
    with (
        Ide(**SUPPORTS) as ide,
        in_terminal(ide, {"program": PROGRAM, "args": ["with_child", str(file)]}) as terminal,
    ):
        ide.configured()
        screen = terminal.shows("waiting")
        if "child" not in screen:
            terminal.shows("child")
        child = int(file.read_text())
        ide.disconnect()
        assert terminal.process.wait(20) == 128 + 9
        # It has ended with the others, or is about to.
        fd = os.open(f"/proc/{child}/stat", os.O_RDONLY) if os.path.exists(f"/proc/{child}") else None
        if fd is not None:
            assert b") Z" in os.read(fd, 400)
            os.close(fd)


def test_it_waits_for_a_key() -> None:
    options = {"program": PROGRAM, "args": ["leave", "7"], "waitOnAbnormalExit": True}
    with Ide(**SUPPORTS) as ide, in_terminal(ide, options) as terminal:
        ide.configured()
        assert ide.exit_code() == 7
        terminal.shows("ended with status 7. Press Enter")
        os.write(terminal.screen, b"\n")
        assert terminal.process.wait(20) == 7


def test_failures_are_told() -> None:
    with Ide(**SUPPORTS) as ide:
        ide.initialize()
        number = ide.client.send(
            "launch", {"program": PROGRAM, "console": "externalTerminal", "python": "/no/python"}
        )
        request = ide.client.wait_reverse_request("runInTerminal")
        assert request["arguments"]["kind"] == "external"
        terminal = Terminal(request["arguments"])
        ide.client.answer(request, {})
        with pytest.raises(Failed, match="/no/python cannot be run"):
            ide.client.response(number)
        assert terminal.process.wait(20) == 1
        os.close(terminal.screen)


def test_an_editor_without_terminals() -> None:
    with Ide() as ide:
        ide.initialize()
        with pytest.raises(Failed, match="Set 'console' to 'internalConsole'"):
            ide.client.request("launch", {"program": PROGRAM, "console": "integratedTerminal"})


def test_sudo(tmp_path: Path) -> None:
    """The command of that name closes what is open, as sudo does, and has the environment kept."""
    sudo = tmp_path / "sudo"
    sudo.write_text(
        '#!/bin/sh\n[ "$1" = -E ] || exit 9\nshift\n'
        'for fd in 3 4 5 6 7 8 9; do eval "exec $fd>&-"; done\nexec env THROUGH_SUDO=1 "$@"\n'
    )
    sudo.chmod(0o755)
    code = "import os; print('by sudo', os.environ.get('THROUGH_SUDO'))"
    with Ide(env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}) as ide:
        ide.launch({"code": code, "python": NEWEST, "sudo": True})
        ide.wait_output("by sudo 1")
        assert ide.exit_code() == 0
