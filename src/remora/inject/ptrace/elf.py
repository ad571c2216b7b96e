"""Symbols of an image, found in the memory of the process that has it mapped.

Only what the dynamic linker itself uses is read, so that neither the file nor
its section headers or symbol table are needed: stripped, deleted and replaced
files and other roots make no difference.

Sources: System V ABI, chapter 5 (program headers, dynamic section); the GNU
hash section as glibc's and musl's linkers read it.
"""

from __future__ import annotations

import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..memory import Readable

_PT_LOAD, _PT_DYNAMIC = 1, 2
_DT_HASH, _DT_STRTAB, _DT_SYMTAB, _DT_GNU_HASH = 4, 5, 6, 0x6FFFFEF5
_PAGE = 4096
_SEGMENT_SIZE, _SYMBOL_SIZE = 56, 24
_MOST_DYNAMIC = 8192


class NotElf(Exception):
    """There is no ELF image with dynamic symbols there."""


class OtherWordSize(NotElf):
    """A 32-bit image."""


class Symbols:
    """The dynamic symbols that an image defines.  Raises `NotElf`, and `OSError` for bad addresses."""

    def __init__(self, memory: Readable, base: int) -> None:
        self._memory = memory
        header = memory.read(base, 64)
        if header[:4] != b"\x7fELF":
            raise NotElf
        if header[4] != 2:
            raise OtherWordSize
        self._bias, dynamic = self._segments(base, header)
        self._tables = self._dynamic(dynamic)
        if not {_DT_STRTAB, _DT_SYMTAB} <= set(self._tables):
            raise NotElf

    def address(self, name: str) -> int | None:
        """Where the image defines `name`; None if it does not."""
        if _DT_GNU_HASH in self._tables:
            return self._in_gnu_hash(name.encode())
        if _DT_HASH in self._tables:
            return self._in_hash(name.encode())
        return None

    def _segments(self, base: int, header: bytes) -> tuple[int, tuple[int, int]]:
        """What is to be added to the file's addresses, and the dynamic section's place and size."""
        offset, entry_size, count = (
            *struct.unpack_from("<Q", header, 32),
            *struct.unpack_from("<HH", header, 54),
        )
        if entry_size != _SEGMENT_SIZE:
            raise NotElf
        table = self._memory.read(base + offset, entry_size * count)
        bias: int | None = None
        dynamic: tuple[int, int] | None = None
        for start in range(0, len(table) - entry_size + 1, entry_size):
            kind, _, file_offset, address, _, _, size = struct.unpack_from("<IIQQQQQ", table, start)
            if kind == _PT_LOAD and bias is None:
                bias = base - (address - address % _PAGE - (file_offset - file_offset % _PAGE))
            elif kind == _PT_DYNAMIC:
                dynamic = address, size
        if bias is None or dynamic is None:
            raise NotElf
        return bias, (bias + dynamic[0], dynamic[1])

    def _dynamic(self, place: tuple[int, int]) -> dict[int, int]:
        content = self._memory.read(place[0], min(place[1], _MOST_DYNAMIC))
        tables: dict[int, int] = {}
        for tag, value in struct.iter_unpack("<QQ", content[: len(content) // 16 * 16]):
            if tag == 0:
                break
            # glibc relocates these pointers in memory, musl does not.
            tables[tag] = value + self._bias if value < self._bias else value
        return tables

    def _in_gnu_hash(self, name: bytes) -> int | None:
        hashed = 5381
        for byte in name:
            hashed = (hashed * 33 + byte) & 0xFFFFFFFF
        table = self._tables[_DT_GNU_HASH]
        buckets, first, words, shift = struct.unpack("<IIII", self._memory.whole(table, 16))
        bloom = self._memory.u64(table + 16 + hashed // 64 % words * 8)
        if not (bloom >> hashed % 64) & (bloom >> (hashed >> shift) % 64) & 1:
            return None
        bucket_table = table + 16 + words * 8
        index = self._memory.u32(bucket_table + hashed % buckets * 4)
        if index < first:
            return None
        chain = bucket_table + buckets * 4 + (index - first) * 4
        while True:
            entry = self._memory.u32(chain)
            if entry | 1 == hashed | 1:
                found = self._symbol(index, name)
                if found is not None:
                    return found
            if entry & 1:
                return None
            index, chain = index + 1, chain + 4

    def _in_hash(self, name: bytes) -> int | None:
        hashed = 0
        for byte in name:
            hashed = (hashed << 4) + byte
            hashed = (hashed ^ (hashed >> 24 & 0xF0)) & 0x0FFFFFFF
        table = self._tables[_DT_HASH]
        buckets = self._memory.u32(table)
        index = self._memory.u32(table + 8 + hashed % buckets * 4)
        while index:
            found = self._symbol(index, name)
            if found is not None:
                return found
            index = self._memory.u32(table + 8 + (buckets + index) * 4)
        return None

    def _symbol(self, index: int, name: bytes) -> int | None:
        entry = self._memory.whole(self._tables[_DT_SYMTAB] + index * _SYMBOL_SIZE, _SYMBOL_SIZE)
        text, _, _, section, value, _ = struct.unpack("<IBBHQQ", entry)
        if section == 0 or self._memory.read(self._tables[_DT_STRTAB] + text, len(name) + 1) != name + b"\0":
            return None
        address: int = self._bias + value
        return address
