"""Values of the program as short texts, as `repr` would show them; none of its code is run.

Decides which types are shown by what is in them, and how much of that.  Whatever
is read is bounded, however large the value is, or whatever it contains.  One thread.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from itertools import islice

from .objects import Objects, Torn

#: Characters that are shown of a value, and of a text in it.
_TEXT, _CHARACTERS = 500, 200
#: Elements of a value, and of one within another; how far that goes.
_ITEMS, _INNER_ITEMS, _DEEPEST = 20, 5, 4
#: Entries of a table that may be empty, for each that is to be shown.
_SPARSE = 8
#: Digits of 30 bits that a number may have.
_DIGITS = 40
_TYPE_NAME = 24

#: Text of a value, at a depth.
_Pieces = Callable[[int, int], Iterator[str]]


class Values:
    """Shows objects.  Raises nothing: what cannot be read is shown as that."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._kinds: dict[str, _Pieces] = {
            "NoneType": lambda _address, _depth: iter(("None",)),
            "ellipsis": lambda _address, _depth: iter(("Ellipsis",)),
            "bool": self._bool,
            "int": self._int,
            "float": self._float,
            "str": self._str,
            "bytes": self._bytes,
            "list": self._list,
            "tuple": self._tuple,
            "dict": self._dict,
            "set": self._set,
            "frozenset": self._set,
            "type": self._class,
        }

    def text(self, address: int) -> str:
        parts: list[str] = []
        room = _TEXT
        for piece in self._pieces(address, 0):
            parts.append(piece[:room])
            room -= len(piece)
            if room < 0:
                return "".join(parts) + "…"
        return "".join(parts)

    def _pieces(self, address: int, depth: int) -> Iterator[str]:
        try:
            kind = self._objects.type_name(address)
            yield from self._kinds.get(kind, self._other)(address, depth)
        except OSError:
            yield "<changed while it was read>"

    def _other(self, address: int, _depth: int) -> Iterator[str]:
        yield f"<{self._objects.type_name(address)} at {address:#x}>"

    def _class(self, address: int, _depth: int) -> Iterator[str]:
        space = self._objects.space
        yield f"<class '{space.text(space.u64(address + _TYPE_NAME))[:200].decode('utf-8', 'replace')}'>"

    def _bool(self, address: int, _depth: int) -> Iterator[str]:
        yield str(bool(self._objects.digits(address, 1)))

    def _int(self, address: int, _depth: int) -> Iterator[str]:
        number = self._objects.digits(address, _DIGITS)
        yield "<a large int>" if number is None else str(number)

    def _float(self, address: int, _depth: int) -> Iterator[str]:
        yield repr(struct.unpack("<d", self._objects.space.read(address + 16, 8))[0])

    def _str(self, address: int, _depth: int) -> Iterator[str]:
        yield repr(self._objects.text(address, _CHARACTERS)) + self._rest(address)

    def _bytes(self, address: int, _depth: int) -> Iterator[str]:
        yield repr(self._objects.content(address, _CHARACTERS)) + self._rest(address)

    def _rest(self, address: int) -> str:
        more = self._objects.space.u64(address + 16) - _CHARACTERS
        return f"… {more} more" if more > 0 else ""

    def _list(self, address: int, depth: int) -> Iterator[str]:
        size, start = self._objects.space.words(address + 16, 2)
        yield from self._items("[", start, size, "]", depth)

    def _tuple(self, address: int, depth: int) -> Iterator[str]:
        size = self._objects.space.u64(address + 16)
        start = address + self._objects.layout.tuple_items
        yield from self._items("(", start, size, ",)" if size == 1 else ")", depth)

    def _items(self, opening: str, start: int, size: int, closing: str, depth: int) -> Iterator[str]:
        count = min(size, _most(depth))
        items = self._objects.space.words(start, count) if count else []
        yield from self._listed(opening, ([item] for item in items), size, closing, depth)

    def _dict(self, address: int, depth: int) -> Iterator[str]:
        size = self._objects.space.u64(address + 16)
        pairs = self._objects.dict_entries(address, _most(depth) * _SPARSE) if size else ()
        yield from self._listed("{", map(list, islice(pairs, _most(depth))), size, "}", depth)

    def _set(self, address: int, depth: int) -> Iterator[str]:
        size = self._objects.space.u64(address + 24)
        if not size:
            yield f"{self._objects.type_name(address)}()"
            return
        members = self._objects.members(address, _most(depth) * _SPARSE)
        items = ([member] for member in islice(members, _most(depth)))
        yield from self._listed("{", items, size, "}", depth)

    def _listed(
        self, opening: str, items: Iterator[list[int]], size: int, closing: str, depth: int
    ) -> Iterator[str]:
        """Elements, each of them one object, or two with a colon between them."""
        if size >> 48:
            raise Torn
        if depth >= _DEEPEST:
            yield f"{opening}{'…' * bool(size)}{closing}"
            return
        yield opening
        shown = 0
        for shown, parts in enumerate(items, 1):
            yield ", " if shown > 1 else ""
            for place, part in enumerate(parts):
                yield ": " if place else ""
                yield from self._pieces(part, depth + 1)
        if size > shown:
            yield f"{', ' * bool(shown)}… {size - shown} more"
        yield closing


def _most(depth: int) -> int:
    return _INNER_ITEMS if depth else _ITEMS
