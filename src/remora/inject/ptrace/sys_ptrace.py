"""The system call ptrace, through ctypes.  Source: ptrace(2), linux/ptrace.h."""

from __future__ import annotations

import ctypes
import os

GETREGS, SETREGS = 12, 13
CONT, DETACH, SYSCALL = 7, 17, 24
SEIZE, INTERRUPT = 0x4206, 0x4207
GETREGSET, SETREGSET = 0x4204, 0x4205
GETSIGMASK, SETSIGMASK = 0x420A, 0x420B
GET_RSEQ_CONFIGURATION = 0x420F

#: Option: stops at system calls are told apart from signals.
O_TRACESYSGOOD = 1

_libc = ctypes.CDLL(None, use_errno=True)
_ptrace = _libc.ptrace
_ptrace.restype = ctypes.c_long
_ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]


class _IoVector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


def request(number: int, tid: int, address: int = 0, argument: int = 0) -> int:
    """One ptrace request.  Raises the `OSError` of its errno (ESRCH: not stopped, or gone)."""
    result: int = _ptrace(number, tid, address, argument)
    if result == -1:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def read(number: int, tid: int, address: int, size: int) -> bytes:
    """A request that fills a buffer of `size` bytes."""
    buffer = ctypes.create_string_buffer(size)
    request(number, tid, address, ctypes.addressof(buffer))
    return buffer.raw


def write(number: int, tid: int, address: int, content: bytes) -> None:
    """A request that takes a buffer."""
    buffer = ctypes.create_string_buffer(content, len(content))
    request(number, tid, address, ctypes.addressof(buffer))


def read_register_set(tid: int, kind: int, most: int) -> bytes:
    """A register set (NT_...) of at most `most` bytes."""
    buffer = ctypes.create_string_buffer(most)
    vector = _IoVector(ctypes.addressof(buffer), most)
    request(GETREGSET, tid, kind, ctypes.addressof(vector))
    return buffer.raw[: vector.length]


def write_register_set(tid: int, kind: int, content: bytes) -> None:
    buffer = ctypes.create_string_buffer(content, len(content))
    vector = _IoVector(ctypes.addressof(buffer), len(content))
    request(SETREGSET, tid, kind, ctypes.addressof(vector))
