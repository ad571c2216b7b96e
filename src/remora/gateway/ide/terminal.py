"""Programs that do not run as our children: in a terminal of the editor, or by sudo.

A launcher runs there (`terminal_launcher`), connects to us, and hands over the
program's DAP socket.  Decides who may come in, and what the editor is asked.
"""

from __future__ import annotations

import asyncio
import dataclasses
import os
import secrets
import shlex
import signal
import socket
import subprocess
import sys
from typing import Any, Self

from remora import sessions
from remora.dap import errors
from remora.transport.base import SocketStream, Stream
from remora.transport.from_socket import open_socket

from . import terminal_launcher
from .channel import Channel, Message, RefusedRequest, body_of
from .debuggee import in_thread
from .launching import Launch
from .output import swallow

#: Seconds for the launcher to come: a person may have to give a password first.
_PATIENCE = 60.0
_KINDS = {"integratedTerminal": "integrated", "externalTerminal": "external"}


class TerminalProgram:
    """The `Debuggee` behind a launcher."""

    is_launched = True
    is_picture = False

    def __init__(
        self,
        plan: Launch,
        pid: int,
        stream: Stream | None,
        launcher: SocketStream,
        outputs: list[tuple[str, int]],
    ) -> None:
        self.name = plan.name
        self.pid = pid
        self.stream = stream
        self.outputs = outputs
        self._launcher = launcher
        self._status: int | None = None

    @classmethod
    async def start(
        cls, plan: Launch, options: dict[str, Any], supports: dict[str, Any], client: Channel
    ) -> Self:
        """Have a launcher started by the client, or by sudo.  Raises `RequestError`."""
        name = f"remora-{secrets.token_hex(16)}"
        outputs: list[tuple[str, int]] = []
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind("\0" + name)
            listener.listen(1)
            listener.setblocking(False)
            if options["console"] == "internalConsole":
                outputs = _run_here(name, plan)
                launcher = await _accept(listener)
            else:
                answer = _run_in_terminal(name, plan, options, supports, client)
                launcher = await _accept_unless_refused(listener, answer)
        order = {
            "launch": dataclasses.asdict(plan),
            # Without a terminal the launcher's own output is a pipe to us.
            "tee": plan.into_pipes and options["console"] != "internalConsole",
            "waitOnNormalExit": options.get("waitOnNormalExit", False),
            "waitOnAbnormalExit": options.get("waitOnAbnormalExit", False),
        }
        reply, fds = await in_thread(
            lambda: _exchange(launcher, order),
            undo=lambda _: launcher.close(),
            interrupt=lambda: launcher.shutdown(socket.SHUT_RDWR),
        )
        if "error" in reply:
            launcher.close()
            raise errors.not_started(reply["error"])
        if order["tee"]:
            outputs = [("stdout", fds.pop(0)), ("stderr", fds.pop(0))]
        stream = await open_socket(socket.socket(fileno=fds.pop())) if fds else None
        return cls(plan, reply["pid"], stream, await open_socket(launcher), outputs)

    async def wait_exit(self) -> int:
        if self._status is None:
            said = b""
            while not said.endswith(b"\n"):
                chunk = await self._launcher.read(64)
                if not chunk:
                    break
                said += chunk
            # A launcher that has been killed says nothing.
            self._status = int(said) if said.endswith(b"\n") else 128 + signal.SIGKILL
            await self._launcher.aclose()
        return self._status

    def signal(self, number: int, *, group: bool) -> None:
        self._launcher.write(b"%d %d\n" % (number, group))

    def take_children(self) -> None:
        self._launcher.write(b"0 1\n")

    def release(self) -> None:
        self._launcher.write(b"0 0\n")
        swallow(self.outputs)


def _command(name: str, *, sudo: bool) -> list[str]:
    words = [sys.executable, terminal_launcher.__file__, name]
    return ["sudo", "-E", *words] if sudo else words


def _run_here(name: str, plan: Launch) -> list[tuple[str, int]]:
    """Start the launcher by sudo, with its output and the program's in pipes."""
    pipe = subprocess.PIPE if plan.into_pipes else subprocess.DEVNULL
    try:
        process = subprocess.Popen(
            _command(name, sudo=True),
            stdin=subprocess.DEVNULL,
            stdout=pipe,
            stderr=pipe,
            start_new_session=True,
        )
    except OSError as error:
        raise errors.not_started(f"sudo cannot be run ({error.strerror}).") from error
    outputs = []
    for category, file in (("stdout", process.stdout), ("stderr", process.stderr)):
        if file:
            outputs.append((category, os.dup(file.fileno())))
            file.close()
    return outputs


def _run_in_terminal(
    name: str, plan: Launch, options: dict[str, Any], supports: dict[str, Any], client: Channel
) -> asyncio.Future[Message]:
    """The editor's answer, to come.  Raises `RequestError`."""
    console = options["console"]
    if not supports.get("supportsRunInTerminalRequest"):
        raise errors.not_started(
            f"the editor cannot run it in a terminal. Set 'console' to 'internalConsole', not '{console}'."
        )
    words = _command(name, sudo=options.get("sudo", False))
    arguments: dict[str, Any] = {
        "kind": _KINDS[console],
        "title": options.get("consoleTitle", "Python Debug Console"),
        "cwd": plan.cwd or os.getcwd(),
        "args": words,
        "env": dict(plan.env),
    }
    text = options.get("args")
    if isinstance(text, str) and supports.get("supportsArgsCanBeInterpretedByShell"):
        quote = options.get("terminalQuoteCharacter")
        arguments["args"] = [*(_quoted(word, quote) for word in words), "--", text]
        arguments["argsCanBeInterpretedByShell"] = True
    return client.ask("runInTerminal", arguments)


def _quoted(word: str, quote: str | None) -> str:
    return f"{quote}{word}{quote}" if quote and " " in word else shlex.quote(word)


async def _accept_unless_refused(listener: socket.socket, answer: asyncio.Future[Message]) -> socket.socket:
    """The launcher's connection.  An editor may answer at once, or only when the program has ended."""
    coming = asyncio.create_task(_accept(listener))
    try:
        await asyncio.wait((coming, answer), return_when=asyncio.FIRST_COMPLETED)
        if not coming.done():
            body_of(answer.result())
        return await coming
    except RefusedRequest as refusal:
        raise errors.not_started(f"the editor did not run it in a terminal: {refusal}") from refusal
    finally:
        coming.cancel()


async def _accept(listener: socket.socket) -> socket.socket:
    """The launcher's connection; others than our user and root are turned away."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(_PATIENCE):
            while True:
                connection, _ = await loop.sock_accept(listener)
                if sessions.is_own(connection):
                    return connection
                connection.close()
    except TimeoutError:
        raise errors.not_started(
            f"nothing came from the terminal within {_PATIENCE:g} s. Look at what it shows."
        ) from None


def _exchange(launcher: socket.socket, order: dict[str, Any]) -> tuple[dict[str, Any], list[int]]:
    """Say what to run; what became of it, and what the launcher hands over.  Blocks.

    That is the reading ends of a `Tee`, if one was ordered, and the program's DAP socket, if it has one.
    """
    launcher.setblocking(True)
    terminal_launcher.send_sized(launcher, order)
    # A byte carries the descriptors, if there are any.
    _, fds, _, _ = socket.recv_fds(launcher, 1, 3)
    return terminal_launcher.receive_sized(launcher), fds
