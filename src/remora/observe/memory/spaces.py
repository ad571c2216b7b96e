"""What is looked at: the memory of a process that lives, and what the kernel tells of its threads.

Decides how bytes come from there; must not know what they mean.  A core file
is the other kind of `AddressSpace`, in `core`.  One thread.
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Iterator

from ...inject.memory import Readable
from ...inject.probe import Interpreter
from ...inject.process import Process
from ...inject.ptrace.elf import NotElf, Symbols
from ...inject.ptrace.maps import Maps
from .. import kernel
from ..kernel import Moment

#: User space ends there on x86_64 and, with pages of 4 KiB and addresses of 48 bits, on aarch64.
_END = 1 << 48
#: As much as is read at once: all of it is there, or nothing.
_PAGE = 4096
_WORD = struct.Struct("<Q")


class AddressSpace(Readable):
    """The memory of a process as it is, or was.  `close` it when done.

    What was read is kept: a system call costs more than the page that it brings.
    """

    def __init__(self) -> None:
        #: By number; empty if nothing is mapped there.
        self._pages: dict[int, bytes] = {}

    def forget(self) -> None:
        """What is read from now on is what is there from now on."""
        self._pages.clear()

    def read(self, address: int, size: int) -> bytes:
        offset = address % _PAGE
        if offset + size <= _PAGE:
            content = self._page(address)[offset : offset + size]
        elif 0 < address < _END:
            content = self._read(address, size)
        else:
            content = b""
        if not content and size:
            raise OSError(f"nothing is mapped at {address:#x}")
        return content

    def u64(self, address: int) -> int:
        offset = address % _PAGE
        page = self._pages.get(address // _PAGE) or self._page(address)
        if offset + _WORD.size > len(page):
            return super().u64(address)
        number: int = _WORD.unpack_from(page, offset)[0]
        return number

    def words(self, address: int, count: int) -> list[int]:
        """As many words of 8 bytes as are there, at most `count`.  Raises `OSError` if not even one is."""
        content = self.read(address, count * 8)
        return list(memoryview(content[: len(content) // 8 * 8]).cast("Q"))

    def images(self) -> Iterator[tuple[int, str]]:
        """Base address and path of each file that is mapped from its beginning."""
        raise NotImplementedError

    def moments(self) -> dict[int, Moment]:
        """What its threads do now, by their numbers."""
        raise NotImplementedError

    def file(self, path: str) -> bytes:
        """The content of a file as the process sees it.  Raises `OSError`."""
        raise NotImplementedError

    def source(self, path: str) -> bytes:
        """The text of a file that it runs, unless that was changed since.  Raises `OSError`."""
        raise NotImplementedError

    def image_file(self, path: str) -> bytes:
        """The file of one of its images.  Raises `OSError`."""
        return self.file(path)

    def close(self) -> None:
        raise NotImplementedError

    def _page(self, address: int) -> bytes:
        number = address // _PAGE
        if number not in self._pages:
            try:
                inside = 0 < address < _END
                self._pages[number] = self._read(number * _PAGE, _PAGE) if inside else b""
            except OSError:
                self._pages[number] = b""
        return self._pages[number]

    def _read(self, address: int, size: int) -> bytes:
        """As `read`, of an address that a program can have."""
        raise NotImplementedError


class LiveProcess(AddressSpace):
    """A process of this host.  Raises `OSError` if it is gone, or not for us."""

    def __init__(self, pid: int) -> None:
        super().__init__()
        self._pid = pid
        self._proc = Process(pid).proc
        self._begun = _begin_of(self._proc)
        self._fd = os.open(f"{self._proc}/mem", os.O_RDONLY | os.O_CLOEXEC)

    def images(self) -> Iterator[tuple[int, str]]:
        return ((image.base, image.mappings[0].path) for image in Maps(self._proc).images)

    def moments(self) -> dict[int, Moment]:
        return kernel.moments(self._pid)

    def file(self, path: str) -> bytes:
        with open(f"{self._proc}/root/{path}", "rb") as file:
            return file.read()

    def source(self, path: str) -> bytes:
        where = "root" if path.startswith("/") else "cwd"
        return unchanged(f"{self._proc}/{where}/{path}", self._begun)

    def image_file(self, path: str) -> bytes:
        """As the kernel shows it, its path may be that of this host or of the process."""
        found = (image.file for image in Maps(self._proc).images if image.mappings[0].path == path)
        inode = next((int(file[1]) for file in found if file), 0)
        for name in (path, f"{self._proc}/root/{path}"):
            try:
                with open(name, "rb") as file:
                    if os.fstat(file.fileno()).st_ino == inode:
                        return file.read()
            except FileNotFoundError:
                continue
        raise FileNotFoundError(f"the file {path} is not what it was")

    def close(self) -> None:
        os.close(self._fd)

    def _read(self, address: int, size: int) -> bytes:
        return os.pread(self._fd, size, address)


def unchanged(path: str, since: float) -> bytes:
    """The content of a file that is not newer than that time.  Raises `OSError`."""
    with open(path, "rb") as file:
        if os.fstat(file.fileno()).st_mtime > since:
            raise OSError(f"{path} is not what it was")
        return file.read()


def _begin_of(proc: str) -> float:
    """When a process began, and at most a second later.  Raises `OSError`."""
    with open(f"{proc}/stat", encoding="utf-8", errors="replace") as file:
        ticks = int(file.read().rpartition(")")[2].split()[19])
    ago = time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    return time.time() - ago + 1


def interpreter_of(space: AddressSpace) -> Interpreter | None:
    """The CPython in it; None if there is none that exports its symbols."""
    for base, _ in sorted(space.images(), key=_likelihood):
        try:
            symbols = Symbols(space, base)
            if symbols.address("Py_GetVersion") is not None:
                return Interpreter(space, symbols)
        except (NotElf, OSError):
            continue  # a data file, or one that is being unmapped
    return None


def _likelihood(image: tuple[int, str]) -> int:
    """An executable may be a small one that loads libpython."""
    name = image[1].rpartition("/")[2]
    return 0 if name.startswith("libpython") else 1 if name.startswith("python") else 2
