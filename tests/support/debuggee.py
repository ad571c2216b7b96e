"""Programs that tests debug: started under any interpreter, waited for, and ended whatever happens.

    with Debuggee(python, DEBUGGEES / "loop.py") as debuggee:
        debuggee.wait_line("ready")
        attach(debuggee.pid)

Waiting means waiting for a line of output, never for time to pass, where the kernel or the program can tell.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from remora.observe import syscalls
from tests.support.patience import PATIENCE

from .pythons import Python

DEBUGGEES = Path(__file__).parents[1] / "debuggees"

#: Looks at a system call that are to show the same, and seconds between them.
_SAMPLES, _SAMPLE_PAUSE = 4, 0.005

_MARKER = re.compile(r"# @(\w+)")


def markers(program: Path) -> dict[str, int]:
    """The lines of a program that bear a marker: `x = f(y)  # @call` gives {"call": line}."""
    found: dict[str, int] = {}
    for number, line in enumerate(program.read_text(encoding="utf-8").splitlines(), 1):
        for name in _MARKER.findall(line):
            assert name not in found, f"{program} has two markers @{name}"
            found[name] = number
    return found


def _name_of(syscall: str) -> str:
    """The system call in a line of /proc/PID/syscall."""
    return syscalls.name(int(syscall.split()[0]))


class Debuggee:
    """One program.  It runs as a copy in a directory that its interpreter sees, in a session of its own.

    `options` are those of the interpreter, `args` those of the program.
    Its output and error output are one stream, of which everything is kept.
    """

    def __init__(
        self,
        python: Python,
        program: Path,
        *args: str,
        options: tuple[str, ...] = (),
        env: dict[str, str] | None = None,
        timeout: float = PATIENCE,
    ) -> None:
        self.python = python
        self.program = program
        #: Seconds, for each wait.
        self.timeout = timeout
        self._args = args
        self._options = options
        self._env = env
        self._lines: list[str] = []
        self._unseen = 0
        self._ended = False
        self._changed = threading.Condition()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            #: The directory with the copy, and the copy, as the tests see them.
            self.directory = stack.enter_context(self.python.directory())
            self.path = Path(shutil.copy(self.program, self.directory))
            self._process = self._start()
            stack.callback(self._end)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._stack.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def path_inside(self) -> str:
        """The program's file as the program knows it."""
        return self.python.path_inside(self.path)

    def line_of(self, marker: str) -> int:
        return markers(self.program)[marker]

    @property
    def output(self) -> str:
        """Everything that it has written so far."""
        with self._changed:
            return "".join(self._lines)

    def wait_line(self, pattern: str = "ready") -> str:
        """The next line, of those not yet waited for, in which the regular expression is found.

        Lines before it count as seen.  Raises `AssertionError` with all output if it does not come.
        """
        deadline = time.monotonic() + self.timeout
        with self._changed:
            while True:
                while self._unseen < len(self._lines):
                    line = self._lines[self._unseen].rstrip("\n")
                    self._unseen += 1
                    if re.search(pattern, line):
                        return line
                left = deadline - time.monotonic()
                if self._ended or left <= 0:
                    why = "it ended" if self._ended else f"{self.timeout} s went by"
                    raise AssertionError(
                        f"{self.path.name} did not write {pattern!r}: {why}\n" + "".join(self._lines)
                    )
                self._changed.wait(left)

    def wait_blocked(self, call: str = "") -> None:
        """Wait until the main thread has stayed in one system call for a while: no event tells of that.

        If `call` is given, in one with that in its name.
        """
        deadline = time.monotonic() + self.timeout
        calls = [""] * _SAMPLES
        while calls[0] in ("", "running") or len(set(calls)) > 1 or call not in _name_of(calls[0]):
            assert time.monotonic() < deadline, f"{self.path.name} does not block: {calls}"
            calls = [*calls[1:], Path(f"/proc/{self.pid}/syscall").read_text().strip()]
            time.sleep(_SAMPLE_PAUSE)

    def send(self, text: str) -> None:
        """Write to its standard input."""
        assert self._process.stdin
        self._process.stdin.write(text)
        self._process.stdin.flush()

    def stop(self) -> None:
        """Stop it by a signal, and wait until it stands."""
        self._process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WNOWAIT)

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def dump_core(self, folder: Path) -> Path:
        """Have gdb write a core file of it, and go on; the path of that."""
        subprocess.run(["gcore", "-o", folder / "core", str(self.pid)], check=True, capture_output=True)
        return folder / f"core.{self.pid}"

    def wait_end(self) -> int:
        """Close its input and give back its exit status."""
        assert self._process.stdin
        self._process.stdin.close()
        status = self._process.wait(self.timeout)
        self._reader.join(self.timeout)
        return status

    def is_running(self) -> bool:
        return self._process.poll() is None

    def _start(self) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            self.python.command("-u", *self._options, self.path_inside, *self._args),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="backslashreplace",
            start_new_session=True,
            env=None if self._env is None else {**os.environ, **self._env},
        )
        self._reader = threading.Thread(target=self._read, args=(process,), daemon=True)
        self._reader.start()
        return process

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        for line in process.stdout:
            with self._changed:
                self._lines.append(line)
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _end(self) -> None:
        """Kill it with the children that it may have, and close our ends of its streams."""
        if self.is_running():
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        self._reader.join(self.timeout)
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
