"""Where in a target calls can be made from, and which of its functions they need.

Decides which places of a thread are safe.  A call may need the C library's
allocator, so the thread must not be in it: then its lock is held, or, in a
program without threads, its lists are half-changed with no lock held at all.
"""

from __future__ import annotations

import os
import time

from .. import reasons
from . import processor as processors
from .elf import NotElf, Symbols
from .scratch import Api
from .tracee import GROUP_STOP

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

    from ..patience import Patience
    from ..probe import Target
    from ..reasons import AttachError
    from .maps import Image
    from .processor import Processor, Registers
    from .tracee import Tracee

_STOPPING = 1.0
_LIBC = ("libc.so", "libc-", "libc.musl", "ld-musl")
_RSEQ_CS_AT = 8
#: Looks at a running thread before another one gets its turn, and the pause between them in seconds.
_LOOKS = 60
_PAUSE = 0.0004


def refusal(target: Target) -> AttachError | None:
    """What speaks against tracing `target` and making calls in it."""
    if processors.current() is None:
        return target.error(reasons.OTHER_PROCESSOR, machine=os.uname().machine)
    if target.process.has_shadow_stack:
        return target.error(reasons.SHADOW_STACK)
    return target.traced_by_stranger()


class Site:
    """A target in which calls can be made.  Raises `AttachError` if it has no usable C library."""

    def __init__(self, target: Target) -> None:
        processor = processors.current()
        assert processor is not None, "refusal() comes first"
        self.processor: Processor = processor
        self.target = target
        self.memory = target.memory
        self._handled = target.process.handled_signals()
        image, libc = _libc(target)
        self.trampoline = self._find_trampoline(image)
        python = target.interpreter.symbols
        self.start_thread = _need(target, python, "PyThread_start_new_thread")
        self.api = Api(
            ensure=_need(target, python, "PyGILState_Ensure"),
            run=_need(target, python, "PyRun_SimpleStringFlags"),
            release=_need(target, python, "PyGILState_Release"),
            queue=_need(target, python, "Py_AddPendingCall"),
            mmap=_need(target, libc, "mmap"),
            munmap=_need(target, libc, "munmap"),
        )

    def threads(self) -> Iterator[int]:
        """The threads to look at, once: first those that are blocked where they are safe."""
        process = self.target.process
        others = []
        for tid in process.tids():
            if process.syscall(tid) in self.processor.BLOCKING:
                yield tid
            elif process.state(tid) in "RS":
                others.append(tid)
        yield from others

    def stop_safely(self, tracee: Tracee, patience: Patience) -> bool:
        """Stop a thread where a call may allocate; False if it does not come to such a place soon.

        Raises `AttachError` if a signal has stopped the process.
        """
        for look in range(_LOOKS):
            if not self.stop(tracee):
                return False
            registers = self.processor.read_registers(tracee.tid)
            may_be_in_handler = look < _LOOKS // 2 and self._blocks_handled_signals(tracee)
            if self._is_safe(registers, may_be_in_handler):
                return True
            tracee.go_on()
            if patience.is_over():
                return False
            time.sleep(_PAUSE)  # what we wait for is that the program gets on
        return False

    def stop(self, tracee: Tracee) -> bool:
        """Stop a thread anywhere but in a restartable sequence; False if the kernel cannot.

        Raises `AttachError` if a signal has stopped the process.
        """
        while True:
            stop = tracee.interrupt(_STOPPING)
            if stop is None:
                return False
            if stop.kind == GROUP_STOP:
                raise self.target.error(reasons.STOPPED)
            area = tracee.rseq_area()
            if not area or not self.memory.u64(area + _RSEQ_CS_AT):
                return True
            tracee.go_on()

    def _is_safe(self, registers: Registers, may_be_in_handler: bool) -> bool:
        if registers.blocked_in in self.processor.BLOCKING:
            return True
        maps = self.target.maps
        image = maps.image_at(registers.program_counter)
        if image is None:
            mapping = maps.mapping_at(registers.program_counter)
            return mapping is not None and mapping.path == "[vdso]"
        return not image.may_hold_allocator_locks and not may_be_in_handler

    def _blocks_handled_signals(self, tracee: Tracee) -> bool:
        """As it is while a signal handler runs, which may have interrupted the allocator."""
        return bool(int.from_bytes(tracee.signal_mask(), "little") & self._handled)

    def _find_trampoline(self, libc: Image) -> int:
        for mapping in libc.executable():
            found = self.memory.read(mapping.start, mapping.end - mapping.start).find(
                self.processor.TRAMPOLINE
            )
            if found >= 0:
                return mapping.start + found
        raise self.target.error(reasons.NO_LIBC)


def _libc(target: Target) -> tuple[Image, Symbols]:
    for image in target.maps.images:
        if image.name.startswith(_LIBC):
            try:
                return image, Symbols(target.memory, image.base)
            except (NotElf, OSError):
                continue  # such as a data file of the same name
    raise target.error(reasons.NO_LIBC)


def _need(target: Target, symbols: Symbols, name: str) -> int:
    address = symbols.address(name)
    if address is None:
        raise target.error(reasons.NO_SYMBOLS, command=target.process.command)
    return address
