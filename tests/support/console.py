"""A console of remora as a process of its own, whose standard input and output are pipes.

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
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.patience import PATIENCE


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
