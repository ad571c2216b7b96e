"""An IDE of a test: `remora dap` as a process, and a client of it.

with Ide() as ide:
    ide.launch({"program": path}, breakpoints={path: [3]})
    stop = ide.client.wait_event("stopped")
    ide.resume(stop)
    assert ide.exit_code() == 0
"""

from __future__ import annotations

import socket
import subprocess
import sys
from typing import Any, Self

from tests.support.patience import PATIENCE

from .dap import SyncClient


class Ide:
    """Owns the adapter's process; input and output of that are one socket."""

    def __init__(self, *args: str, env: dict[str, str] | None = None, **supports: Any) -> None:
        """`supports` are arguments of `initialize`."""
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "remora", "dap", *args],
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                env=env,
            )
        self.client = SyncClient(ours)
        self.supports = supports
        self.capabilities: dict[str, Any] = {}
        #: The options of a session that another one has asked for.
        self.configuration: dict[str, Any] = {}
        #: The number of the request `launch` or `attach`.
        self.starting = 0
        #: By category: what has come and not been waited for.
        self._written: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.client.close()
        try:
            self.process.wait(PATIENCE)
        finally:
            self.process.kill()
            self.process.wait()

    def initialize(self) -> None:
        self.capabilities = self.client.request("initialize", {"adapterID": "test", **self.supports})

    def start(
        self, command: str, options: dict[str, Any], breakpoints: dict[str, list[int]] | None = None
    ) -> None:
        """From `initialize` to the response to `launch` or `attach`."""
        if not self.capabilities:
            self.initialize()
        if options.get("noDebug"):
            self.client.request(command, options)
            return
        self.begin(command, options)
        for path, lines in (breakpoints or {}).items():
            wanted = [{"line": line} for line in lines]
            self.client.request("setBreakpoints", {"source": {"path": path}, "breakpoints": wanted})
        self.configured()

    def begin(self, command: str, options: dict[str, Any]) -> None:
        """To the event `initialized`."""
        self.starting = self.client.send(command, options)
        self.client.wait_event("initialized")

    def configured(self) -> None:
        self.client.request("configurationDone")
        self.client.response(self.starting)

    def launch(self, options: dict[str, Any], breakpoints: dict[str, list[int]] | None = None) -> None:
        self.start("launch", options, breakpoints)

    def attach(self, options: dict[str, Any], breakpoints: dict[str, list[int]] | None = None) -> None:
        self.start("attach", options, breakpoints)

    def stops_at(self, line: int) -> dict[str, Any]:
        """The next stop, which is in this line; its topmost frame."""
        thread = self.client.wait_event("stopped")["threadId"]
        frame: dict[str, Any] = self.client.request("stackTrace", {"threadId": thread})["stackFrames"][0]
        assert frame["line"] == line, frame
        return frame

    def resume(self) -> None:
        self.client.request("continue", {"threadId": 1})

    def wait_output(self, text: str, category: str = "stdout") -> None:
        """Wait until the program has written `text`, behind what was waited for before."""
        written = self._written.get(category, "")
        while text not in written:
            written += self.client.wait_event("output", lambda body: body["category"] == category)["output"]
        self._written[category] = written.partition(text)[2]

    def exit_code(self) -> int:
        """The exit status of the program, at the end of the session."""
        self.client.wait_event("terminated")
        (exited,) = self.client.events("exited")
        code: int = exited["exitCode"]
        return code

    def disconnect(self, **arguments: Any) -> None:
        """End the session; the adapter ends with it."""
        self.client.request("disconnect", arguments)
        self.client.wait_closed()
        assert self.process.wait(PATIENCE) == 0
