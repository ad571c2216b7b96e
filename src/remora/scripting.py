"""`remora.attach`: a debug session for scripts, one call after the other.

Decides how a script meets the asynchronous client: its event loop runs while
a call waits, and at no other time.  One thread, the script's.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

from .bundle.cache import Bundle
from .client.client import Client
from .client.session import Session
from .inject.attach import attach as enter
from .transport.from_socket import open_socket

Body = dict[str, Any]
Result = TypeVar("Result")

#: As the console: steps go into libraries, and exceptions stop once.
_OPTIONS = {"justMyCode": False, "raisedInEachFrame": False}


def attach(pid: int, *, stop: bool = True, timeout: float = 5.0, **options: Any) -> Debuggee:
    """Attach to process `pid`, prepared or not, and stop it unless `stop` is false.

        with remora.attach(4242) as program:
            print(program.evaluate("len(queue)"))

    `timeout` is in seconds, for getting in; `options` are those of the DAP
    request `attach`.  At the end of the block the program goes on.  Raises
    `remora.inject.reasons.AttachError`, and what `Debuggee.request` raises.
    """
    entered = enter(pid, Bundle(), timeout=timeout)
    return Debuggee(entered.socket, {**_OPTIONS, "stopOnEntry": stop, **options})


class Debuggee:
    """A program that is being debugged.  DAP's requests are `request`; the rest is for what is done often."""

    def __init__(self, sock: socket.socket, options: dict[str, Any]) -> None:
        """Begin the session over a connected socket, and wait for the stop if `options` ask for one."""
        self._runner = asyncio.Runner()
        self._is_closed = False
        #: Numbers of the prompts at which `run` runs, by namespace.
        self._prompts: dict[str, int] = {}
        try:
            self._session: Session = self._run(_started(sock, options))
            self.on("output", _print_own)
            if options.get("stopOnEntry"):
                self.wait_stop()
        except BaseException:
            sock.close()
            self._runner.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave the program, which goes on.  May be called again."""
        if self._is_closed:
            return
        self._is_closed = True
        try:
            self._run(self._session.disconnect())
        finally:
            self._runner.close()

    def request(
        self, command: str, arguments: dict[str, Any] | None = None, timeout: float | None = None
    ) -> Body:
        """Send a DAP request; the body of its response.

        `timeout` is in seconds.  Raises `remora.client.client.RequestFailed`,
        `Disconnected` and `RequestTimeout`.
        """
        return self._run(self._session.client.request(command, arguments, timeout))

    def on(self, event: str, callback: Callable[[Body], None]) -> None:
        """Have `callback` called with the body of each DAP event of that name, within later calls."""
        self._session.client.on(event, callback)

    def wait_stop(self, timeout: float | None = None) -> Body:
        """The stop at which the program stands, or the next; the body of DAP's event.

        Raises `TimeoutError`, and `remora.client.session.Ended` if the program ends first.
        """
        return dict(self._run(self._session.wait_stop(timeout)))

    def resume(self, command: str = "continue", **arguments: Any) -> None:
        """`continue`, `next`, `stepIn` or `stepOut`, of the thread that stopped; `wait_stop` comes next."""
        self._run(self._session.resume(command, self._stopped_thread(), arguments))

    def break_at(self, path: str, *lines: int, condition: str | None = None) -> list[Body]:
        """Replace the breakpoints in a file; DAP's Breakpoints."""
        details = {} if condition is None else {"condition": condition}
        wanted = [{"line": line, **details} for line in lines]
        body = self.request("setBreakpoints", {"source": {"path": path}, "breakpoints": wanted})
        return list(body["breakpoints"])

    def stack(self, thread: int | None = None) -> list[Body]:
        """The frames of a thread, by default of the one that stopped, innermost first; DAP's StackFrames."""
        thread_id = self._stopped_thread() if thread is None else thread
        return list(self.request("stackTrace", {"threadId": thread_id})["stackFrames"])

    def evaluate(self, expression: str, frame: int = 0) -> str:
        """What an expression is worth, as Python shows it, in a frame counted from the innermost."""
        frame_id = self.stack()[frame]["id"]
        arguments = {"expression": expression, "frameId": frame_id, "context": "repl"}
        return str(self.request("evaluate", arguments)["result"])

    def run(self, code: str, *, namespace: str = "__main__", timeout: float | None = None) -> Any:
        """Run statements on a thread of their own in the program, which need not stop for it.

        What the last of them is worth comes back as far as JSON can say it, and as its `repr` else.
        What is assigned lasts from call to call, apart from the module `namespace`, whose names are
        seen, too; what is printed is printed here.  After `timeout` seconds it is interrupted, and
        `TimeoutError` raised.  Raises what `request` raises; the traceback of an exception is in
        `error["variables"]` of the failure's `body`.
        """
        prompt = self._prompts.get(namespace)
        if prompt is None:
            prompt = self.request("remora/openPrompt", {"namespace": namespace})["promptId"]
            self._prompts[namespace] = prompt
        arguments = {"expression": code, "context": "repl", "remoraPrompt": prompt, "remoraJson": True}
        return json.loads(self._run(_evaluated(self._session.client, arguments, timeout))["remoraJson"])

    def _stopped_thread(self) -> int:
        stopped = self._session.stopped
        if stopped is None:
            raise RuntimeError("the program runs; stop it with request('pause', ...) or wait_stop()")
        return int(stopped.get("threadId", 1))

    def _run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        return self._runner.run(coroutine)


async def _started(sock: socket.socket, options: dict[str, Any]) -> Session:
    session = Session(await Client.open(await open_socket(sock)))
    await session.start("attach", options, client_arguments={"clientName": "a script"})
    return session


async def _evaluated(client: Client, arguments: Body, timeout: float | None) -> Body:
    running = client.send("evaluate", arguments)
    try:
        return await asyncio.wait_for(asyncio.shield(running), timeout)
    except TimeoutError:
        client.cancel(running)
        await asyncio.wait({running})
        running.exception()
        raise TimeoutError(f"it did not come to an end within {timeout:g} s, and was interrupted") from None


def _print_own(body: Body) -> None:
    """Print what `run` has printed."""
    if "remoraPrompt" in body:
        print(body["output"], end="", file=sys.stderr if body.get("category") == "stderr" else sys.stdout)
