"""An event loop in the main thread, which counts while it runs; its input is evaluated there."""

import asyncio
import sys
import threading
import time

ticks = 0
local = threading.local()
local.name = "of the main thread"


async def count():
    global ticks
    while True:
        ticks += 1
        await asyncio.sleep(0.01)


async def double(number):
    await asyncio.sleep(0.01)
    print("doubling", number)
    return 2 * number


async def fails():
    await asyncio.sleep(0)
    raise ValueError("of the program")


def answer():
    line = sys.stdin.readline()
    if not line:
        asyncio.get_event_loop().stop()
        return
    try:
        print("gave", repr(eval(line)), flush=True)
    except BaseException as error:
        print("failed", repr(error), flush=True)


def spin():
    while True:
        time.sleep(0.001)


async def main():
    asyncio.get_event_loop().add_reader(0, answer)
    print("ready", flush=True)
    await count()


threading.Thread(target=spin, daemon=True, name="spinner").start()
asyncio.run(main())
