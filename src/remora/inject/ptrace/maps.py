"""What is mapped where in a process: /proc/PID/maps, and the images (executables, libraries) in it."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

#: Libraries in which a thread may hold a lock that our own call would need.
_ALLOCATORS = ("libc.", "libc-", "ld-", "ld.", "libpthread", "libjemalloc", "libtcmalloc", "libmimalloc")
_RUNTIMES = (
    "libstdc++",
    "libgcc_s",
    "libasan",
    "libtsan",
    "libubsan",
    "libhoard",
    "libsnmalloc",
    "librpmalloc",
)


class Mapping:
    """One line of the maps file."""

    __slots__ = ("end", "file", "offset", "path", "permissions", "start")

    def __init__(self, line: str) -> None:
        addresses, self.permissions, offset, device, inode, *path = line.split(None, 5)
        start, _, end = addresses.partition("-")
        self.start = int(start, 16)
        self.end = int(end, 16)
        self.offset = int(offset, 16)
        #: Device and inode, by which the mappings of one file belong together; None if of no file.
        self.file = (device, inode) if inode != "0" else None
        self.path = path[0].rstrip("\n") if path else ""

    @property
    def is_executable(self) -> bool:
        return "x" in self.permissions


class Image:
    """The mappings of one file that begin with its first byte: an executable or a library."""

    def __init__(self, first: Mapping) -> None:
        self.base = first.start
        self.file = first.file
        self.name = os.path.basename(first.path.replace(" (deleted)", ""))
        self.mappings = [first]

    @property
    def may_hold_allocator_locks(self) -> bool:
        """Whether a thread in this code may be in the middle of an allocation, or of loading."""
        return self.name.startswith(_ALLOCATORS + _RUNTIMES)

    def executable(self) -> Iterator[Mapping]:
        return (mapping for mapping in self.mappings if mapping.is_executable)


class Maps:
    """The mappings of a process at the moment of reading."""

    def __init__(self, proc: str) -> None:
        """`proc` is the directory of a live thread in /proc.  Raises `OSError`."""
        with open(proc + "/maps", encoding="utf-8", errors="surrogateescape") as file:
            self.mappings = [Mapping(line) for line in file]
        self.images = _images(self.mappings)

    def image_at(self, address: int) -> Image | None:
        """The image whose code `address` is in; None for what belongs to no file (JIT, vdso)."""
        mapping = self.mapping_at(address)
        if mapping is None or mapping.file is None:
            return None
        candidates = [i for i in self.images if i.file == mapping.file and i.base <= mapping.start]
        return candidates[-1] if candidates else None

    def mapping_at(self, address: int) -> Mapping | None:
        for mapping in self.mappings:
            if mapping.start <= address < mapping.end:
                return mapping
        return None


def _images(mappings: list[Mapping]) -> list[Image]:
    images: list[Image] = []
    latest: dict[tuple[str, str], Image] = {}
    for mapping in mappings:
        if mapping.file is None:
            continue
        if (
            mapping.offset == 0
            and "r" in mapping.permissions
            and not _goes_on(latest.get(mapping.file), mapping)
        ):
            images.append(Image(mapping))
            latest[mapping.file] = images[-1]
        elif mapping.file in latest:
            latest[mapping.file].mappings.append(mapping)
    return images


def _goes_on(image: Image | None, mapping: Mapping) -> bool:
    """A linker may map the first page twice, the second time as part of another segment."""
    return image is not None and mapping.start == image.mappings[-1].end
