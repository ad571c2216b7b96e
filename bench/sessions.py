"""One debugger on one program, in the words that the measurements use.

Remora and debugpy are both driven by the same blocking DAP client.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from typing import Any

from bench.peers import installed_debugpy
from remora.bundle.cache import Bundle
from remora.inject.attach import attach
from tests.support.dap import Failed, NothingCame, SyncClient
from tests.support.pythons import Python

Breakpoint = dict[str, Any]


class Session:
    """A debugger's client.  `held`: for how many seconds ptrace stopped the program, if known."""

    def __init__(self, sock: socket.socket, held: float | None = None) -> None:
        self.socket = sock
        self.held = held
        self.client = SyncClient(sock, timeout=20)

    def open(self, request: str = "attach", **arguments: Any) -> None:
        """Begin, up to the moment at which breakpoints can be set."""
        self.client.request("initialize", {"adapterID": "bench", "clientID": "bench"})
        self._attaching = self.client.send(request, arguments)
        self.client.wait_event("initialized")

    def configured(self) -> None:
        """End the configuration."""
        self.client.request("configurationDone")
        self.client.response(self._attaching)
        # What follows from the configuration comes before the next answer.
        self.client.request("threads")

    def break_at(self, path: str, *breakpoints: Breakpoint) -> None:
        """Set these breakpoints in a file, and no others."""
        source = {"path": path, "name": os.path.basename(path)}
        answer = self.client.request("setBreakpoints", {"source": source, "breakpoints": list(breakpoints)})
        refused = [found for found in answer["breakpoints"] if not found["verified"]]
        assert not refused, refused

    def break_on(self, *filters: str) -> None:
        answer = self.client.request("setExceptionBreakpoints", {"filters": list(filters)})
        refused = [found for found in answer.get("breakpoints", []) if not found["verified"]]
        assert not refused, refused

    def main_thread(self) -> int:
        threads = self.client.request("threads")["threads"]
        return int(next(thread["id"] for thread in threads if "MainThread" in thread["name"]))

    def pause(self) -> int:
        """Stop the program; the id of its stopped main thread."""
        thread = self.main_thread()
        self.client.request("pause", {"threadId": thread})
        return self.stopped("pause")

    def stopped(self, reason: str) -> int:
        """Wait for a stop for this reason; the id of the thread."""
        body = self.client.wait_event("stopped")
        assert body["reason"] == reason, body
        return int(body["threadId"])

    def proceed(self, thread: int) -> None:
        self._go_on("continue", thread)

    def next(self, thread: int) -> None:
        self._go_on("next", thread)
        self.stopped("step")

    def _go_on(self, command: str, thread: int) -> None:
        """One stop too many would make every wait after it end too early."""
        surplus = self.client.events("stopped")
        assert not surplus, surplus
        self.client.request(command, {"threadId": thread})

    def stack(self, thread: int) -> list[dict[str, Any]]:
        arguments = {"threadId": thread, "startFrame": 0, "levels": 20}
        frames: list[dict[str, Any]] = self.client.request("stackTrace", arguments)["stackFrames"]
        assert frames, "a stack without frames"
        return frames

    def variables(self, frame: int) -> list[dict[str, Any]]:
        """Those of the innermost scope."""
        scopes = self.client.request("scopes", {"frameId": frame})["scopes"]
        reference = scopes[0]["variablesReference"]
        variables: list[dict[str, Any]] = self.client.request("variables", {"variablesReference": reference})[
            "variables"
        ]
        return variables

    def evaluate(self, expression: str, frame: int) -> str:
        arguments = {"expression": expression, "frameId": frame, "context": "repl"}
        return str(self.client.request("evaluate", arguments)["result"])

    def close(self) -> None:
        """Disconnect, unless the debugger has gone."""
        with contextlib.suppress(Failed, NothingCame, OSError):
            self.client.timeout = 5
            self.client.request("disconnect", {"terminateDebuggee": False})
        self.socket.close()


@contextlib.contextmanager
def remora_on(pid: int, **arguments: Any) -> Iterator[Session]:
    """Remora's agent in process `pid`, opened for configuration; `arguments` are those of `attach`."""
    attached = attach(pid, Bundle())
    session = Session(attached.socket, attached.held)
    try:
        session.open(stopOnEntry=False, **arguments)
        yield session
    finally:
        session.close()


@contextlib.contextmanager
def debugpy_on(python: Python, pid: int) -> Iterator[Session]:
    """Debugpy in process `pid`, opened for configuration."""
    port = free_port()
    subprocess.run(
        debugpy_command(python, port, "--pid", str(pid)),
        env=debugpy_environment(python),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
        timeout=60,
    )
    session = Session(connected(port))
    try:
        session.open(justMyCode=True)
        yield session
    finally:
        session.close()


def debugpy_command(python: Python, port: int, *args: str) -> list[str]:
    return python.command("-m", "debugpy", "--listen", f"127.0.0.1:{port}", *args)


def debugpy_environment(python: Python) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": installed_debugpy(python), "PYDEVD_DISABLE_FILE_VALIDATION": "1"}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def connected(port: int, timeout: float = 60) -> socket.socket:
    """A connection to a server that is about to listen, without Nagle's delay on our side."""
    deadline = time.monotonic() + timeout
    while True:
        try:
            sock = socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.002)  # Nothing tells when a port of another process opens.
            continue
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock
