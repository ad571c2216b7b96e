"""The memory that our code has in the target while it starts: one mapping, gone when the code has run.

Laid out as data pages (control block, then the Python text) and one page of
machine code behind them.  No page is ever writable and executable, nor turned
from one into the other, so that W^X policies have nothing against it: the code
is written through /proc/PID/mem, which may.
"""

from __future__ import annotations

import struct

from .call import CallFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..memory import Memory
    from .call import BorrowedThread
    from .processor import Processor

# States of our code, as the stubs write them
NOT_STARTED, WAITS_FOR_GIL, RUNS, DONE = range(4)

_PAGE = 4096
_PROT_READ, _PROT_WRITE, _PROT_EXEC = 1, 2, 4
_MAP_PRIVATE, _MAP_FIXED, _MAP_ANONYMOUS = 2, 16, 32
_ANY_FD = (1 << 64) - 1
_PATIENCE = 1.0
_HIGHEST_ERROR = 4095

#: u64: ensure, run, release, text, length, munmap, queue, pending stub; u32: state, result.
_BLOCK = "<8Q2I"
_STATE_AT, _RESULT_AT = 64, 68


class MappingRefused(Exception):
    """The kernel gave no memory; `errno` says why."""

    def __init__(self, errno: int) -> None:
        super().__init__(f"mmap: error {errno}")
        self.errno = errno


class Api:
    """Addresses of the functions of the target that the stubs call."""

    def __init__(self, *, ensure: int, run: int, release: int, queue: int, mmap: int, munmap: int) -> None:
        self.ensure, self.run, self.release = ensure, run, release
        self.queue = queue
        self.mmap, self.munmap = mmap, munmap


class Scratch:
    """One mapping in the target.  `thread_stub`, `pending_stub`, `queue_stub` are addresses of `f(block)`."""

    def __init__(self, memory: Memory, processor: Processor, api: Api, code: str) -> None:
        self._memory = memory
        self._processor = processor
        self._api = api
        self._text = code.encode() + b"\0"
        data = struct.calcsize(_BLOCK) + len(self._text)
        self._data_size = -(-data // _PAGE) * _PAGE
        self.length = self._data_size + _PAGE
        #: Where it is, which is also where the control block is; 0 before `allocate`.
        self.block = 0

    def allocate(self, thread: BorrowedThread) -> None:
        """Map and fill it.  Raises `MappingRefused` or `CallFailed`."""
        if self.block:
            return
        block = self._map(thread, 0, self.length, _PROT_READ | _PROT_WRITE, 0)
        try:
            self._map(thread, block + self._data_size, _PAGE, _PROT_READ | _PROT_EXEC, _MAP_FIXED)
        except MappingRefused:
            thread.call(self._api.munmap, block, self.length, patience=_PATIENCE)
            raise
        self._fill(block)
        self.block = block

    def free(self, thread: BorrowedThread) -> None:
        """Unmap it, if its code has not been started and so will not do that itself."""
        if self.block:
            thread.call(self._api.munmap, self.block, self.length, patience=_PATIENCE)
            self.block = 0

    def state(self) -> int | None:
        """How far our code is; None if the scratch memory has gone, or never was."""
        try:
            return self._memory.u32(self.block + _STATE_AT) if self.block else None
        except OSError:
            return None

    def result(self) -> int:
        """What the queue stub's call has returned."""
        return self._memory.i32(self.block + _RESULT_AT)

    def _map(self, thread: BorrowedThread, address: int, size: int, protection: int, flags: int) -> int:
        kind = _MAP_PRIVATE | _MAP_ANONYMOUS | flags
        results = thread.call(self._api.mmap, address, size, protection, kind, _ANY_FD, 0, patience=_PATIENCE)
        mapped = results.get(self._processor.MMAP)
        if mapped is None:
            raise CallFailed("mmap made no system call", results)
        if -_HIGHEST_ERROR <= mapped < 0:
            raise MappingRefused(-mapped)
        return mapped

    def _fill(self, block: int) -> None:
        api, processor = self._api, self._processor
        self.thread_stub = block + self._data_size
        self.pending_stub = self.thread_stub + len(processor.THREAD_STUB)
        self.queue_stub = self.pending_stub + len(processor.PENDING_STUB)
        text_at = block + struct.calcsize(_BLOCK)
        functions = api.ensure, api.run, api.release, text_at, self.length, api.munmap, api.queue
        content = struct.pack(_BLOCK, *functions, self.pending_stub, NOT_STARTED, 0)
        self._memory.write(block, content + self._text)
        stubs = processor.THREAD_STUB + processor.PENDING_STUB + processor.QUEUE_STUB
        self._memory.write(self.thread_stub, stubs)
