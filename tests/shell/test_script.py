"""A script's streams, its end, and Ctrl-C, beside an adapter that plays the program."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Coroutine
from typing import Any

import pytest

from remora.client import Client, Disconnected
from remora.dap import errors
from remora.shell.prompt import Wanted
from remora.shell.recipes import parse
from remora.shell.script import Script, run_script
from tests.support.fake_adapter import HOLD, FakeAdapter

OPENED = {"promptId": 3, "version": "3.12.1", "namespace": "__main__"}


class Played:
    """A script at its prompt."""

    def __init__(self, script: Script, **replies: Any) -> None:
        self.adapter, self._stream = FakeAdapter.open()
        self.adapter.replies.update(
            {"remora/openPrompt": OPENED, "cancel": {}, "remora/input": {}, **replies}
        )
        self.script = script

    async def __aenter__(self) -> Played:
        self.client = await Client.open(self._stream)
        self.status = asyncio.create_task(run_script(self.client, Wanted(), self.script))
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.client.aclose()


def play(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(test, 20))


def failed(**variables: str) -> Any:
    return errors.RequestError(1401, "{exception}", {"exception": "ValueError: 3", **variables})


def test_a_value_is_shown_or_not(capfd: pytest.CaptureFixture[str]) -> None:
    async def test() -> None:
        for shows in (False, True):
            async with Played(Script(text="x", shows_value=shows), evaluate={"result": "7"}) as played:
                assert await played.status == 0
        assert played.adapter.arguments("evaluate")["expression"] == "x"

    play(test())
    assert capfd.readouterr() == ("7\n", "")


def test_output_is_bytes_again(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    async def test() -> None:
        async with Played(Script(text="x"), evaluate=HOLD) as played:
            request = await played.adapter.wait_request("evaluate")
            for category, text in (("stdout", "é\udcff\udcc3"), ("stderr", "e"), ("stdout", "\udca9")):
                body = {"category": category, "output": text, "remoraPrompt": 3}
                played.adapter.event("output", body)
            played.adapter.event("output", {"category": "stdout", "output": "of the program"})
            played.adapter.answer(request, {"result": ""})
            assert await played.status == 0

    play(test())
    assert capfdbinary.readouterr() == ("é".encode() + b"\xff\xc3\xa9", b"e")


@pytest.mark.parametrize(
    ("variables", "status", "said"),
    [
        ({"exitStatus": "7", "traceback": "Traceback\n"}, 7, ""),
        ({"exitStatus": "-1"}, 255, ""),
        ({"traceback": "Traceback\nValueError: 3\n"}, 1, "Traceback\nValueError: 3\n"),
        ({}, 1, "remora: ValueError: 3\n"),
    ],
)
def test_how_it_fails(
    capfd: pytest.CaptureFixture[str], variables: dict[str, str], status: int, said: str
) -> None:
    async def test() -> None:
        async with Played(Script(text="x"), evaluate=failed(**variables)) as played:
            assert await played.status == status

    play(test())
    assert capfd.readouterr() == ("", said)


def test_ctrl_c_waits_for_the_end_and_the_second_does_not(capfd: pytest.CaptureFixture[str]) -> None:
    async def test() -> None:
        async with Played(Script(text="x"), evaluate=HOLD) as played:
            request = await played.adapter.wait_request("evaluate")
            os.kill(os.getpid(), signal.SIGINT)
            await played.adapter.wait_request("cancel")
            assert played.adapter.arguments("cancel") == {"requestId": request["seq"]}
            assert not played.status.done()
            os.kill(os.getpid(), signal.SIGINT)
            assert await played.status == 130

    play(test())
    assert "has not come to an end" in capfd.readouterr().err


def test_what_ends_in_time_has_its_own_status(capfd: pytest.CaptureFixture[str]) -> None:
    async def test() -> None:
        async with Played(Script(text="x", time_limit=0.01), evaluate=HOLD) as played:
            request = await played.adapter.wait_request("evaluate")
            await played.adapter.wait_request("cancel")
            played.adapter.answer(request, {"result": ""})
            assert await played.status == 0

    play(test())
    assert capfd.readouterr().err.startswith("remora: interrupted, after 0.01 s")


def test_input_and_remarks(capfd: pytest.CaptureFixture[str]) -> None:
    async def test() -> None:
        async with Played(Script(text="x"), evaluate=HOLD) as played:
            request = await played.adapter.wait_request("evaluate")
            played.adapter.event("remora/promptWaits", {"promptId": 3, "reason": "It is busy."})
            played.adapter.event("remora/inputWanted", {"promptId": 3})
            await played.adapter.wait_request("remora/input")
            assert played.adapter.arguments("remora/input") == {"promptId": 3, "text": "", "end": True}
            played.adapter.answer(request, {"result": ""})
            assert await played.status == 0

    play(test())
    assert capfd.readouterr() == ("", "remora: It is busy.\n")


def test_more_input_is_wanted_before_the_last_is_answered_for() -> None:
    async def test() -> None:
        async with Played(Script(text="x"), **{"evaluate": HOLD, "remora/input": HOLD}) as played:
            request = await played.adapter.wait_request("evaluate")
            for count in (1, 2):
                played.adapter.event("remora/inputWanted", {"promptId": 3})
                await played.adapter.wait_request("remora/input", count)
            played.adapter.answer(request, {"result": ""})
            assert await played.status == 0

    play(test())


def test_a_recipe_that_has_no_answer(capfd: pytest.CaptureFixture[str]) -> None:
    question = parse("tasks", [])

    async def test() -> None:
        body = {"result": "...", "remoraJson": '{"refusal": "there are none"}'}
        script = Script(text=question.code(), question=question, as_json=True)
        async with Played(script, evaluate=body) as played:
            assert await played.status == 1

    play(test())
    assert capfd.readouterr() == ("", "remora: there are none\n")


def test_the_program_ends(capfd: pytest.CaptureFixture[str]) -> None:
    async def test() -> None:
        async with Played(Script(text="x"), evaluate=HOLD) as played:
            await played.adapter.wait_request("evaluate")
            await played.adapter.aclose()
            with pytest.raises(Disconnected):
                await played.status

    play(test())
