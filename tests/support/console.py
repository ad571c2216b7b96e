"""A console of remora as a process of its own: on pipes, or on a terminal by `at_terminal`.

with console("attach", str(debuggee.pid)) as ada:
    ada.shows("MainThread")
    ada.types("continue")
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pexpect

from tests.support.patience import PATIENCE

#: How often attaching may be refused because the machine is busy.
_TRIES = 5


class Console:
    """One process; what it writes is read by a thread."""

    def __init__(self, *args: str, timeout: float = PATIENCE, env: dict[str, str] | None = None) -> None:
        self.timeout = timeout
        self.process = subprocess.Popen(
            [sys.executable, "-m", "remora", *args],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
        )
        self._text = ""
        self._seen = 0
        self._ended = False
        self._changed = threading.Condition()
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    @property
    def output(self) -> str:
        """All that it has written."""
        with self._changed:
            return self._text

    def types(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def shows(self, text: str) -> str:
        """Wait until `text` is written, after what was waited for before; what came up to its end."""
        deadline = time.monotonic() + self.timeout
        with self._changed:
            while (found := self._text.find(text, self._seen)) < 0:
                left = deadline - time.monotonic()
                if left <= 0 or self._ended:
                    raise AssertionError(f"{text!r} was not shown, but {self._text[self._seen :]!r}")
                self._changed.wait(left)
            before, self._seen = self._seen, found + len(text)
            return self._text[before : self._seen]

    def says(self, line: str, answer: str) -> str:
        self.types(line)
        return self.shows(answer)

    def wait(self) -> int:
        """Wait for its end; its exit status."""
        status = self.process.wait(self.timeout)
        self._reading.join(self.timeout)
        return status

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        self.process.send_signal(number)
        self.process.wait(self.timeout)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reading.join(self.timeout)
        for file in (self.process.stdin, self.process.stdout):
            if file is not None:
                try:
                    file.close()
                except BrokenPipeError:
                    continue  # it had gone with lines unread

    def _read(self) -> None:
        assert self.process.stdout is not None
        while chunk := os.read(self.process.stdout.fileno(), 65536):
            with self._changed:
                self._text += chunk.decode(errors="replace")
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()


@contextmanager
def console(*args: str, timeout: float = PATIENCE, env: dict[str, str] | None = None) -> Iterator[Console]:
    """Start one; it has ended when the block has, and what it wrote is on the test's output."""
    one = Console(*args, timeout=timeout, env=env)
    try:
        yield one
    finally:
        one.close()
        print(f"--- remora {' '.join(args)}\n{one.output}")


@contextmanager
def at_terminal(
    *args: str, state: Path, command: Sequence[str] = (sys.executable, "-m", "remora"), **env: str
) -> Iterator[pexpect.spawn[str]]:
    """A person's console, with a state of its own in the folder `state`."""
    plain = {"TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1", "NO_COLOR": "1"}
    child = pexpect.spawn(
        command[0],
        [*command[1:], *args],
        env={**os.environ, "XDG_STATE_HOME": str(state), **plain, **env},
        encoding="utf-8",
        timeout=PATIENCE,
        dimensions=(50, 120),
    )
    try:
        yield child
    finally:
        child.close(force=True)


def gets_in(child: pexpect.spawn[str]) -> None:
    """Type `attach` at a picture from outside until the program itself is there."""
    for _ in range(_TRIES):
        child.sendline("attach")
        if child.expect_exact(["(remora)", "could not be attached to"]) == 0:
            return
    raise AssertionError("it was refused each time")
