"""What a module for one kind of processor offers, and which one is ours.

A new processor is one more module with these names.  See `x86_64` for the
first, and the interface's comments for what must hold.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol
else:
    Protocol = object


class Registers(Protocol):
    """The general registers of a stopped thread; never changed in place."""

    @property
    def program_counter(self) -> int: ...

    @property
    def stack_pointer(self) -> int: ...

    @property
    def call(self) -> int:
        """The system call that the thread is stopped in, at its entry or exit; -1 if none."""

    @property
    def result(self) -> int:
        """What that system call returned, at its exit."""

    @property
    def blocked_in(self) -> int | None:
        """The system call that an interrupt has taken the thread out of, to which it will return."""


class Processor(Protocol):
    """The interface.  Threads are given by tid, are traced by this thread, and are stopped."""

    #: Calls in which a thread holds no lock of an allocator or of the loader, and may be for long.
    BLOCKING: frozenset[int]
    MMAP: int
    CLONES: frozenset[int]
    SIGRETURN: int
    #: The C library's code that makes the call SIGRETURN, to which our calls return.
    TRAMPOLINE: bytes
    #: Machine code, `f(block)`, of the functions that `scratch` describes.
    THREAD_STUB: bytes
    PENDING_STUB: bytes
    QUEUE_STUB: bytes

    def read_registers(self, tid: int) -> Registers: ...

    def write_registers(self, tid: int, registers: Registers) -> None: ...

    def read_fpu(self, tid: int) -> bytes: ...

    def write_fpu(self, tid: int, fpu: bytes) -> None: ...

    def frame(self, saved: Registers, fpu: bytes, mask: bytes, trampoline: int) -> tuple[int, bytes]:
        """A signal frame that brings the thread back to where it was, and where on its stack to put it.

        Its first word is the return address of the call that is placed there.
        """

    def calling(self, saved: Registers, stack: int, function: int, arguments: tuple[int, ...]) -> Registers:
        """Registers of the saved thread as it enters `function`, to return into the frame at `stack`."""

    def resumed(self, saved: Registers) -> Registers:
        """Registers that, written at the entry of SIGRETURN, skip it and go on where the thread was.

        A call that it was in reports EINTR; it is restarted instead if
        `saved` itself is written at the next stop.
        """


def current() -> Processor | None:
    """The module for this machine; None if there is none yet."""
    if os.uname().machine == "x86_64":
        from . import x86_64

        return x86_64
    return None
