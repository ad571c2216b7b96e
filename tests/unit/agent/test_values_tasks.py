"""The tasks of asyncio."""

from __future__ import annotations

import asyncio
import threading

from remora.agent.inspection.tasks import tasks


async def innermost(future):
    await future


async def generator(future):
    await innermost(future)
    yield 1


async def middle(future):
    async for _ in generator(future):
        pass


class Awaitable:
    def __init__(self, future):
        self.future = future

    def __await__(self):
        yield from innermost(self.future).__await__()


async def through_await_method(future):
    await Awaitable(future)


def named(name):
    (found,) = [each for each in tasks()[0] if each["name"] == name]
    return found


def test_chains():
    async def main():
        future = asyncio.get_running_loop().create_future()
        first = asyncio.ensure_future(middle(future))
        second = asyncio.ensure_future(through_await_method(future))
        first.set_name("first")
        second.set_name("second")
        ready = named("first")
        await asyncio.sleep(0)
        found = named("first"), named("second"), ready, tasks()[0]
        future.set_result(None)
        await asyncio.gather(first, second)
        return found

    first, second, ready, everything = asyncio.run(main())
    assert [each["name"] for each in first["awaits"]] == ["middle", "generator", "innermost"]
    assert first["awaits"][-1]["line"] == innermost.__code__.co_firstlineno + 1
    assert (first["state"], first["coroutine"]) == ("waiting", "middle")
    assert second["awaits"][-1]["name"] == "innermost"
    assert ready["state"] == "ready"
    assert [each["state"] for each in everything].count("running") == 1
    assert len(everything) == 3


def test_loops_of_other_threads():
    started, loops = threading.Event(), []

    async def main():
        asyncio.current_task().set_name("elsewhere")
        done = asyncio.Event()
        loops.append((asyncio.get_running_loop(), done))
        asyncio.get_running_loop().call_soon(started.set)
        await done.wait()

    thread = threading.Thread(target=asyncio.run, args=(main(),))
    thread.start()
    try:
        assert started.wait(60)
        assert named("elsewhere")["state"] == "waiting"
    finally:
        loop, done = loops[0]
        loop.call_soon_threadsafe(done.set)
        thread.join()


def test_no_tasks():
    assert tasks() == ([], 0)
