"""Whether output is coloured, and how.

Colours are for terminals: `NO_COLOR` (no-color.org) and `TERM=dumb` switch them off.
pygments is imported only when source text is coloured.
"""

from __future__ import annotations

import os
from typing import TextIO

_CODES = {
    "file": "32",
    "line": "33",
    "function": "36",
    "thread": "34",
    "glyph": "1;35",
    "current": "1",
    "name": "36",
    "number": "33",
    "faint": "2",
    "error": "31",
    "title": "1",
}

#: Control characters that a terminal would obey, except tabulators and ends of lines.


def is_coloured(stream: TextIO) -> bool:
    """Tell whether text for `stream` should carry colours."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM", "dumb") != "dumb"


class Style:
    """Paints text by its role; a plain one paints nothing."""

    def __init__(self, coloured: bool = False) -> None:
        self.coloured = coloured
        #: Files are shown without their folders.
        self.basename = False
        #: Source text: "dark", "light" or "off".
        self.highlighting = "dark"
        #: The name of one of pygments' styles, or nothing for our few colours.
        self.pygments_style = ""

    def __call__(self, role: str, text: str) -> str:
        return f"\x1b[{_CODES[role]}m{text}\x1b[0m" if self.coloured and text else text

    def source(self, lines: list[str]) -> list[str]:
        """Colour lines of Python; each comes out on its own, with no colour reaching over its end."""
        if not self.coloured or self.highlighting == "off":
            return lines
        from .highlight import highlight

        return highlight(lines, light=self.highlighting == "light", style=self.pygments_style)
