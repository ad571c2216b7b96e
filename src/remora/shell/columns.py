"""Text in columns, and amounts as people read them.  Pure."""

from __future__ import annotations

from collections.abc import Sequence

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")
#: Columns in which the end of a line is worth showing.
_FEWEST = 12
ELLIPSIS = "…"


def table(
    rows: Sequence[Sequence[object]],
    head: Sequence[str],
    width: int,
    *,
    right: str = "",
    keeps_end: bool = False,
) -> list[str]:
    """Lines with a head, cut to `width` columns unless that is 0.

    `right` has the letter of each column that is aligned to the right: "ac" for the first and the third.
    With `keeps_end` the end of the last column is what matters, as of places in files.
    """
    cells = [list(head), *([str(cell) for cell in row] for row in rows)]
    sizes = [max(len(row[column]) for row in cells) for column in range(len(head))]
    aligned = [ord(letter) - ord("a") for letter in right]
    if keeps_end:
        room = width - sum(sizes[:-1]) - 2 * (len(sizes) - 1)
        cells = [[*row[:-1], cut_front(row[-1], room if width else 0)] for row in cells]
    return [cut(_line(row, sizes, aligned), width) for row in cells]


def cut(text: str, width: int) -> str:
    """At most `width` columns of a line; all of it if that is 0."""
    return text if not width or len(text) <= width else text[: width - 1] + ELLIPSIS


def cut_front(text: str, width: int) -> str:
    """The last `width` columns of a line; all of it if that is 0, or too few to tell anything."""
    return text if width < _FEWEST or len(text) <= width else ELLIPSIS + text[len(text) - width + 1 :]


def size(count: float, sign: str = "") -> str:
    """An amount of memory: `1.5 MiB`; `sign` as of `format`."""
    value, unit = float(count), 0
    while abs(value) >= 1024 and unit < len(_UNITS) - 1:
        value, unit = value / 1024, unit + 1
    return f"{value:{sign}.{1 if unit else 0}f} {_UNITS[unit]}"


def length_of_time(seconds: float) -> str:
    """`3 d 4 h`, `5 min 2 s`, `0.25 s`: the two largest parts."""
    if seconds < 60:
        return f"{seconds:.3g} s"
    parts = []
    rest = round(seconds)
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        amount, rest = divmod(rest, length)
        if amount:
            parts.append(f"{amount} {unit}")
    return " ".join(parts[:2])


def many(count: int, word: str) -> str:
    """`1 thread`, `2 threads`."""
    return f"{count} {word}{'' if count == 1 else 's'}"


def _line(row: list[str], sizes: list[int], right: list[int]) -> str:
    cells = [
        cell.rjust(size) if column in right else cell.ljust(size)
        for column, (cell, size) in enumerate(zip(row, sizes, strict=True))
    ]
    return "  ".join(cells).rstrip()
