"""Text of programs and of other hosts, as a terminal or a log may get it: shown, never obeyed.  Pure."""

from __future__ import annotations

import re

#: Control characters that a terminal would obey, but for those that end lines and set columns.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def printable(text: str) -> str:
    """Text of several lines, with control characters as escapes."""
    return _CONTROLS.sub(lambda match: f"\\x{ord(match[0]):02x}", text)


def printable_line(text: str) -> str:
    """One line, with everything as escapes that is not seen, or that no encoding has."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
