"""A command of remora as a child process: its bytes on pipes or on a pseudo-terminal, and its end.

Owner: the event loop that has started it.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Protocol

#: Seconds that a command has after its client has gone.
GRACE = 5.0
#: What a client's terminal is taken for if it does not know its size: columns and rows.
_SIZE = (80, 24)


class Receiver(Protocol):
    """What gets the bytes of a child."""

    def received(self, content: bytes, *, is_error: bool) -> None: ...

    def ended(self, status: int) -> None:
        """All has been received; `status` is the exit status, or minus the number of a signal."""

    def input_blocked(self, blocked: bool) -> None:
        """The command reads more slowly than it is written to, or has caught up."""


class Child(asyncio.SubprocessProtocol):
    """A command on pipes."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._transport: asyncio.SubprocessTransport
        self._killing: asyncio.TimerHandle | None = None
        self._stdin: asyncio.WriteTransport | None = None
        self._outputs: list[asyncio.ReadTransport] = []
        self._is_over = False

    async def start(self, words: Sequence[str], environment: Mapping[str, str]) -> None:
        """Raises `OSError`."""
        pipe = subprocess.PIPE
        await self._run(words, environment, pipe, pipe, pipe)
        self._stdin = self._transport.get_pipe_transport(0)  # type: ignore[assignment]
        for number in (1, 2):
            output = self._transport.get_pipe_transport(number)
            assert isinstance(output, asyncio.ReadTransport)
            self._outputs.append(output)

    def write(self, content: bytes) -> None:
        if self._stdin is not None and not self._stdin.is_closing():
            self._stdin.write(content)

    def write_eof(self) -> None:
        if self._stdin is not None:
            self._stdin.close()

    def pause_reading(self) -> None:
        """Its client does not keep up."""
        for output in self._outputs:
            if not output.is_closing():
                output.pause_reading()

    def resume_reading(self) -> None:
        for output in self._outputs:
            if not output.is_closing():
                output.resume_reading()

    def signal(self, number: int) -> None:
        """Send a signal to the command and what it has started."""
        if not self._is_over:
            with suppress(ProcessLookupError):
                os.killpg(self._transport.get_pid(), number)

    def leave(self) -> None:
        """The client has gone: so has the command, in a moment.  Idempotent."""
        if self._is_over or self._killing is not None:
            return
        self.signal(signal.SIGHUP)
        self.write_eof()
        self._killing = asyncio.get_running_loop().call_later(GRACE, self.signal, signal.SIGKILL)

    # -- asyncio.SubprocessProtocol ------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.SubprocessTransport)
        self._transport = transport

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        self._receiver.received(data, is_error=fd == 2)

    def pause_writing(self) -> None:
        self._receiver.input_blocked(True)

    def resume_writing(self) -> None:
        self._receiver.input_blocked(False)

    def connection_lost(self, exc: Exception | None) -> None:
        """It has ended and its pipes have."""
        self._end()

    async def _run(
        self, words: Sequence[str], environment: Mapping[str, str], stdin: int, stdout: int, stderr: int
    ) -> None:
        errand = [sys.executable, "-P", "-m", "remora.gateway.ssh.errand", str(os.getpid()), *words]
        await asyncio.get_running_loop().subprocess_exec(
            lambda: self,
            *errand,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            env=environment,
            start_new_session=True,
        )

    def _end(self) -> None:
        if not self._is_over:
            self._is_over = True
            if self._killing is not None:
                self._killing.cancel()
            status = self._transport.get_returncode()
            assert status is not None
            self._receiver.ended(status)


class TerminalChild(Child):
    """A command on a pseudo-terminal of its own."""

    def __init__(self, receiver: Receiver, size: tuple[int, int]) -> None:
        super().__init__(receiver)
        self._size = size
        self._has_exited = False
        self._is_read = False

    async def start(self, words: Sequence[str], environment: Mapping[str, str]) -> None:
        """Raises `OSError`."""
        self._master, terminal = os.openpty()
        self.resize(self._size)
        loop = asyncio.get_running_loop()
        try:
            await self._run(words, environment, terminal, terminal, terminal)
        except BaseException:
            os.close(self._master)
            raise
        finally:
            os.close(terminal)
        reading = os.fdopen(os.dup(self._master), "rb", buffering=0)
        writing = os.fdopen(os.dup(self._master), "wb", buffering=0)
        output, _ = await loop.connect_read_pipe(lambda: _TerminalOutput(self), reading)
        self._outputs.append(output)
        self._stdin, _ = await loop.connect_write_pipe(lambda: _TerminalInput(self), writing)

    def resize(self, size: tuple[int, int]) -> None:
        """The client's window has another size: columns and rows."""
        columns, rows = (given or usual for given, usual in zip(size, _SIZE, strict=True))
        if self._master >= 0:
            fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, 0, 0))

    def write_eof(self) -> None:
        """As who types does it."""
        self.write(b"\4")

    def terminal_received(self, content: bytes) -> None:
        self._receiver.received(content, is_error=False)

    def terminal_ended(self) -> None:
        self._is_read = True
        self._end_if_all_is_said()

    def connection_lost(self, exc: Exception | None) -> None:
        self._has_exited = True
        # Something that it has left behind may hold the terminal; nobody is to wait for that.
        asyncio.get_running_loop().call_later(0.2, self.terminal_ended)
        self._end_if_all_is_said()

    def _end_if_all_is_said(self) -> None:
        if not (self._has_exited and self._is_read) or self._master < 0:
            return
        os.close(self._master)
        self._master = -1
        for output in self._outputs:
            output.close()
        if self._stdin is not None:
            self._stdin.close()
        self._end()


class _TerminalOutput(asyncio.Protocol):
    """What is shown on a pseudo-terminal; its end is an error of reading, EIO."""

    def __init__(self, child: TerminalChild) -> None:
        self._child = child

    def data_received(self, data: bytes) -> None:
        self._child.terminal_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._child.terminal_ended()


class _TerminalInput(asyncio.BaseProtocol):
    """What is typed on a pseudo-terminal."""

    def __init__(self, child: TerminalChild) -> None:
        self._child = child

    def pause_writing(self) -> None:
        self._child.pause_writing()

    def resume_writing(self) -> None:
        self._child.resume_writing()
