"""What was typed at a prompt, kept for tracebacks of functions that were defined in it.

The program's `linecache` knows the texts too, as long as the prompt is open, so
that `inspect.getsource` finds them.
"""

from __future__ import annotations

import sys

from .failures import enter_source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Texts that are kept.
_KEPT = 1000


class Texts:
    """Of one prompt."""

    def __init__(self) -> None:
        #: By the names that they have in tracebacks.
        self.by_name: dict[str, str] = {}

    def keep(self, name: str, text: str) -> None:
        """Have it known from here on."""
        self.by_name[name] = text
        linecache: Any = sys.modules.get("linecache")
        if linecache is not None:
            enter_source(linecache, name, text)
        while len(self.by_name) > _KEPT:
            self._forget(next(iter(self.by_name)))

    def clear(self) -> None:
        """Leave nothing."""
        for name in list(self.by_name):
            self._forget(name)

    def _forget(self, name: str) -> None:
        self.by_name.pop(name, None)
        linecache: Any = sys.modules.get("linecache")
        if linecache is not None:
            linecache.cache.pop(name, None)
