"""A program that no agent is in, of which there is only a picture.

Decides how it stands in the place of one that an agent is in: the adapter that
answers for it runs here, at the other end of a stream in memory.  Runs in one
event loop; pictures are taken on a thread.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self

from remora.transport.memory import open_pair

from ..debuggee import in_thread
from .adapter import PictureAdapter, Take

if TYPE_CHECKING:
    from remora.observe.picture import Picture
    from remora.transport.base import Stream


class PictureProgram:
    """The `Debuggee` of a program that no agent is in."""

    is_launched = False
    is_picture = True
    name = ""

    def __init__(self, picture: Picture, take: Take) -> None:
        """`take` is for newer pictures.  Needs a running event loop."""
        #: 0 for a core file.
        self.pid = 0 if picture.core else picture.pid or 0
        self.outputs: list[tuple[str, int]] = []
        ours, theirs = open_pair()
        self.stream: Stream | None = ours
        self._serving = asyncio.create_task(PictureAdapter(theirs, picture, take).serve())

    @classmethod
    async def seen(cls, take: Take) -> Self:
        """Take the first picture.  Raises what `take` raises."""
        return cls(await in_thread(take, undo=lambda picture: None), take)

    async def wait_exit(self) -> None:
        return None

    def signal(self, number: int, *, group: bool) -> None:
        """It is only looked at."""

    def take_children(self) -> None:
        """They are not ours."""

    def release(self) -> None:
        """Nothing of ours is in it."""
