"""Does one job for every line that it is sent, and says what the job took.

`fib 20` runs `fib(20)` and prints `took CPU WALL`, both in seconds.
"""

import select
import sys
import time


def fib(n):
    if n < 0:
        return -1  # @never_in_calls
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def ternary(n):
    if n < 0:
        return -1  # @never_in_ternary
    return n if n < 2 else ternary(n - 1) + ternary(n - 2)


def loop(n):
    total = 0
    i = 0
    while i < n:
        total += i
        if total < 0:
            total = -total  # @never_in_loop
        i += 1
    return total


def cold():
    return 1  # @cold


def one(n):
    return n  # @one


def many(count):
    for i in range(count):
        one(i)


def fail(i):
    raise ValueError(i)


def raising(count):
    for i in range(count):
        try:
            fail(i)
        except ValueError:
            pass


def steps(count):
    name = "a text"
    numbers = [1, 2, 3]
    for i in range(count):
        first = i  # @steps
        second = first + 1
        third = [second, name]
        fourth = {"third": third}
        numbers[0] = fourth


def over(n):
    for i in range(n):
        begun = time.process_time()  # @over
        fib(26)
        begun += 0


def stop(count):
    for i in range(count):
        begun = time.monotonic()
        begun += 0  # @stop


def deep(n):
    if n:
        return deep(n - 1)
    return n  # @deep


def large(n):
    items = list(range(n))
    return len(items)  # @large


def tasks(n):
    import asyncio

    async def wait(event):
        await event.wait()

    async def main():
        event = asyncio.Event()
        waiting = [asyncio.ensure_future(wait(event)) for i in range(n)]
        await asyncio.sleep(0)
        event.set()  # @tasks
        await asyncio.wait(waiting)

    asyncio.run(main())


def serve(seconds):
    import asyncio

    async def handle(reader, writer):
        while await reader.readline():
            writer.write(b"%d\n" % fib(8))
            await writer.drain()
        writer.close()

    async def main():
        server = await asyncio.start_server(handle, "127.0.0.1", 0)
        print("port", server.sockets[0].getsockname()[1], flush=True)
        await asyncio.sleep(seconds)

    asyncio.run(main())


def modules(n):
    ours = sum(name.split(".")[0] == "_remora" for name in sys.modules)
    print("modules", len(sys.modules) - ours, ours, flush=True)


def threads(count):
    import threading

    started = threading.Semaphore(0)
    never = threading.Event()

    def wait():
        started.release()
        never.wait()

    for i in range(count):
        threading.Thread(target=wait, daemon=True).start()
    for i in range(count):
        started.acquire()


def imports(count):
    for i in range(count):
        __import__("module_%d" % i)


def asleep(seconds):
    time.sleep(seconds)


def busy(seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        fib(5)


def stall(milliseconds):
    longest = 0
    before = begun = time.monotonic()
    while before < begun + milliseconds / 1000:
        now = time.monotonic()
        if now - before > longest:
            longest = now - before
        before = now
    print("stalled %.9f" % longest, flush=True)


JOBS = {
    job.__name__: job
    for job in (
        fib,
        ternary,
        loop,
        stall,
        many,
        raising,
        steps,
        over,
        stop,
        deep,
        large,
        tasks,
        serve,
        modules,
        threads,
        imports,
        asleep,
        busy,
    )
}


def serve():
    print("ready", flush=True)  # @first
    while True:
        # Not for ever: a thread asleep in C has no safe point.
        if not select.select([0], [], [], 0.05)[0]:
            continue
        words = sys.stdin.readline().split()
        if not words:
            return
        job, n = JOBS[words[0]], int(words[1])
        print("begun", flush=True)
        cpu, wall = time.process_time(), time.perf_counter()
        job(n)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        print("took %.9f %.9f" % (cpu, wall), flush=True)


sys.setrecursionlimit(10_000)
serve()
