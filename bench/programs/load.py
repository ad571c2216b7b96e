"""Clients of a server: `load.py PORT CONNECTIONS SECONDS` prints how long answers took, in seconds.

Each connection asks every 10 ms.  One line: median, the slowest of 100, the slowest.
"""

import asyncio
import sys
import time

_PAUSE = 0.01


async def ask(port: int, until: float, took: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.monotonic() < until:
        begun = time.monotonic()
        writer.write(b"?\n")
        await reader.readline()
        took.append(time.monotonic() - begun)
        await asyncio.sleep(_PAUSE)
    writer.close()


async def main(port: int, connections: int, seconds: float) -> None:
    took: list[float] = []
    until = time.monotonic() + seconds
    await asyncio.gather(*(ask(port, until, took) for _ in range(connections)))
    took.sort()
    print(took[len(took) // 2], took[len(took) * 99 // 100], took[-1])


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
