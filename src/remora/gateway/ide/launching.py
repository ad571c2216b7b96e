"""Starting a program as a `launch` request says.

Decides what is run, in which environment, and where what it writes goes.
"""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from remora.bundle.cache import Bundle
from remora.inject.launch import Program, launch
from remora.inject.reasons import AttachError
from remora.transport.from_socket import open_socket

from .debuggee import in_thread, wait_process
from .output import swallow

if TYPE_CHECKING:
    from remora.transport.base import Stream

#: DAP's name of a kind of program → that of `python`'s options.
_KINDS = {"program": "file", "module": "module", "code": "code"}
#: Without these a program and its children would write late what is not for a terminal, and not always as
#: UTF-8.  An interpreter that does not look at its environment (`-I`) is given `-u`, too.
_INTO_PIPES = {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}


@dataclass(frozen=True)
class Launch:
    """What to run.  `args` are as the program gets them."""

    kind: str
    value: str
    args: Sequence[str]
    #: The interpreter and its options.
    python: Sequence[str]
    #: The directory to begin in; None: ours.
    cwd: str | None
    #: Added to our own environment, or, if None, taken out of it.
    env: Mapping[str, str | None]
    debug: bool
    #: Whether what it writes is read by us, and not written to a terminal.
    into_pipes: bool

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """As the options of `launch` say."""
        name, value = next((name, options[name]) for name in _KINDS if name in options)
        cwd = options.get("cwd")
        into_pipes = options.get("redirectOutput", options["console"] == "internalConsole")
        if name == "program" and not cwd and os.path.dirname(value):
            value = os.path.abspath(value)
            cwd = os.path.dirname(value)
        return cls(
            kind=_KINDS[name],
            value=value if isinstance(value, str) else "\n".join(value),
            args=_words(options.get("args", ())),
            python=[*_python(options), *(("-u",) if into_pipes else ()), *options.get("pythonArgs", ())],
            cwd=cwd,
            env={name: _variable(value) for name, value in options.get("env", {}).items()},
            debug=not options.get("noDebug", False),
            into_pipes=into_pipes,
        )

    def environment(self) -> dict[str, str]:
        """The whole environment of the program."""
        merged = {**os.environ, **(_INTO_PIPES if self.into_pipes else {}), **self.env}
        return {name: value for name, value in merged.items() if value is not None}

    @property
    def name(self) -> str:
        """What is run, for people."""
        return {"file": self.value, "module": f"-m {self.value}", "code": "-c"}[self.kind]

    def command(self) -> list[str]:
        """How it is run without a debugger."""
        option = {"file": [], "module": ["-m"], "code": ["-c"]}[self.kind]
        return [*self.python, *option, self.value, *self.args]


def start(
    plan: Launch,
    stdin: int | None,
    stdout: int | None,
    stderr: int | None,
    *,
    new_session: bool,
    on_start: Callable[[subprocess.Popen[bytes]], None] | None = None,
) -> tuple[subprocess.Popen[bytes], socket.socket | None]:
    """Start the program, which waits for its client if it is to be debugged: DAP begins on the socket.

    Blocks.  Raises `OSError`, `AttachError`.
    """
    streams: dict[str, Any] = {"stdin": stdin, "stdout": stdout, "stderr": stderr}
    place: dict[str, Any] = {"cwd": plan.cwd, "env": plan.environment()}
    if not plan.debug:
        process = subprocess.Popen(plan.command(), start_new_session=new_session, **streams, **place)
        return process, None
    python, *python_args = plan.python
    launched = launch(
        Program(plan.kind, plan.value, plan.args, interruptible=True),
        Bundle(),
        python=python,
        python_args=python_args,
        new_session=new_session,
        on_start=on_start,
        **streams,
        **place,
    )
    return launched.process, launched.socket


def explain(error: Exception, plan: Launch) -> str:
    """In a sentence or two, why `start` has raised."""
    if isinstance(error, AttachError):
        return str(error)
    assert isinstance(error, OSError)
    if plan.cwd and not os.path.isdir(plan.cwd):
        return f"there is no directory '{plan.cwd}'. Give another 'cwd'."
    return f"{plan.python[0]} cannot be run ({error.strerror}). Give another 'python'."


class LaunchedProgram:
    """A program that is our child: the `Debuggee` of the console `internalConsole`."""

    is_launched = True
    is_picture = False

    def __init__(
        self,
        name: str,
        process: subprocess.Popen[bytes],
        stream: Stream | None,
        outputs: list[tuple[str, int]],
    ) -> None:
        self.name = name
        self._process = process
        self.pid = process.pid
        self.stream = stream
        self.outputs = outputs
        self._takes_children = False

    @classmethod
    async def start(cls, plan: Launch) -> Self:
        """Start it; what it writes is in `outputs`, or lost.  Raises `OSError`, `AttachError`."""
        pipe = subprocess.PIPE if plan.into_pipes else subprocess.DEVNULL
        begun: list[subprocess.Popen[bytes]] = []
        process, sock = await in_thread(
            lambda: start(plan, subprocess.DEVNULL, pipe, pipe, new_session=True, on_start=begun.append),
            undo=_undo,
            interrupt=lambda: _kill(*begun),
        )
        outputs = [
            (category, os.dup(file.fileno()))
            for category, file in (("stdout", process.stdout), ("stderr", process.stderr))
            if file
        ]
        _close_pipes(process)
        return cls(plan.name, process, await open_socket(sock) if sock else None, outputs)

    async def wait_exit(self) -> int:
        if self._process.returncode is None:
            await wait_process(self.pid)
        status = shell_status(self._process.wait())
        if self._takes_children:
            self.signal(signal.SIGKILL, group=True)
        return status

    def signal(self, number: int, *, group: bool) -> None:
        """It leads its group, which may outlive it, as it was started in a session of its own."""
        if group:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, number)
        elif self._process.poll() is None:
            os.kill(self.pid, number)

    def take_children(self) -> None:
        self._takes_children = True

    def release(self) -> None:
        swallow(self.outputs)
        # The program is not ours to wait for any more.
        self._process.returncode = 0


def shell_status(returncode: int) -> int:
    """An exit status as shells have it: a program that a signal has ended, 128 and its number."""
    return returncode if returncode >= 0 else 128 - returncode


def _undo(started: tuple[subprocess.Popen[bytes], socket.socket | None]) -> None:
    process, sock = started
    _kill(process)
    process.wait()
    _close_pipes(process)
    if sock:
        sock.close()


def _kill(*processes: subprocess.Popen[bytes]) -> None:
    for process in processes:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def _close_pipes(process: subprocess.Popen[bytes]) -> None:
    for file in (process.stdout, process.stderr):
        if file:
            file.close()


def _python(options: Mapping[str, Any]) -> list[str]:
    python = options.get("python", options.get("pythonPath", sys.executable))
    return [python] if isinstance(python, str) else list(python)


def _words(args: str | Sequence[str]) -> list[str]:
    return shlex.split(args) if isinstance(args, str) else [str(word) for word in args]


def _variable(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else str(value)
