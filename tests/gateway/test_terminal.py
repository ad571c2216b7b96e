"""Programs in a terminal of the editor, and behind sudo: the launcher there, and what it hands over."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.dap import Failed
from tests.support.debuggee import DEBUGGEES, markers
from tests.support.ide import Ide
from tests.support.patience import PATIENCE
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
            chunk = self._read()
            assert chunk, seen
            seen += chunk
        return seen

    def rest(self) -> str:
        """What is shown until nobody has the terminal any more."""
        return "".join(iter(self._read, ""))

    @contextmanager
    def reading(self) -> Iterator[None]:
        """A terminal shows what comes, also while nobody looks."""
        reader = threading.Thread(target=self.rest)
        reader.start()
        try:
            yield
        finally:
            self.process.wait(PATIENCE)
            reader.join()

    def _read(self) -> str:
        try:
            return os.read(self.screen, 4096).decode()
        except OSError:  # nobody has the terminal any more
            return ""


@contextmanager
def in_terminal(ide: Ide, options: dict[str, Any], *, answers: bool = True) -> Iterator[Terminal]:
    """The program in its terminal, waiting to be configured unless it runs without a debugger.

    With `answers`, the editor says at once that it has a terminal.
    """
    ide.initialize()
    ide.starting = ide.client.send("launch", {"console": "integratedTerminal", "python": NEWEST, **options})
    request = ide.client.wait_reverse_request("runInTerminal")
    terminal = Terminal(request["arguments"])
    try:
        if answers:
            ide.client.answer(request, {"shellProcessId": terminal.process.pid})
        if options.get("noDebug"):
            ide.client.response(ide.starting)
        else:
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
        assert terminal.process.wait(PATIENCE) == 0
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
        if not no_debug:
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
        assert terminal.process.wait(PATIENCE) == 128 + 9
        # It has ended with the others, or is about to.
        fd = os.open(f"/proc/{child}/stat", os.O_RDONLY) if os.path.exists(f"/proc/{child}") else None
        if fd is not None:
            assert b") Z" in os.read(fd, 400)
            os.close(fd)


def test_children_end_with_what_is_terminated(tmp_path: Path) -> None:
    file = tmp_path / "child"
    options = {"program": PROGRAM, "args": ["with_child", str(file)]}
    with Ide(**SUPPORTS) as ide, in_terminal(ide, options) as terminal:
        ide.configured()
        screen = terminal.shows("waiting")
        if "child" not in screen:
            terminal.shows("child")
        child = os.pidfd_open(int(file.read_text()))
        try:
            ide.client.request("terminate")
            assert ide.exit_code() == 128 + signal.SIGINT
            assert terminal.process.wait(PATIENCE) == 128 + signal.SIGINT
            assert select.select([child], [], [], 20)[0]
        finally:
            os.close(child)


def test_an_editor_that_answers_when_the_terminal_is_done() -> None:
    options = {"program": PROGRAM, "args": ["leave", "3"]}
    with Ide(**SUPPORTS) as ide, in_terminal(ide, options, answers=False):
        ide.configured()
        assert ide.exit_code() == 3


def test_an_editor_that_has_no_terminal() -> None:
    with Ide(**SUPPORTS) as ide:
        ide.initialize()
        number = ide.client.send("launch", {"program": PROGRAM, "console": "integratedTerminal"})
        ide.client.refuse(ide.client.wait_reverse_request("runInTerminal"), "no room")
        with pytest.raises(Failed, match="did not run it in a terminal: no room"):
            ide.client.response(number)


def test_the_terminal_shows_nothing_of_ours() -> None:
    options = {"program": PROGRAM, "args": ["leave", "0"], "env": {"PYTHONWARNINGS": "error"}}
    with Ide(**SUPPORTS) as ide, in_terminal(ide, options) as terminal:
        ide.configured()
        assert ide.exit_code() == 0
        assert terminal.process.wait(PATIENCE) == 0
        assert terminal.rest() == ""


@pytest.mark.parametrize("no_debug", [False, True], ids=["debug", "noDebug"])
def test_the_editor_may_show_it_too(no_debug: bool) -> None:
    options = {"program": PROGRAM, "args": ["show"], "redirectOutput": True, "noDebug": no_debug}
    with Ide(**SUPPORTS) as ide, in_terminal(ide, options) as terminal:
        if not no_debug:
            ide.configured()
        assert ide.exit_code() == 0
        ide.wait_output("out\ndone\n")
        ide.wait_output("err\n", "stderr")
        assert terminal.process.wait(PATIENCE) == 0
        shown = terminal.rest()
        assert all(text in shown for text in ("out", "err", "done"))


def test_all_output_comes_before_the_end() -> None:
    """A child may hold the other end of the pipes, and is not waited for."""
    code = """
import os, subprocess
subprocess.Popen(["sleep", "20"], stdin=subprocess.DEVNULL)
os.write(1, b"x" * 300_000)
os._exit(0)
"""
    with (
        Ide(**SUPPORTS) as ide,
        in_terminal(ide, {"code": code, "redirectOutput": True, "subProcess": False}) as terminal,
        terminal.reading(),
    ):
        ide.configured()
        assert ide.exit_code() == 0
        written = "".join(event["output"] for event in ide.client.events("output"))
        assert written == "x" * 300_000


def test_it_waits_for_a_key() -> None:
    options = {"program": PROGRAM, "args": ["leave", "7"], "waitOnAbnormalExit": True}
    with Ide(**SUPPORTS) as ide, in_terminal(ide, options) as terminal:
        ide.configured()
        assert ide.exit_code() == 7
        terminal.shows("ended with status 7. Press Enter")
        os.write(terminal.screen, b"\n")
        assert terminal.process.wait(PATIENCE) == 7


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
        assert terminal.process.wait(PATIENCE) == 1
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
