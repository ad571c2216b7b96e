"""Objects of the program, read by address: types, texts, numbers, dicts, attributes.

Decides what the bytes of an object mean.  Whatever is read may be torn by a
program that goes on: everything is bounded, and what makes no sense raises
`OSError` as what is not mapped does.  One thread.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from .layouts import AT_OFFSET, BEFORE_TAGGED, INLINE, Layout
from .spaces import AddressSpace

_TYPE, _VALUE = 8, 16
_TYPE_NAME, _TYPE_SIZE, _TYPE_FLAGS, _TYPE_BASE, _TYPE_DICT_AT = 24, 32, 168, 256, 288
_HEAP_TYPE, _INLINE_VALUES, _MANAGED_DICT = 1 << 9, 1 << 2, 1 << 4
_MODULE_DICT = 16
#: Of a block of a deque, in values.
_BLOCK_LENGTH = 64
#: What a descriptor of a slot points to, and where that says the slot is.
_MEMBER, _MEMBER_OFFSET = 40, 16
_KEYS, _VALUES = 32, 40
_SET_MASK, _SET_TABLE = 32, 40
_COMPACT, _ASCII = 1 << 5, 1 << 6
#: Of the second part of a string's header, which those have that are not ASCII.
_MORE_TEXT = {48: 24, 40: 16}
_CODECS = {1: "latin-1", 2: "utf-16-le", 4: "utf-32-le"}
_MOST_ENTRIES, _MOST_TEXT, _MOST_BASES = 20_000, 10_000, 30
#: How the entries of a dict are laid out: hash, key and value; or key and value.
_WITH_HASH = 0
#: Marks a pointer on the value stack that owns no reference (3.14 and later), and the like.
_TAGS = 3


class Torn(OSError):
    """What was read makes no sense: it was changed meanwhile, or is something else."""


class Objects:
    """The objects in an address space.  All methods raise `OSError`."""

    def __init__(self, space: AddressSpace, layout: Layout) -> None:
        self.space = space
        self.layout = layout
        self._type_names: dict[int, str] = {}
        #: Texts of keys, which most dicts share with others; None of those that are no texts.
        self._keys: dict[int, str | None] = {}

    def type_of(self, address: int) -> int:
        return self.space.u64(address + _TYPE)

    def type_name(self, address: int) -> str:
        """As C has it: "_thread.lock"; classes of Python have no module in it."""
        kind = self.type_of(address)
        if kind not in self._type_names:
            name = self.space.text(self.space.u64(kind + _TYPE_NAME))
            self._type_names[kind] = name[:200].decode("utf-8", "replace")
        return self._type_names[kind]

    def is_instance(self, address: int, name: str) -> bool:
        """Whether a class of that name is among those that its type is derived from in a straight line."""
        kind = self.type_of(address)
        for _ in range(_MOST_BASES):
            if self.space.text(self.space.u64(kind + _TYPE_NAME)) == name.encode():
                return True
            kind = self.space.u64(kind + _TYPE_BASE)
            if not kind:
                return False
        raise Torn

    def text(self, address: int, most: int | None = None) -> str:
        """Of a `str`: so many characters of it, or else all, of one that is not very long."""
        self._expect(address, "str")
        length, state = self.space.u64(address + _VALUE), self.space.u32(address + 32)
        size = state >> 2 & 7
        if not state & _COMPACT or size not in _CODECS or (most is None and length > _MOST_TEXT):
            raise Torn
        start = address + self.layout.text_size
        start += 0 if state & _ASCII else _MORE_TEXT[self.layout.text_size]
        count = length if most is None else min(length, most)
        return self.space.read(start, count * size).decode(_CODECS[size], "replace")

    def integer(self, address: int) -> int:
        """Of an `int` that fits into 64 bits and is not negative."""
        self._expect(address, "int")
        number = self.digits(address, 3)
        if number is None or number < 0:
            raise Torn
        return number

    def digits(self, address: int, most: int) -> int | None:
        """Of an `int` or `bool`; None if it has more than `most` digits of 30 bits."""
        tag = self.space.u64(address + _VALUE)
        shift = self.layout.number_tag_shift
        if shift:
            # 0 positive, 1 zero, 2 negative (_PyLong_SIGN_MASK).
            count, is_negative = tag >> shift, tag & 3 == 2
        else:
            is_negative = bool(tag >> 63)
            count = (1 << 64) - tag if is_negative else tag
        if count > most:
            return None
        content = self.space.read(address + 24, count * 4)
        number: int = sum(
            digit << 30 * place for place, (digit,) in enumerate(struct.iter_unpack("<I", content))
        )
        return -number if is_negative else number

    def content(self, address: int, most: int | None = None) -> bytes:
        """Of a `bytes`: so many of it, or else all, of one that is not very long."""
        self._expect(address, "bytes")
        length = self.space.u64(address + _VALUE)
        if most is None and length > _MOST_ENTRIES * 100:
            raise Torn
        return self.space.read(address + 32, length if most is None else min(length, most))

    def items(self, address: int) -> list[int]:
        """Of a `tuple`."""
        self._expect(address, "tuple")
        count = self.space.u64(address + _VALUE)
        if count > _MOST_ENTRIES:
            raise Torn
        return self.space.words(address + self.layout.tuple_items, count) if count else []

    def dict_items(self, address: int) -> Iterator[tuple[str, int]]:
        """Keys and values of a `dict`, without those whose keys are no texts."""
        return self._named(self.dict_entries(address))

    def dict_entries(self, address: int, most: int | None = None) -> Iterator[tuple[int, int]]:
        """The same by the addresses of the keys, of whatever type those are.

        Of so many places at most, or else all, of a dict that is not very large.
        """
        self._expect_instance(address, "dict")
        keys, values = self.space.words(address + _KEYS, 2)
        yield from self._entries(keys, values and values + self.layout.values_items, most)

    def members(self, address: int, most: int) -> Iterator[int]:
        """Of a `set` or `frozenset`, of so many places at most."""
        mask, table = self.space.u64(address + _SET_MASK), self.space.u64(address + _SET_TABLE)
        words = self.space.words(table, 2 * min(mask + 1, most))
        pairs = zip(words[::2], words[1::2], strict=False)
        #: An entry that was removed has a hash of -1.
        return (key for key, hashed in pairs if key and hashed != (1 << 64) - 1)

    def attributes(self, address: int) -> dict[str, int]:
        """What an instance has in its `__dict__`, or would have there."""
        kind = self.type_of(address)
        flags = self.space.u64(kind + _TYPE_FLAGS)
        if not flags & _HEAP_TYPE:
            return {}
        if flags & _MANAGED_DICT and self.layout.attributes != AT_OFFSET:
            return dict(self._managed(address, kind, flags))
        offset = self.space.u64(kind + _TYPE_DICT_AT)
        if not 0 < offset < 1 << 16:
            return {}
        place = self.space.u64(address + offset)
        return dict(self.dict_items(place)) if place else {}

    def untagged(self, word: int) -> int:
        """The address in a word of the value stack."""
        return word & ~_TAGS

    def _managed(self, address: int, kind: int, flags: int) -> Iterator[tuple[str, int]]:
        values, place = self.space.words(address - 32, 2)
        keys = self.space.u64(kind + self.layout.cached_keys)
        form = self.layout.attributes
        if form == BEFORE_TAGGED:
            values, place = (place + 1, 0) if place & 1 else (0, place)
        elif form == INLINE:
            inline = address + self.space.u64(kind + _TYPE_SIZE) + self.layout.values_items
            values = inline if flags & _INLINE_VALUES and not place else 0
        if values:
            return self._named(self._entries(keys, values))
        return self.dict_items(place) if place else iter(())

    def _named(self, entries: Iterator[tuple[int, int]]) -> Iterator[tuple[str, int]]:
        for key, value in entries:
            if key not in self._keys:
                self._keys[key] = self.text(key) if self.type_name(key) == "str" else None
            name = self._keys[key]
            if name is not None:
                yield name, value

    def _entries(self, keys: int, values: int, most: int | None = None) -> Iterator[tuple[int, int]]:
        """`values` is where those are of a dict that shares its keys; 0 if they are beside the keys."""
        count = self.space.u64(keys + self.layout.keys_entry_count)
        if most is None and count > _MOST_ENTRIES:
            raise Torn
        count = count if most is None else min(count, most)
        start, has_hash = self._table(keys)
        width = 3 if has_hash else 2
        entries = self.space.words(start, count * width) if count else []
        shared = self.space.words(values, count) if values and count else []
        for index in range(len(entries) // width):
            key, value = entries[(index + 1) * width - 2 : (index + 1) * width]
            value = shared[index] if shared else value
            if key and value:
                yield key, value

    def _table(self, keys: int) -> tuple[int, bool]:
        """Where the entries begin, and whether they have hashes."""
        indices = keys + self.layout.keys_indices
        if self.layout.attributes != AT_OFFSET:
            _, index_bytes, kind = self.space.read(keys + 8, 3)
            return indices + (1 << min(index_bytes, 40)), kind == _WITH_HASH
        size = self.space.u64(keys + 8)
        return indices + size * (1 if size <= 0xFF else 2 if size <= 0xFFFF else 4), True

    def _expect(self, address: int, name: str) -> None:
        if self.type_name(address) != name:
            raise Torn

    def _expect_instance(self, address: int, name: str) -> None:
        if self.type_name(address) != name and not self.is_instance(address, name):
            raise Torn
