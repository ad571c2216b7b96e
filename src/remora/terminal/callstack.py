"""The frames of a stopped thread, fetched as far as they are looked at.  Runs on the event loop."""

from __future__ import annotations

from ..client import Client
from .wire import Body


class Stack:
    """The frames of one stopped thread, fetched when they are looked at."""

    def __init__(self, client: Client, thread_id: int) -> None:
        self._client = client
        self._thread_id = thread_id
        self._complete = False
        self.is_of_exception = False
        self.frames: list[Body] = []
        self.depth: int | None = None

    @classmethod
    def of_exception(cls, client: Client, thread_id: int, frames: list[Body]) -> Stack:
        """The frames that an exception has come through, in place of those in which the thread stands."""
        stack = cls(client, thread_id)
        stack.frames, stack.depth = list(frames), len(frames)
        stack.is_of_exception = stack._complete = True
        return stack

    @classmethod
    def begun(cls, client: Client, thread_id: int, frames: list[Body], depth: int) -> Stack:
        """A stack of which the innermost frames are known already."""
        stack = cls(client, thread_id)
        stack.frames, stack.depth = list(frames), depth
        stack._complete = len(frames) >= depth
        return stack

    async def fetch(self, count: int | None = None) -> list[Body]:
        """Return the `count` innermost frames (all, when None), asking only for those not yet known."""
        while not self._complete and (count is None or len(self.frames) < count):
            levels = 0 if count is None else count - len(self.frames)
            await self._fetch_more(levels)
        return self.frames[:count]

    async def _fetch_more(self, levels: int) -> None:
        start = len(self.frames)
        arguments: Body = {"threadId": self._thread_id, "startFrame": start}
        if levels:
            arguments["levels"] = levels
        body = await self._client.request("stackTrace", arguments)
        arrived = body["stackFrames"]
        # Two that ask at once would both append: the frames are put where they belong.
        self.frames[start : start + len(arrived)] = arrived
        self.depth = body.get("totalFrames")
        fewer = len(arrived) < levels or not levels
        self._complete = fewer or (self.depth is not None and len(self.frames) >= self.depth)
