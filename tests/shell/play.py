"""A shell over a program that is only played, as a process of its own: `python -m tests.shell.play`.

It computes what `eval` makes of an expression; the other texts that it knows are in `Program.evaluate`.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from remora.client import Client, Session
from remora.dap import errors
from remora.dap.errors import RequestError
from remora.shell import preload
from remora.shell.conversation import run_shell
from remora.shell.prompt import Wanted
from tests.support.fake_adapter import HOLD, FakeAdapter

Body = dict[str, Any]
NAME = "/srv/app.py"
TRACEBACK = """\
Traceback (most recent call last):
  File "<prompt 1>", line 1, in <module>
    fail()
  File "/srv/app.py", line 3, in fail
    return 1 / 0
           ~~^~~
ZeroDivisionError: division by zero
"""


class Program:
    """What the adapter answers."""

    def __init__(self, adapter: FakeAdapter) -> None:
        self.adapter = adapter
        self.held: Body | None = None
        adapter.replies.update(
            {
                "initialize": {"supportsConfigurationDoneRequest": True},
                "attach": self._attach,
                "configurationDone": {},
                "remora/openPrompt": {
                    "promptId": 1, "version": "3.12.1", "namespace": "__main__", "loop": "asyncio.Loop",
                },
                "remora/movePrompt": self._move,
                "threads": {"threads": [{"id": 1, "name": "MainThread"}, {"id": 2, "name": "worker"}]},
                "remora/closePrompt": {},
                "evaluate": self.evaluate,
                "cancel": self._cancel,
                "completions": self._completions,
                "remora/describe": self._describe,
                "remora/input": self._input,
            }
        )  # fmt: skip

    def _move(self, arguments: Body) -> Body:
        if arguments["place"] != "thread":
            return {"loop": "asyncio.Loop"}
        return {"thread": "MainThread" if "threadId" not in arguments else "worker"}

    def _attach(self, arguments: Body) -> Body:
        self.adapter.event("initialized")
        self.adapter.event("process", {"name": NAME, "systemProcessId": 4711})
        return {}

    def evaluate(self, arguments: Body) -> Body:
        text = arguments["expression"].strip()
        match text:
            case "fail()":
                raise RequestError(1, "ZeroDivisionError: division by zero", {"traceback": TRACEBACK})
            case "create_task(f())":
                raise RequestError(1, "RuntimeError: no running event loop")
            case "sys.exit(3)":
                raise RequestError(1, "SystemExit: 3", {"exitStatus": "3"})
            case "forever()" | "stubborn()":
                self._write("working")
                return self._hold(text)
            case "input('name? ')":
                self._write("name? ")
                self.adapter.event("remora/inputWanted", {"promptId": 1})
                return self._hold(text)
            case "impatient()":
                self._write("name? ")
                self.adapter.event("remora/inputWanted", {"promptId": 1})
                asyncio.get_running_loop().call_later(0.5, self._give_up)
                return self._hold(text)
            case "program_ends()":
                self.adapter.event("exited", {"exitCode": 3})
                self.adapter.event("terminated")
                return {"result": ""}
            case "unfinished()":
                self._write("no end of line")
                return {"result": ""}
        if arguments.get("remoraBackground"):
            asyncio.get_running_loop().call_later(0.3, self._finish, text)
            return {"result": "", "remoraJob": 1}
        try:
            return {"result": repr(eval(text, {"n": 5}))}
        except Exception as error:
            raise RequestError(1, f"{type(error).__name__}: {error}", {}) from error

    def _hold(self, text: str) -> Body:
        async def find() -> None:
            self.held = next(
                each for each in reversed(self.adapter.requests) if each["command"] == "evaluate"
            )

        self._finding = asyncio.ensure_future(find())
        return HOLD

    def _write(self, text: str, **more: Any) -> None:
        self.adapter.event("output", {"category": "stdout", "output": text, "remoraPrompt": 1, **more})

    def _finish(self, what: str) -> None:
        self.adapter.event("output", {"category": "stdout", "output": "the program speaks\n"})
        self.adapter.event("remora/promptResult", {"promptId": 1, "job": 1, "what": what, "result": "'done'"})

    def _give_up(self) -> None:
        assert self.held is not None
        self.adapter.answer(self.held, RequestError(1, "it was interrupted", {}))

    def _cancel(self, arguments: Body) -> Body:
        if self.held is not None and self.held["arguments"]["expression"] != "stubborn()":
            self.adapter.answer(self.held, errors.cancelled())
        return {}

    def _input(self, arguments: Body) -> Body:
        assert self.held is not None
        text = arguments["text"].rstrip("\n")
        self.adapter.answer(self.held, {"result": "'at the end'" if arguments["end"] else repr(text)})
        return {}

    def _completions(self, arguments: Body) -> Body:
        names = ["total_of_all", "total_of_none", "print"]
        line = arguments["text"].split("\n")[arguments["line"] - 1][: arguments["column"] - 1]
        word = line.split(" ")[-1].split(".")[-1]
        return {"targets": [{"label": name, "type": "function"} for name in names if name.startswith(word)]}

    def _describe(self, arguments: Body) -> Body:
        if arguments["expression"] == "many":
            parameters = ", ".join(f"parameter{number}=None" for number in range(30))
            return {"signature": f"({parameters})"}
        if arguments["expression"] != "total_of_all":
            raise RequestError(1, "NameError: name '{n}' is not defined", {"n": arguments["expression"]})
        described: Body = {
            "type": "function", "kind": "function", "name": "shop.total_of_all",
            "signature": "(items, tax=0.2)", "doc": "What all of it costs.",
            "source": {"path": "/srv/shop.py"}, "line": 12,
        }  # fmt: skip
        if arguments["source"]:
            described["text"] = "def total_of_all(items, tax=0.2):\n    return sum(items) * (1 + tax)\n"
        return described


async def play() -> int:
    adapter, stream = FakeAdapter.open()
    Program(adapter)
    session = Session(await Client.open(stream))
    await session.start("attach", {"noDebug": True}, at_once=True)
    is_terminal = sys.stdin.isatty()
    status = await run_shell(session, Wanted(takes_input=True), interactive=is_terminal)
    print(f"left with {adapter.arguments('disconnect')}", flush=True)
    return status


if __name__ == "__main__":
    preload(interactive=sys.stdin.isatty())
    sys.exit(asyncio.run(play()))
