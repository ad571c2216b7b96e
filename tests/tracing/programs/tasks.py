import asyncio


async def leaf(n):
    await asyncio.sleep(0)
    return n


async def numbers():
    for n in range(2):
        yield n
        await asyncio.sleep(0)


async def gather():
    parts = await asyncio.gather(leaf(1), leaf(2))
    async for n in numbers():
        parts.append(n)
    squares = [n * n async for n in numbers()]
    return parts, squares


def run(main):
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(main)
    finally:
        loop.close()


result = run(gather())
after = result
