"""How arguments of commands are read: numbers, and what must be absent."""

from __future__ import annotations

from ..wire import CommandError


def numbers(text: str) -> list[int]:
    """The whole numbers in `text`, parted by blanks or commas; `2-4` is 2 3 4."""
    found: list[int] = []
    for word in text.replace(",", " ").split():
        first, dash, last = word.partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise CommandError(f"'{word}' is not a number")
        found.extend(range(int(first), int(last if dash else first) + 1))
    return found


def count(text: str, default: int = 1) -> int:
    """The number of times in `text`, at least 1."""
    if not text:
        return default
    if not text.isdecimal() or int(text) < 1:
        raise CommandError(f"'{text}' is not a number of times ('!' before a line makes it Python)")
    return int(text)


def integer(text: str) -> int:
    """A whole number that may be negative."""
    if not text.removeprefix("-").isdecimal():
        raise CommandError(f"'{text}' is not a number")
    return int(text)
