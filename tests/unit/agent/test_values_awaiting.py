"""Awaiting in evaluated text."""

from __future__ import annotations

import asyncio

from remora.agent.expressions.evaluation import EvaluationError, Interrupted, evaluate
from tests.values.expect import here, raised


async def double(number):
    await asyncio.sleep(0.001)
    return 2 * number


async def for_ever():
    await asyncio.get_running_loop().create_future()


def interrupt():
    raise Interrupted


async def interrupted_task():
    interrupt()


def value(frame, text):
    return evaluate(frame, text, "repl").value


def test_where_the_loop_is_stopped():
    async def main():
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        future = loop.create_future()
        under_way = asyncio.ensure_future(double(1))
        found = [
            value(here(), "await double(2)"),
            value(here(), "await asyncio.gather(double(3), double(4))"),
            value(here(), "asyncio.ensure_future(for_ever()) and await double(6)"),
            raised(EvaluationError, value, here(), "await future").message,
            raised(EvaluationError, value, here(), "await under_way").message,
            raised(EvaluationError, value, here(), "await double({})").message,
        ]
        assert asyncio.get_running_loop() is loop
        assert asyncio.current_task() is task
        assert await under_way == 2
        assert not future.done()
        return found

    *values, future, task, error = asyncio.run(main())
    assert values == [4, [6, 8], 12]
    assert "event loop of this thread, which is stopped" in future
    assert "event loop of this thread, which is stopped" in task
    assert error.startswith("TypeError")


def test_an_interruption_ends_it_wherever_it_comes():
    async def main():
        for text in TEXTS:
            raised(Interrupted, value, here(), text)
        assert await double(1) == 2

    for text in TEXTS:
        raised(Interrupted, value, here(), text)
    asyncio.run(main())


TEXTS = (
    "asyncio.get_running_loop().call_soon(interrupt) and await for_ever()",
    "asyncio.get_running_loop().call_later(0.01, interrupt) and await for_ever()",
    "await interrupted_task()",
)
