"""Directories of the target's own file system in which it can be left something.

They are reached through /proc without following any link on the way: in the
root of a hostile container a link would lead out of it.
"""

from __future__ import annotations

import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

    from .process import Process

_DIRECTORIES = (("tmp",), ("dev", "shm"), ("var", "tmp"), ("run",))
_OPEN = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


def random_name() -> str:
    """A name that nobody guesses."""
    return "remora-" + os.urandom(16).hex()


class Place:
    """An open directory of a target.  `path` is what the target calls it.  Any thread; close it."""

    def __init__(self, fd: int, path: str) -> None:
        self.fd = fd
        self.path = path

    def close(self) -> None:
        os.close(self.fd)


def places(process: Process) -> Iterator[Place]:
    """The directories that the target can use and we can write to; each is the caller's to close."""
    for parts in _DIRECTORIES:
        fd = _open(process.proc + "/root", parts)
        if fd is None:
            continue
        if _is_usable(fd, process):
            yield Place(fd, "/" + "/".join(parts))
        else:
            os.close(fd)


def _open(root: str, parts: tuple[str, ...]) -> int | None:
    try:
        fd = os.open(root, _OPEN)
        for part in parts:
            parent = fd
            try:
                fd = os.open(part, _OPEN | os.O_NOFOLLOW, dir_fd=parent)
            finally:
                os.close(parent)
        return fd
    except OSError:
        return None


def _is_usable(fd: int, process: Process) -> bool:
    status = os.fstat(fd)
    open_to_target = status.st_uid == process.uid or bool(status.st_mode & stat.S_IXOTH)
    return open_to_target and os.access(f"/proc/self/fd/{fd}", os.W_OK | os.X_OK)
