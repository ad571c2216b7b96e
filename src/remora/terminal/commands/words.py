"""How arguments of commands are read: numbers, and what must be absent."""

from __future__ import annotations

from ...client import RequestFailed
from ..context import Context
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


async def count(context: Context, text: str, default: int = 1) -> int:
    """The number of times in `text`, at least 1; what is no number is evaluated in the selected frame."""
    if not text:
        return default
    digits = text if text.isdecimal() else await _value(context, text)
    if not digits.isdecimal() or int(digits) < 1:
        raise CommandError(f"'{text}' is not a number of times ('!' before a line makes it Python)")
    return int(digits)


async def _value(context: Context, text: str) -> str:
    try:
        result: str = (await context.debuggee.evaluate(text, "watch"))["result"]
    except RequestFailed:
        return ""
    return result


def integer(text: str) -> int:
    """A whole number that may be negative."""
    if not is_integer(text):
        raise CommandError(f"'{text}' is not a number")
    return int(text)


def is_integer(text: str) -> bool:
    return text.removeprefix("-").isdecimal()
