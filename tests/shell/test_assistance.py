"""What helps while somebody types."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from remora.client import Client
from remora.shell.assistance import Assistance
from remora.shell.prompt import Prompt, Wanted
from tests.shell.test_prompt import OPENED, Noted
from tests.support.fake_adapter import FakeAdapter

NAMES = ["total", "tax", "Total", "_hidden"]


def play(act: Callable[[Assistance, FakeAdapter], Awaitable[None]]) -> None:
    async def whole() -> None:
        adapter, stream = FakeAdapter.open()
        adapter.replies["remora/openPrompt"] = OPENED
        adapter.replies["completions"] = targets
        client = await Client.open(stream)
        prompt = await Prompt.open(client, Noted(), Wanted())
        try:
            assistance = Assistance(prompt, lambda: [("help", "words"), ("stacks", "threads")])
            await asyncio.wait_for(act(assistance, adapter), 20)
        finally:
            await client.aclose()

    asyncio.run(whole())


def targets(arguments: dict[str, Any]) -> dict[str, Any]:
    line = arguments["text"].split("\n")[arguments["line"] - 1][: arguments["column"] - 1]
    word = line.rpartition(".")[2]
    found = [name for name in NAMES if name.lower().startswith(word.lower())]
    return {"targets": [{"label": name, "type": "field", "length": len(word)} for name in found]}


async def names(assistance: Assistance, before: str, *, asked: bool = False) -> list[str]:
    return [each.text for each in await assistance.complete(before, asked=asked)]


def test_letters_that_are_added_need_no_further_request() -> None:
    async def act(assistance: Assistance, adapter: FakeAdapter) -> None:
        assert await names(assistance, "x = 1\nshop.") == ["total", "tax", "Total"]
        assert adapter.arguments("completions") == {
            "text": "x = 1\nshop.", "line": 2, "column": 6, "remoraPrompt": 7,
        }  # fmt: skip
        found = await assistance.complete("x = 1\nshop.to", asked=False)
        assert [(each.text, each.replaces) for each in found] == [("total", 2), ("Total", 2)]
        assert await names(assistance, "x = 1\nshop._") == ["_hidden"]
        assert adapter.commands().count("completions") == 1
        await names(assistance, "x = 1\nshop.a.")
        assert adapter.commands().count("completions") == 2

    play(act)


def test_what_has_run_makes_it_ask_again() -> None:
    async def act(assistance: Assistance, adapter: FakeAdapter) -> None:
        await names(assistance, "shop.")
        assistance.forget()
        await names(assistance, "shop.t")
        assert adapter.commands().count("completions") == 2

    play(act)


def test_nothing_is_shown_that_nobody_needs() -> None:
    async def act(assistance: Assistance, adapter: FakeAdapter) -> None:
        for before in ("", "t", "12", "3.", "'shop.", "# shop.", "f("):
            assert await names(assistance, before) == [], before
        assert adapter.commands().count("completions") == 0
        assert await names(assistance, "t", asked=True) == ["total", "tax", "Total"]
        assert await names(assistance, "", asked=True) == ["total", "tax", "Total"]

    play(act)


def test_parameters_by_name() -> None:
    async def act(assistance: Assistance, adapter: FakeAdapter) -> None:
        adapter.replies["remora/describe"] = {"signature": "(shop, /, item, *, tax=0, total=None)"}
        assert await names(assistance, "price(s, t", asked=True) == ["tax=", "total="]
        assert await names(assistance, "price(s, tax=1, t", asked=True) == ["total="]
        found = await assistance.complete("price(s, it", asked=False)
        assert [(each.text, each.replaces, each.meta) for each in found] == [("item=", 2, "parameter")]

    play(act)


def test_words_of_the_shell() -> None:
    async def act(assistance: Assistance, adapter: FakeAdapter) -> None:
        assert await names(assistance, "%") == ["help", "stacks"]
        assert await names(assistance, "%st") == ["stacks"]
        assert await names(assistance, "7 %st") == []

    play(act)


def test_a_program_that_does_not_answer_helps_nobody() -> None:
    async def act(assistance: Assistance, adapter: FakeAdapter) -> None:
        del adapter.replies["completions"]
        assert await names(assistance, "shop.") == []
        assert await assistance.signature("shop.total") == ""
        adapter.replies["remora/describe"] = {"type": "f", "kind": "function", "signature": "(a)"}
        assert await assistance.signature("shop.total") == ""
        assistance.forget()
        assert await assistance.signature("shop.total") == "(a)"

    play(act)
