"""How long to wait for a program: in chances that it and we have had, and not by the clock.

On a busy machine both wait for a processor, maybe for most of the time.  That time does not count.
"""

from __future__ import annotations

import time

from .process import waited_for_processor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .process import Process

#: Of this thread.
_OWN = "/proc/thread-self"


class Patience:
    """`seconds` from now on, and more for what the machine takes, up to `most` seconds.  One thread.

    All threads of the process count, since what one of them waits for may be with another that waits;
    only we count if it is None, for one that we cannot see.
    """

    def __init__(self, process: Process | None, seconds: float, most: float) -> None:
        self._process = process
        begun = time.monotonic()
        self._until = begun + seconds
        self._end = begun + most
        self._before = self._starved()

    def until(self) -> float:
        """The moment (of `time.monotonic`) to wait for, by what is known now; in the past when it is over."""
        now = time.monotonic()
        if now < self._until:
            return min(self._until, self._end)
        starved = self._starved()
        self._until += max(0.0, starved - self._before)
        self._before = starved
        return min(self._until, self._end)

    def is_over(self) -> bool:
        return self.until() <= time.monotonic()

    def _starved(self) -> float:
        starved = self._process.starved() if self._process is not None else 0.0
        return starved + waited_for_processor(_OWN)
