"""What is looked at: a core file.

Decides where in it, or in the files that the process had mapped, the bytes of
an address are, and what its threads were doing, by their registers.  One thread.

Sources: core(5), elf(5); `struct elf_prstatus` and the note NT_FILE of Linux.
"""

from __future__ import annotations

import mmap
import os
import platform
import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..kernel import Moment
from .spaces import AddressSpace, unchanged

_PT_LOAD, _PT_NOTE = 1, 4
_NT_PRSTATUS, _NT_FILE = 1, 0x46494C45
_EXTENDED = 0xFFFF
#: Size of an ELF header.
_HEADER = 64
#: In `struct elf_prstatus`.
_TID, _REGISTERS = 32, 112


@dataclass(frozen=True)
class _Machine:
    """Which of the registers have the number of the system call, its arguments, stack and program."""

    elf_number: int
    registers: int
    call: int
    arguments: tuple[int, ...]
    stack: int
    program: int


_MACHINES = {
    "x86_64": _Machine(62, 27, 15, (14, 13, 12, 7, 9, 8), 19, 16),
    "aarch64": _Machine(183, 34, 8, (0, 1, 2, 3, 4, 5), 31, 32),
}


@dataclass(frozen=True)
class _Part:
    """Memory that the core has."""

    start: int
    end: int
    offset: int


@dataclass(frozen=True)
class _Mapped:
    """Memory that a file has."""

    start: int
    end: int
    offset: int
    path: str


class CoreFile(AddressSpace):
    """Raises `OSError` if it is none, or one of another kind of machine."""

    def __init__(self, path: Path, executable: Path | None = None) -> None:
        """`executable` is the program, if it is not where it was: its libraries are below the same root."""
        super().__init__()
        machine = _MACHINES.get(platform.machine())
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if status.st_size < _HEADER:
                raise OSError(f"{path} is no core file")
            self._content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if machine is None or self._content[:5] != b"\x7fELF\2" or self._u16(18) != machine.elf_number:
            self._content.close()
            raise OSError(f"{path} is no core file of this kind of machine")
        self._machine = machine
        self._written = status.st_mtime
        self._parts: list[_Part] = []
        self._mapped: list[_Mapped] = []
        self._moments: dict[int, Moment] = {}
        self._files: dict[str, bytes] = {}
        try:
            self._scan()
        except (struct.error, IndexError) as error:
            self.close()
            raise OSError(f"{path} is cut off") from error
        self._starts = [part.start for part in self._parts]
        self._root = self._root_of(executable)

    @property
    def size(self) -> int:
        """In bytes, of the whole file: the one that is here may be cut off."""
        return max((part.offset + part.end - part.start for part in self._parts), default=0)

    def close(self) -> None:
        self._content.close()

    def images(self) -> Iterator[tuple[int, str]]:
        return ((mapped.start, mapped.path) for mapped in self._mapped if not mapped.offset)

    def moments(self) -> dict[int, Moment]:
        return dict(self._moments)

    def file(self, path: str) -> bytes:
        if path not in self._files:
            self._files[path] = Path(f"{self._root}{path}").read_bytes()
        return self._files[path]

    def source(self, path: str) -> bytes:
        if not path.startswith("/"):
            raise FileNotFoundError(f"a core file does not tell where {path} is")
        return unchanged(f"{self._root}{path}", self._written)

    def _read(self, address: int, size: int) -> bytes:
        index = bisect_right(self._starts, address) - 1
        part = self._parts[index] if index >= 0 else None
        if part and address < part.end:
            start = part.offset + address - part.start
            return self._content[start : min(start + size, part.offset + part.end - part.start)]
        for mapped in self._mapped:
            if mapped.start <= address < mapped.end:
                start = mapped.offset + address - mapped.start
                return self.file(mapped.path)[start : start + min(size, mapped.end - address)]
        raise OSError(f"the core file has nothing of {address:#x}")

    def _scan(self) -> None:
        offset = struct.unpack_from("<Q", self._content, 32)[0]
        count = self._u16(56)
        if count == _EXTENDED:
            sections = struct.unpack_from("<Q", self._content, 40)[0]
            count = struct.unpack_from("<I", self._content, sections + 44)[0]
        for index in range(count):
            kind, _, start, address, _, size = struct.unpack_from(
                "<IIQQQQ", self._content, offset + index * 56
            )
            if kind == _PT_LOAD and size:
                self._parts.append(_Part(address, address + size, start))
            elif kind == _PT_NOTE:
                self._scan_notes(start, start + size)
        self._parts.sort(key=lambda part: part.start)

    def _scan_notes(self, at: int, end: int) -> None:
        while at + 12 <= end:
            name_size, size, kind = struct.unpack_from("<3I", self._content, at)
            start = at + 12 + (name_size + 3) // 4 * 4
            name = self._content[at + 12 : at + 12 + name_size].rstrip(b"\0")
            if name == b"CORE" and kind == _NT_PRSTATUS:
                self._add_thread(start)
            elif name == b"CORE" and kind == _NT_FILE:
                self._add_files(self._content[start : start + size])
            at = start + (size + 3) // 4 * 4

    def _add_thread(self, start: int) -> None:
        tid = struct.unpack_from("<i", self._content, start + _TID)[0]
        machine = self._machine
        registers = struct.unpack_from(f"<{machine.registers}Q", self._content, start + _REGISTERS)
        call = registers[machine.call]
        words = [str(call - (1 << 64) if call >> 63 else call)]
        if not call >> 63:
            words += [hex(registers[place]) for place in machine.arguments]
        words += [hex(registers[machine.stack]), hex(registers[machine.program])]
        self._moments[tid] = Moment(tid, "", "", " ".join(words), "", "", tid)

    def _add_files(self, content: bytes) -> None:
        count, page_size = struct.unpack_from("<2Q", content)
        names = content[16 + count * 24 :].split(b"\0")
        for index in range(count):
            start, end, pages = struct.unpack_from("<3Q", content, 16 + index * 24)
            self._mapped.append(_Mapped(start, end, pages * page_size, os.fsdecode(names[index])))

    def _root_of(self, executable: Path | None) -> str:
        """What is to be put before the paths that the core names."""
        path = os.path.realpath(executable) if executable else ""
        for mapped in self._mapped:
            if path.endswith(mapped.path):
                return path.removesuffix(mapped.path)
        return ""

    def _u16(self, offset: int) -> int:
        number: int = struct.unpack_from("<H", self._content, offset)[0]
        return number
