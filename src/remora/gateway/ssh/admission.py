"""How many strangers may stand at the door, and which of them has to go when it is crowded.

A connection that has not logged in costs memory, a descriptor and computing
time.  When there are too many the one goes that has said least and stands
there longest: who means to log in is past that in a moment, so half-open
connections by the thousand keep nobody out.  Owner: the event loop.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

#: Connections that have not logged in: so many in any case, and so many while they have just come.
STRANGERS, NEWCOMERS = 64, 400
#: Seconds in which a busy machine has read the first word of who means to log in.
_FIRST_WORD = 1.0
#: Seconds that each of them has.
PATIENCE = 20.0
#: Lines of the log for connections of one address that came to nothing; further ones are counted.
TOLD_EACH = 10


@dataclass(eq=False)
class Stranger:
    """A connection that has not logged in."""

    address: str
    #: How far it has come, from 0 on.
    progress: Callable[[], int]
    drop: Callable[[], None]
    since: float = field(default_factory=time.monotonic)


class Admission:
    """The strangers at the door, longest there first."""

    def __init__(self) -> None:
        self._strangers: dict[Stranger, None] = {}
        #: Connections that came to nothing and of which no more was told, by address.
        self._untold: Counter[str] = Counter()
        #: There are such.
        self.crowded = asyncio.Event()
        self._told: Counter[str] = Counter()

    def arrive(self, stranger: Stranger) -> None:
        """Take one more in; those that have to make room are dropped."""
        now = time.monotonic()
        while len(self._strangers) >= STRANGERS:
            last = min(self._strangers, key=lambda each: each.progress())
            if now - last.since < _FIRST_WORD and len(self._strangers) < NEWCOMERS:
                break
            self.leave(last)
            self._count(last.address)
            last.drop()
        self._strangers[stranger] = None

    def leave(self, stranger: Stranger) -> None:
        """It has logged in, or gone.  Idempotent."""
        self._strangers.pop(stranger, None)

    def is_worth_telling(self, address: str) -> bool:
        """Whether a connection that came to nothing gets a line of its own, which in a flood it is not."""
        self._told[address] += 1
        if self._told[address] <= TOLD_EACH:
            return True
        self._count(address)
        return False

    def take_untold(self) -> Counter[str]:
        """Those of which no more was told, up to now."""
        untold, self._untold = self._untold, Counter()
        self._told.clear()
        self.crowded.clear()
        return untold

    def _count(self, address: str) -> None:
        self._untold[address] += 1
        self.crowded.set()
