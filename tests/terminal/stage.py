"""A program that is only played: an adapter that stops where the test says, and a console over it."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from typing import Any

from remora.client import Client, Session
from remora.terminal.batch import run_batch
from remora.terminal.options import Options
from tests.support.fake_adapter import FakeAdapter

Body = dict[str, Any]

PATH = "/srv/app.py"
TEXT = """\
import time

def handle(n):
    total = 0
    for i in range(n):
        total += i
    return total

while True:
    handle(3)
    time.sleep(1)
"""
CAPABILITIES = {
    "supportsConfigurationDoneRequest": True,
    "supportsCompletionsRequest": True,
    "supportsLoadedSourcesRequest": True,
    "supportsSetExpression": True,
}


def frame(number: int, name: str, line: int) -> Body:
    source = {"name": "app.py", "path": PATH}
    return {"id": number, "name": name, "line": line, "column": 1, "source": source}


class Stage:
    """An adapter with two threads, a stack and a list of stops to come; each resuming request takes one.

    A coming stop is the body of `stopped` with the `stackFrames` of its thread
    beside it; an int is an exit status.
    """

    def __init__(self, adapter: FakeAdapter) -> None:
        self.adapter = adapter
        self.to_come: list[tuple[Body, list[Body]] | int] = []
        self.frames = [frame(1, "handle", 6), frame(2, "<module>", 10)]
        self.values: dict[str, Body] = {}
        self._ids = iter(range(100, 1000))
        adapter.replies.update(
            {
                "initialize": CAPABILITIES,
                "threads": {"threads": [{"id": 1, "name": "MainThread"}, {"id": 2, "name": "worker"}]},
                "stackTrace": self._stack_trace,
                "source": {"content": TEXT},
                "scopes": {"scopes": [{"name": "Locals", "variablesReference": 50, "expensive": False}]},
                "variables": {"variables": [{"name": "total", "value": "3", "variablesReference": 0}]},
                "evaluate": self._evaluate,
                "setBreakpoints": self._set_breakpoints,
                "setFunctionBreakpoints": self._set_breakpoints,
                "setExceptionBreakpoints": {},
                "loadedSources": {"sources": [{"name": "app.py", "path": PATH}]},
                "remora/resolveSource": lambda arguments: {
                    "path": "/srv/" + arguments["path"],
                    "loaded": True,
                },
                "pause": self._pause,
                **dict.fromkeys(("continue", "next", "stepIn", "stepOut", "goto"), self._resume),
            }
        )

    def stop(self, reason: str = "pause", thread: int = 1, **more: Any) -> None:
        """Stop now."""
        self.adapter.event(
            "stopped", {"reason": reason, "threadId": thread, "allThreadsStopped": True, **more}
        )

    def will_stop(self, reason: str, frames: list[Body], **more: Any) -> None:
        """Stop so when the program has been resumed once more."""
        self.to_come.append(({"reason": reason, **more}, frames))

    def will_exit(self, status: int) -> None:
        self.to_come.append(status)

    def go_on(self, arguments: Body) -> Body:
        """Answer a request by running, which the program says."""
        self.adapter.event("output", {"category": "stdout", "output": "going on\n"})
        return {}

    def sent(self, command: str) -> list[Body]:
        """The arguments of all requests `command`."""
        return [each.get("arguments", {}) for each in self.adapter.requests if each["command"] == command]

    def _stack_trace(self, arguments: Body) -> Body:
        start = arguments.get("startFrame", 0)
        levels = arguments.get("levels") or len(self.frames)
        return {"stackFrames": self.frames[start : start + levels], "totalFrames": len(self.frames)}

    def _evaluate(self, arguments: Body) -> Body:
        from remora.dap.errors import RequestError

        expression = arguments["expression"]
        if expression in self.values:
            return {"variablesReference": 0, **self.values[expression]}
        raise RequestError(1, "NameError: name '{name}' is not defined", {"name": expression})

    def _set_breakpoints(self, arguments: Body) -> Body:
        answers = [
            {"id": next(self._ids), "verified": True, "line": each.get("line", 3)}
            for each in arguments["breakpoints"]
        ]
        return {"breakpoints": answers}

    def _pause(self, arguments: Body) -> Body:
        asyncio.get_running_loop().call_soon(self.stop, "pause", arguments["threadId"])
        return {}

    def _resume(self, arguments: Body) -> Body:
        if self.to_come:
            asyncio.get_running_loop().call_soon(self._next, arguments["threadId"])
        return {}

    def _next(self, thread: int) -> None:
        coming = self.to_come.pop(0)
        if isinstance(coming, int):
            self.adapter.event("exited", {"exitCode": coming})
            self.adapter.event("terminated")
            return
        body, self.frames = coming
        self.stop(**{"thread": thread, **body})


async def open_stage() -> tuple[Stage, Session]:
    """A stage, and a session attached to it, which has not stopped yet."""
    adapter, stream = FakeAdapter.open()
    stage = Stage(adapter)
    session = Session(await Client.open(stream))
    await session.start("attach", {})
    return stage, session


class Batch:
    """What a batch left behind."""

    def __init__(self, stage: Stage, status: int, out: str, err: str) -> None:
        self.stage, self.status, self.out, self.err = stage, status, out, err


def batch(
    *commands: str, arrange: Callable[[Stage], object] | None = None, stopped: bool = True, **options: Any
) -> Batch:
    """Run commands against a program that stands at line 6 of `handle`."""
    return asyncio.run(_batch(commands, arrange, stopped, options))


async def _batch(
    commands: tuple[str, ...], arrange: Callable[[Stage], object] | None, stopped: bool, options: Body
) -> Batch:
    stage, session = await open_stage()
    if arrange is not None:
        arrange(stage)
    if stopped:
        stage.stop()
    out, err = io.StringIO(), io.StringIO()
    running = run_batch(session, Options(commands=commands, stopped=stopped, **options), out=out, err=err)
    status = await asyncio.wait_for(running, 20)
    return Batch(stage, status, out.getvalue(), err.getvalue())
