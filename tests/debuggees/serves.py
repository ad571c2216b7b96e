"""An asyncio server: answers every line with how many there were.  The first line of output is its port."""

import asyncio


class Shop:
    """Sells things."""

    def __init__(self):
        self.items = ["tea", "salt"]

    @property
    def secret(self):
        raise AssertionError("nobody is to run this")

    def total(self, tax=0.2, rounded=False):
        """What all of it costs."""
        return len(self.items) * (1 + tax)


shop = Shop()
served = 0


async def handle(reader, writer):
    global served
    while await reader.readline():
        served += 1
        writer.write(b"%d\n" % served)
        await writer.drain()
    writer.close()


async def later(value, delay=0.1):
    await asyncio.sleep(delay)
    return value


def fail():
    return shop.items[7]  # @fail


async def main():
    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    print("ready", server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
