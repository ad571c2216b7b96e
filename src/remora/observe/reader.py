"""The process that reads stacks, seen from ours: it is started, asked, limited in time, and ended.

Decides what a crash, a hang and a refusal of it are called; must not know what
is in an answer.  The thread that asks.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

Record = dict[str, Any]

#: Of readers of a process that calls and returns all the time three in ten crash, nearly all where several
#: threads do so (up to 3.10, measured): after a few, another way of reading is tried.
_ATTEMPTS = 4


class ReaderFailed(Exception):
    """It has no answer; the text says why."""

    def __init__(self, text: str, is_refusal: bool = False) -> None:
        super().__init__(text)
        #: Whether the text is all that is to be told to people: no other reader would do better.
        self.is_refusal = is_refusal


class ReaderCrashed(ReaderFailed):
    """It ended without an answer, as happens when what it reads changes meanwhile."""


class Reader:
    """Started with the first question, and anew after a failure; later questions find its caches filled."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start it without a question, so that it is ready when there is one."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "remora.observe.pystack_reader"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C at a terminal is for us
            )

    def ask(self, question: Record, time_limit: float) -> Record:
        """The answer.  Raises `ReaderFailed`, also when there is none after `time_limit` seconds."""
        deadline = time.monotonic() + time_limit
        try:
            return self._ask_again(question, deadline)
        except TimeoutError:
            self.close()
            raise ReaderFailed(f"it took longer than {time_limit:g} s (--time-limit)") from None

    def _ask_again(self, question: Record, deadline: float) -> Record:
        """Raises `TimeoutError` at the deadline."""
        for _ in range(_ATTEMPTS - 1):
            with suppress(ReaderCrashed):
                return self._ask(question, deadline)
            # The same may happen again, unless less is asked.
            question = {**question, "cautious": True}
        return self._ask(question, deadline)

    def _ask(self, question: Record, deadline: float) -> Record:
        self.start()
        process = self._process
        assert process and process.stdin and process.stdout
        try:
            process.stdin.write(json.dumps(question).encode() + b"\n")
            process.stdin.flush()
            line = _line(process.stdout.fileno(), deadline)
        except BrokenPipeError:
            line = b""
        if not line:
            status = self.close()
            raise ReaderCrashed(f"it crashed (status {status})")
        answer: Record = json.loads(line)
        if "error" in answer:
            raise ReaderFailed(answer["error"], answer["is_refusal"])
        return answer

    def close(self) -> int | None:
        """End it, wherever it is; its exit status."""
        process, self._process = self._process, None
        if process is None:
            return None
        assert process.stdin and process.stdout
        # One that has crashed keeps the status of that.
        process.kill()
        status = process.wait()
        process.stdout.close()
        with suppress(BrokenPipeError):  # a question that nobody will read
            process.stdin.close()
        return status


def _line(fd: int, deadline: float) -> bytes:
    """What is written up to the end of a line; less if the writer ends.  Raises `TimeoutError`."""
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    parts: list[bytes] = []
    while not (parts and parts[-1].endswith(b"\n")):
        if not poll.poll(max(deadline - time.monotonic(), 0) * 1000):
            raise TimeoutError
        part = os.read(fd, 1 << 20)
        if not part:
            return b""
        parts.append(part)
    return b"".join(parts)
