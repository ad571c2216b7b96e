"""A terminal that shows what a person would see: tmux, whose screen is read as text.

with Terminal("python", "-m", "remora", "shell", "4711", env=environment) as terminal:
    terminal.shows(">>> ")
    terminal.types("1 + 2", "Enter")
"""

from __future__ import annotations

import os
import shlex
import subprocess
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from tests.support.patience import PATIENCE

_LOOK_EVERY = 0.03


class Terminal:
    """One window of a tmux server of its own."""

    def __init__(self, *command: str, env: Mapping[str, str], columns: int = 90, rows: int = 24) -> None:
        self._server = f"remora-tests-{os.getpid()}-{id(self)}"
        settings = " ".join(f"{name}={shlex.quote(value)}" for name, value in env.items())
        # What it leaves behind is to be seen.
        text = f"env {settings} {shlex.join(command)}; echo status $?; exec cat"
        self._run("-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(rows), text)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            print(f"--- the screen\n{self.screen()}")
        self._run("kill-server")

    def types(self, *keys: str) -> None:
        """Press keys: text, or names such as Enter, C-c, Tab."""
        for key in keys:
            literal = ["-l"] if len(key) > 1 and not _is_name(key) else []
            self._run("send-keys", *literal, "--", key)

    def pastes(self, text: str) -> None:
        """As the mouse would, which the program is told."""
        self._run("set-buffer", "--", text)
        self._run("paste-buffer", "-p")

    def screen(self, *, colours: bool = False) -> str:
        """What is on it, without blanks at the ends of lines."""
        shown = self._run("capture-pane", "-p", *(["-e"] if colours else []))
        return "\n".join(line.rstrip() for line in shown.split("\n")).rstrip("\n")

    def shows(self, text: str) -> str:
        """Wait until `text` is on the screen, which is returned."""
        return self._until(text, True)

    def loses(self, text: str) -> str:
        """Wait until `text` is not on the screen any more."""
        return self._until(text, False)

    def _until(self, text: str, is_shown: bool) -> str:
        deadline = time.monotonic() + PATIENCE
        while (text in (shown := self.screen())) is not is_shown:
            verb = "shown" if is_shown else "gone"
            assert time.monotonic() < deadline, f"{text!r} is not {verb}:\n{shown}"
            time.sleep(_LOOK_EVERY)
        return shown

    def _run(self, *words: str) -> str:
        done = subprocess.run(
            ["tmux", "-L", self._server, *words], stdout=subprocess.PIPE, check=True, text=True
        )
        return done.stdout


def _is_name(key: str) -> bool:
    return key in ("Enter", "Tab", "BTab", "BSpace", "Escape", "Up", "Down", "Left", "Right") or (
        len(key) == 3 and key[1] == "-"
    )
