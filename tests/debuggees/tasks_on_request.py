"""Runs coroutines: its input is evaluated, and what that gives is run by asyncio."""

import asyncio
import sys


async def work(name):
    steps = ["begun"]  # @begun
    await asyncio.sleep(0)
    steps.append("after")  # @after
    await asyncio.sleep(0)
    return name, steps


async def together():
    found = await asyncio.gather(work("a"), work("b"), work("c"))
    return found


async def parent(number):
    mark = "of the parent"
    task = asyncio.ensure_future(together())
    task.set_name("child")
    found = await task  # @parent
    return len(found), mark, number


async def crowd(size):
    sleeping = [asyncio.ensure_future(asyncio.sleep(3600)) for _ in range(size)]
    await asyncio.sleep(0)
    here = len(sleeping)  # @crowd
    for each in sleeping:
        each.cancel()
    return here


async def double(number):
    await asyncio.sleep(0.001)
    return 2 * number


def main(coroutine):
    async def named():
        asyncio.current_task().set_name("main")
        return await coroutine

    return asyncio.run(named())


print("ready", flush=True)
for line in sys.stdin:
    print("gave", main(eval(line)), flush=True)
