"""A prompt as its client sees it: which requests it sends, and what it makes of answers and events."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from remora.client import Client
from remora.dap.errors import RequestError
from remora.shell.prompt import EvaluationFailed, Finished, Prompt, Wanted
from tests.support.fake_adapter import HOLD, FakeAdapter

OPENED = {"promptId": 7, "version": "3.12.1", "namespace": "__main__", "loop": "asyncio"}


class Noted:
    """A listener that keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def wrote(self, category: str, text: str) -> None:
        self.told.append((category, text))

    def finished(self, job: Finished) -> None:
        self.told.append(job)

    def waits(self, reason: str) -> None:
        self.told.append(reason)

    def wants_input(self) -> None:
        self.told.append("input")


class Scene:
    """A prompt over an adapter that is only played."""

    def __init__(self, adapter: FakeAdapter, client: Client, prompt: Prompt, noted: Noted) -> None:
        self.adapter, self.client, self.prompt, self.noted = adapter, client, prompt, noted


def play(act: Callable[[Scene], Awaitable[None]], wanted: Wanted | None = None) -> None:
    """Open a prompt and do `act` with it."""

    async def whole() -> None:
        adapter, stream = FakeAdapter.open()
        adapter.replies["remora/openPrompt"] = OPENED
        client = await Client.open(stream)
        noted = Noted()
        prompt = await Prompt.open(client, noted, wanted or Wanted())
        try:
            await asyncio.wait_for(act(Scene(adapter, client, prompt, noted)), 20)
        finally:
            await client.aclose()

    asyncio.run(whole())


def test_what_is_wanted_is_said() -> None:
    async def act(scene: Scene) -> None:
        assert scene.adapter.arguments("remora/openPrompt") == {
            "namespace": "app", "place": "thread", "threadId": 3, "arguments": ["a", "b"], "input": True,
        }  # fmt: skip
        prompt = scene.prompt
        assert (prompt.id, prompt.version, prompt.loop, prompt.thread) == (7, "3.12.1", "asyncio", None)

    play(act, Wanted(namespace="app", place="thread", thread_id=3, arguments=("a", "b"), takes_input=True))


def test_an_evaluation() -> None:
    async def act(scene: Scene) -> None:
        scene.adapter.replies["evaluate"] = {"result": "3", "variablesReference": 0, "remoraJson": "3"}
        answer = await scene.prompt.evaluate("1 + 2", width=80, as_json=True)
        assert (answer.result, answer.json, answer.job) == ("3", "3", None)
        assert scene.adapter.arguments("evaluate") == {
            "expression": "1 + 2", "context": "repl", "remoraPrompt": 7, "remoraWidth": 80,
            "remoraJson": True,
        }  # fmt: skip

    play(act)


def test_a_failure_tells_its_traceback_and_status() -> None:
    async def act(scene: Scene) -> None:
        variables = {"traceback": "Traceback ...", "exitStatus": "3"}
        scene.adapter.replies["evaluate"] = RequestError(1, "SystemExit: 3", variables)
        with pytest.raises(EvaluationFailed, match="SystemExit: 3") as caught:
            await scene.prompt.evaluate("exit(3)")
        assert (caught.value.exit_status, caught.value.traceback) == (3, "Traceback ...")

    play(act)


def test_an_interruption_is_asked_for_and_its_answer_awaited() -> None:
    async def act(scene: Scene) -> None:
        adapter = scene.adapter
        adapter.replies |= {"evaluate": HOLD, "cancel": {}}
        evaluating = asyncio.create_task(scene.prompt.evaluate("spin()"))
        request = await adapter.wait_request("evaluate")
        scene.prompt.interrupt()
        await adapter.wait_request("cancel")
        assert adapter.arguments("cancel") == {"requestId": request["seq"]}
        assert not evaluating.done()
        adapter.answer(request, RequestError(1, "KeyboardInterrupt", {}))
        with pytest.raises(EvaluationFailed, match="KeyboardInterrupt"):
            await evaluating

    play(act)


def test_a_task_that_is_cancelled_takes_its_text_back() -> None:
    async def act(scene: Scene) -> None:
        scene.adapter.replies |= {"evaluate": HOLD, "cancel": {}}
        evaluating = asyncio.create_task(scene.prompt.evaluate("spin()"))
        request = await scene.adapter.wait_request("evaluate")
        evaluating.cancel()
        await scene.adapter.wait_request("cancel")
        assert scene.adapter.arguments("cancel") == {"requestId": request["seq"]}
        assert evaluating.cancelled()

    play(act)


def test_events_of_this_prompt_are_told_and_no_others() -> None:
    async def act(scene: Scene) -> None:
        for number in (8, 7):
            mine = {"promptId": number}
            scene.adapter.event("output", {"category": "stdout", "output": "hi\n", "remoraPrompt": number})
            scene.adapter.event("remora/promptWaits", {**mine, "reason": "It sleeps."})
            scene.adapter.event("remora/inputWanted", mine)
            scene.adapter.event("remora/promptResult", {**mine, "job": 1, "what": "f()", "result": "2"})
        scene.adapter.event("output", {"category": "stdout", "output": "the program's\n"})
        await scene.client.request("disconnect")
        assert scene.noted.told == [("stdout", "hi\n"), "It sleeps.", "input", Finished(1, "f()", "2")]

    play(act)


def test_what_goes_on_in_the_background() -> None:
    async def act(scene: Scene) -> None:
        scene.adapter.replies["evaluate"] = {"result": "", "variablesReference": 0, "remoraJob": 4}
        assert await scene.prompt.begin("f()") == 4
        assert scene.adapter.arguments("evaluate")["remoraBackground"] is True

    play(act)
