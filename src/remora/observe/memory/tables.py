"""The tables of code objects: which line an instruction is of, and which handlers it stands in.  Pure.

Offsets are in bytes of the bytecode.  Sources: Objects/lnotab_notes.txt of
3.8 to 3.10, Objects/locations.md (InternalDocs/code_objects.md) and
Objects/exception_handling_notes.txt (InternalDocs/exception_handling.md) since.
"""

from __future__ import annotations

from collections.abc import Iterator

_UNIT = 2
_NO_LINE, _LONG, _NO_COLUMNS, _ONE_LINE = 15, 14, 13, (10, 11, 12)


def line_of(version: int, table: bytes, first_line: int, offset: int) -> int:
    """The line of the instruction at `offset`; 0 if it is of none.

    `version` is 0x030B for 3.11, `table` what `co_lnotab` or `co_linetable` is of that version.
    """
    return _LINES.get(version, _line_by_location)(table, first_line, offset)


def _line_by_lnotab(table: bytes, line: int, offset: int) -> int:
    """3.8 and 3.9: how far the bytecode goes on, then how far the lines do."""
    at = 0
    for step, lines in zip(table[::2], table[1::2], strict=False):
        at += step
        if at > offset:
            break
        line += lines - 256 if lines & 0x80 else lines
    return line


def _line_by_ranges(table: bytes, line: int, offset: int) -> int:
    """3.10: how long a range is, and how far its line is from that of the one before."""
    end = 0
    for length, lines in zip(table[::2], table[1::2], strict=False):
        none = lines == 0x80
        line += 0 if none else lines - 256 if lines & 0x80 else lines
        end += length
        if offset < end:
            return 0 if none else line
    return 0


def _line_by_location(table: bytes, line: int, offset: int) -> int:
    """Since 3.11."""
    end, at = 0, 0
    while at < len(table):
        kind = table[at] >> 3 & 15
        end += ((table[at] & 7) + 1) * _UNIT
        if kind in (_LONG, _NO_COLUMNS):
            number, _ = _varint(table, at + 1, low_first=True)
            line += -(number >> 1) if number & 1 else number >> 1
        elif kind in _ONE_LINE:
            line += kind - 10
        if offset < end:
            return 0 if kind == _NO_LINE else line
        at += 1
        while at < len(table) and not table[at] & 0x80:
            at += 1
    return 0


_LINES = {0x0308: _line_by_lnotab, 0x0309: _line_by_lnotab, 0x030A: _line_by_ranges}


def handler_depth(table: bytes, offset: int) -> int:
    """How much of the value stack the handler would find that catches at `offset`; 0 outside of any.

    So much of it is there for certain, whatever else the instruction has put
    on it: below are what `with` and `for` keep.  Since 3.11.
    """
    for start, end, _, depth in _handlers(table):
        if start <= offset < end:
            return depth
    return 0


def _handlers(table: bytes) -> Iterator[tuple[int, int, int, int]]:
    at = 0
    while at < len(table):
        numbers: list[int] = []
        for _ in range(4):
            number, at = _varint(table, at)
            numbers.append(number)
        start, length, target, depth = numbers
        yield start * _UNIT, (start + length) * _UNIT, target * _UNIT, depth >> 1


def _varint(table: bytes, at: int, *, low_first: bool = False) -> tuple[int, int]:
    """A number of groups of six bits, whose seventh bit says that one more follows; and where it ends."""
    number = shift = 0
    while at < len(table):
        byte = table[at]
        at += 1
        number = number | (byte & 63) << shift if low_first else number << 6 | byte & 63
        shift += 6
        if not byte & 64:
            break
    return number, at
