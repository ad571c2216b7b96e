"""Shortens the turns of the GIL while clients are attached to a program of many threads.

The reader must get the GIL twice before it can act on a request.  Each time it
waits for the threads that compute, 5 ms for each by default: with fifty of
them, `pause` would take half a second.  In a program of one thread a turn is
cut short only when the reader has something to do, and short turns cost nothing.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

#: Seconds of a turn while there is competition: ten times as many switches as usual, under 2 % of the time.
_SHORT = 0.0005
#: From so many threads on, the reader's included, there may be competition.
_CROWD = 4
#: Up to so many there is none but with the reader.
_ONE = 2


class Turns:
    """The program's switch interval, ours for a while.  Reader thread."""

    def __init__(self) -> None:
        self._original: Optional[float] = None

    def adapt(self) -> None:
        """Shorten the turns if there are many threads, or one beside the reader."""
        threads = len(sys._current_frames())
        if self._original is None and (threads >= _CROWD or threads <= _ONE):
            interval = sys.getswitchinterval()
            if interval > _SHORT:
                self._original = interval
                sys.setswitchinterval(_SHORT)

    def restore(self) -> None:
        """Give the program its interval back, unless it has set another one meanwhile."""
        if self._original is not None and abs(sys.getswitchinterval() - _SHORT) < 1e-6:
            sys.setswitchinterval(self._original)
        self._original = None
