"""What a program writes, to its terminal and to the adapter as well.

Decides nothing about texts.  A thread copies; `finish` ends it.
"""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Sequence

#: Bytes in one step: what a pipe holds.
_CHUNK = 1 << 16


class Tee:
    """Pipes between a program and each of the descriptors `terminal`."""

    def __init__(self, terminal: Sequence[int]) -> None:
        #: Where the program writes, for each of `terminal`.
        self.inlets: list[int] = []
        #: Where the adapter reads.
        self.outlets: list[int] = []
        #: What is read → where it is written.
        self._routes: dict[int, tuple[int, int]] = {}
        for shown in terminal:
            source, inlet = os.pipe()
            outlet, copy = os.pipe()
            self.inlets.append(inlet)
            self.outlets.append(outlet)
            self._routes[source] = (shown, copy)
        self._over = os.eventfd(0)
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def start(self) -> None:
        """Copy from now on; the program and the adapter have their ends."""
        for fd in (*self.inlets, *self.outlets):
            os.close(fd)
        self._thread.start()

    def finish(self) -> None:
        """Copy what is still there, and end.  A child of the program may hold the other end."""
        os.eventfd_write(self._over, 1)
        self._thread.join()
        os.close(self._over)

    def _follow(self) -> None:
        open_sources = list(self._routes)
        while open_sources:
            ready, _, _ = select.select([*open_sources, self._over], [], [])
            if ready == [self._over]:
                break
            open_sources = [fd for fd in open_sources if fd not in ready or self._copy(fd)]
        for source, (_, copy) in self._routes.items():
            os.close(source)
            os.close(copy)

    def _copy(self, source: int) -> bool:
        """Whether there is more to come."""
        chunk = os.read(source, _CHUNK)
        for place in self._routes[source]:
            try:
                _write_all(place, chunk)
            except OSError:  # nobody looks there any more
                continue
        return bool(chunk)


def _write_all(fd: int, content: bytes) -> None:
    while content:
        content = content[os.write(fd, content) :]
