"""Which task awaits which."""

from __future__ import annotations

import asyncio
import sys

from remora.agent.inspection.awaiters import awaiters_of_stack
from remora.agent.inspection.frames import visible_stack
from remora.agent.inspection.tasks import tasks


def chain():
    """What stands below the calling task: (task, innermost function)."""
    found = awaiters_of_stack(visible_stack(sys._getframe(1)))
    return [(each.name, each.frames[0].f_code.co_name) for each in found]


async def leaf():
    await asyncio.sleep(0)
    return chain()


def named(coroutine, name):
    task = asyncio.ensure_future(coroutine)
    task.set_name(name)
    return task


async def plainly():
    return await named(leaf(), "leaf")


async def by_gather():
    async def other():
        await asyncio.sleep(0)

    return (await asyncio.gather(other(), leaf()))[1]


async def by_wait():
    done, _ = await asyncio.wait([named(leaf(), "leaf")])
    return done.pop().result()


async def by_wait_for():
    return await asyncio.wait_for(named(leaf(), "leaf"), 10)


async def by_shield():
    return await asyncio.shield(named(leaf(), "leaf"))


async def by_group():
    group = getattr(asyncio, "TaskGroup", None)
    if group is None:
        return await plainly()
    async with group() as tasks_:
        task = tasks_.create_task(leaf())
    return task.result()


async def under(coroutine_function):
    return await named(coroutine_function(), "parent")


def test_all_ways_to_await_a_task():
    ways = (plainly, by_gather, by_wait, by_wait_for, by_shield, by_group)
    for way in ways:

        async def root(way=way):
            asyncio.current_task().set_name("root")
            return await under(way)

        found = asyncio.run(root())
        assert [name for name, _ in found] == ["parent", "root"], (way, found)
        assert found[1] == ("root", "under")


def test_nobody_awaits():
    async def root():
        task = named(leaf(), "leaf")
        while not task.done():
            await asyncio.sleep(0)
        return task.result()

    assert asyncio.run(root()) == []
    assert chain() == []


def test_a_callback_that_only_knows_a_task_is_not_taken_for_one_that_awaits():
    async def root():
        bystander = named(asyncio.sleep(10), "bystander")
        task = named(leaf(), "leaf")
        task.add_done_callback(lambda _: bystander.cancel())
        return await task, asyncio.current_task().get_name()

    found, name = asyncio.run(root())
    assert [each for each, _ in found] == [name]


def test_pages_of_tasks():
    async def root():
        sleeping = [named(asyncio.sleep(10), "sleeping") for _ in range(20)]
        page, total = tasks(5, 3)
        for each in sleeping:
            each.cancel()
        return page, total, tasks(total, 3)[0]

    page, total, beyond = asyncio.run(root())
    assert (len(page), total, beyond) == (3, 21, [])
