"""Tasks in every state that can be seen from outside."""

import asyncio
import threading


async def rest(event):
    await event.wait()  # @rest


async def worker(event):
    await rest(event)  # @worker


async def gatherer(event):
    await asyncio.gather(  # @gatherer
        asyncio.create_task(worker(event), name="gathered"), rest(event)
    )


async def boss(event):
    async with asyncio.TaskGroup() as group:
        group.create_task(worker(event), name="grouped")
        group.create_task(gatherer(event), name="gatherer")


async def runs():
    print("ready", flush=True)
    threading.Event().wait()  # @runs


async def never():
    await asyncio.sleep(0)


async def main():
    event = asyncio.Event()
    tasks = [asyncio.create_task(boss(event), name="böss")]
    await asyncio.sleep(0.05)
    tasks += [asyncio.create_task(runs(), name="runs"), asyncio.create_task(never(), name="ready")]
    await asyncio.wait(tasks)  # @main


def other_loop():
    async def waits():
        ready.set()
        await asyncio.Event().wait()

    asyncio.run(waits())


ready = threading.Event()
threading.Thread(target=other_loop, daemon=True).start()
ready.wait()
asyncio.run(main())
