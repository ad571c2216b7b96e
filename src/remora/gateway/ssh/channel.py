"""One session of a connection: a command of remora, and the bytes between it and the client.

Both directions have a limit: who does not read is not read from.  Owner: the
event loop.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shlex
import signal
from collections.abc import Callable, Mapping

import asyncssh

from .child import Child, TerminalChild
from .commands import NotAllowed, Offer
from .inlet import Inlet
from .key_options import Permission
from .login import loggable

log = logging.getLogger("remora.gateway")

#: What a client may say of its surroundings, beside the name of its terminal.
_PASSED_ON = ("LANG", "COLORTERM", "NO_COLOR")
#: Those that a client may send by name.
_SIGNALS = {"HUP", "INT", "QUIT", "TERM", "KILL"}
#: As shells have it.
_NOT_ALLOWED = 126


class Channel(asyncssh.SSHServerSession[bytes]):
    """asyncssh tells it what the client wants."""

    def __init__(self, offer: Offer, permission: Permission, address: str) -> None:
        self._offer = offer
        self._permission = permission
        self._address = address
        self._words: list[str] = []
        self._refusal = ""
        self._child: Child | None = None
        self._starting: asyncio.Task[None] | None = None
        self._inlet = Inlet()
        self._closed = False

    # -- what the client asks for --------------------------------------------------------------

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        self._channel = chan

    def pty_requested(
        self, term_type: str, term_size: tuple[int, int, int, int], term_modes: Mapping[int, int]
    ) -> bool:
        return self._permission.pty

    def shell_requested(self) -> bool:
        return self._choose(lambda: self._offer.shell(self._permission))

    def exec_requested(self, command: str) -> bool:
        return self._choose(lambda: self._offer.command(command, self._permission))

    def subsystem_requested(self, subsystem: str) -> bool:
        return self._choose(lambda: self._offer.subsystem(subsystem, self._permission)) and not self._refusal

    def session_started(self) -> None:
        if self._refusal:
            self._channel.write_stderr(f"remora: {self._refusal}\n".encode())
            self._channel.exit(_NOT_ALLOWED)
        else:
            self._starting = asyncio.create_task(self._start())

    # -- bytes ---------------------------------------------------------------------------------

    def data_received(self, data: bytes, datatype: int | None) -> None:
        self._inlet.write(data)

    def eof_received(self) -> bool:
        self._inlet.write_eof()
        return True  # the other direction stays open

    def pause_writing(self) -> None:
        if self._child is not None:
            self._child.pause_reading()

    def resume_writing(self) -> None:
        if self._child is not None:
            self._child.resume_reading()

    def terminal_size_changed(self, width: int, height: int, pixwidth: int, pixheight: int) -> None:
        if isinstance(self._child, TerminalChild):
            self._child.resize((width, height))

    def signal_received(self, signal: str) -> None:
        if self._child is not None and signal in _SIGNALS:
            self._child.signal(_number(signal))

    def connection_lost(self, exc: Exception | None) -> None:
        self._closed = True
        if self._child is not None:
            self._child.leave()

    # -- Receiver ------------------------------------------------------------------------------

    def received(self, content: bytes, *, is_error: bool) -> None:
        if self._closed:
            return
        if is_error:
            self._channel.write_stderr(content)
        else:
            self._channel.write(content)

    def ended(self, status: int) -> None:
        if self._closed:
            return
        if status >= 0:
            self._channel.exit(status)
        else:
            self._channel.exit_with_signal(_name(-status))

    def input_blocked(self, blocked: bool) -> None:
        """The command does not read: the client has to wait."""
        if self._closed:
            return
        if blocked:
            self._channel.pause_reading()
        else:
            self._channel.resume_reading()

    # -- the command ---------------------------------------------------------------------------

    def _choose(self, choose: Callable[[], list[str]]) -> bool:
        """A refusal is told in the session's own words, where a client shows them."""
        try:
            self._words = choose()
        except NotAllowed as error:
            self._refusal = str(error)
            log.warning("%s was refused: %s", self._address, loggable(self._refusal))
        return True

    async def _start(self) -> None:
        size = self._channel.get_terminal_size()[:2]
        has_terminal = self._channel.get_terminal_type() is not None
        child = TerminalChild(self, size) if has_terminal else Child(self)
        log.info("%s runs: remora %s", self._address, loggable(shlex.join(self._words)))
        try:
            await child.start(self._words, self._environment())
        except OSError as error:
            log.error("a command could not be started: %s", error)
            self.received(
                f"remora: the command could not be started: {error.strerror}\n".encode(), is_error=True
            )
            self.ended(1)
            return
        self._child = child
        self._inlet.open(child)
        if self._closed:
            child.leave()

    def _environment(self) -> dict[str, str]:
        """Ours, with what the client says of its terminal and language."""
        said = self._channel.get_environment()
        passed = {name: value for name, value in said.items() if name in _PASSED_ON or name.startswith("LC_")}
        terminal = self._channel.get_terminal_type()
        rest = {name: value for name, value in os.environ.items() if name not in ("TERM", *_PASSED_ON)}
        return {**rest, **passed, **({"TERM": terminal} if terminal else {})}


def _number(name: str) -> int:
    return int(signal.Signals[f"SIG{name}"])


def _name(number: int) -> str:
    return signal.Signals(number).name.removeprefix("SIG")
