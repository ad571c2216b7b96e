class Ready:
    def __await__(self):
        got = yield "waiting"
        return got


class Span:
    async def __aenter__(self):
        return 1

    async def __aexit__(self, *details):
        return False

    def __aiter__(self):
        self.left = 2
        return self

    async def __anext__(self):
        self.left -= 1
        if self.left < 0:
            raise StopAsyncIteration
        return self.left


async def work():
    first = await Ready()
    async with Span() as one:
        first += one
    async for each in Span():
        first += each
    return first


task = work()
task.send(None)
try:
    task.send(40)
except StopIteration as stop:
    result = stop.value
