"""The bytes behind bytes-like objects.

Decides which values are told to have memory, and reads and writes that
through the buffer protocol, never through code of the program.  A buffer is
held only while it is read or written: a bytearray that is held cannot grow.
Runs on the thread that owns the value.
"""

from __future__ import annotations

from .static import FUNCTION, class_attribute, is_a, loaded_class

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Classes of modules that the program may have loaded, whose objects are bytes to a person.
_LOADED = (("array", "array"), ("mmap", "mmap"), ("numpy", "ndarray"), ("_ctypes", "Array"))


class NoAccess(Exception):
    """The bytes cannot be read or written; the text, a clause, says why."""


def has_memory(value: Any) -> bool:
    """Tell whether a value is one whose bytes a person may want to see."""
    if is_a(value, bytes) or is_a(value, bytearray) or is_a(value, memoryview):
        return _is_native(value)
    for module, name in _LOADED:
        cls = loaded_class(module, name)
        if cls is not None and is_a(value, cls):
            return _is_native(value)
    return False


def read(value: Any, offset: int, count: int) -> tuple[bytes, int]:
    """Return what there is of `count` bytes from `offset` on, and how many of them there are not.

    Raises `NoAccess`.
    """
    if offset < 0:
        return b"", count
    with _buffer(value) as buffer:
        found = bytes(buffer[offset : offset + count])
    return found, count - len(found)


def write(value: Any, offset: int, new: bytes, partial: bool) -> int:
    """Write bytes at `offset`; return how many, which with `partial` may be fewer than given.

    Raises `NoAccess`.
    """
    with _buffer(value) as buffer:
        if buffer.readonly:
            raise NoAccess("its bytes are read-only")
        room = max(0, buffer.nbytes - offset) if offset >= 0 else 0
        if len(new) > room and not partial:
            raise NoAccess(f"only {room} bytes can be written at offset {offset}")
        written = min(room, len(new))
        buffer[offset : offset + written] = new[:written]
    return written


def _buffer(value: Any) -> memoryview:
    """Return the bytes of a value as a flat view; a copy, which is read-only, if they do not lie in a row."""
    try:
        view = memoryview(value)
    except (TypeError, ValueError, BufferError) as error:
        raise NoAccess(f"its bytes cannot be had: {error}") from None
    try:
        return view.cast("B")
    except (TypeError, ValueError):
        return memoryview(view.tobytes())


def _is_native(value: Any) -> bool:
    """Tell whether the buffer comes from C code and not from `__buffer__` of the program (PEP 688)."""
    return type(class_attribute(type(value), "__buffer__")) is not FUNCTION
