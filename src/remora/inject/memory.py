"""The memory of another process, through /proc.

Reads and writes where the process itself may only read or execute, without
ptrace.  The permission is checked once, when the file is opened.
"""

from __future__ import annotations

import os
import struct

_MOST_TEXT = 4096


class Readable:
    """Whatever can be read by address: a process, or what is kept of one."""

    def read(self, address: int, size: int) -> bytes:
        """As many as `size` bytes: fewer where the mapping ends.  Raises `OSError` where there is none."""
        raise NotImplementedError

    def whole(self, address: int, size: int) -> bytes:
        """`size` bytes.  Raises `OSError` also where there are fewer, as in a process that is just ending."""
        content = self.read(address, size)
        if len(content) != size:
            raise OSError(f"nothing is mapped at {address:#x}")
        return content

    def u64(self, address: int) -> int:
        return self._number("<Q", address)

    def u32(self, address: int) -> int:
        return self._number("<I", address)

    def i32(self, address: int) -> int:
        return self._number("<i", address)

    def text(self, address: int) -> bytes:
        """The zero-terminated string at `address`, at most 4,096 bytes of it."""
        return self.read(address, _MOST_TEXT).partition(b"\0")[0]

    def _number(self, form: str, address: int) -> int:
        number: int = struct.unpack(form, self.whole(address, struct.calcsize(form)))[0]
        return number


class Memory(Readable):
    """The address space of one process.  Any thread; close it when done.

    `proc` is the directory of a live thread: that of a process whose first
    thread has ended shows nothing.  Reads and writes raise `OSError` where
    nothing is mapped; opening raises `PermissionError`.
    """

    def __init__(self, proc: str) -> None:
        self._fd = os.open(proc + "/mem", os.O_RDWR | os.O_CLOEXEC)

    def close(self) -> None:
        os.close(self._fd)

    def read(self, address: int, size: int) -> bytes:
        return os.pread(self._fd, size, address)

    def write(self, address: int, content: bytes) -> None:
        written = os.pwrite(self._fd, content, address)
        if written != len(content):
            raise OSError(f"only {written} of {len(content)} bytes could be written at {address:#x}")
