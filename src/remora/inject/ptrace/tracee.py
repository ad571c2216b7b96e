"""One traced thread: seized, interrupted, resumed, let go.

Knows nothing of Python and nothing of the processor.  All methods belong to the
thread that made the object: the kernel takes requests from no other, and lets
go of all tracees when that thread ends, even of one that never stopped.
"""

from __future__ import annotations

import os
import signal
import time

from ..process import state_of, tracer_of
from . import sys_ptrace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

_WALL = 0x40000000
_EVENT_STOP = 128
_SYSCALL_TRAP = signal.SIGTRAP | 0x80
_STOP_SIGNALS = (signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU)
_SPINS = 200
#: Seconds for which it is tried again to trace a thread that nobody seems to trace.
_LETTING_GO = 0.005
_NAP = 0.0001

# Kinds of stop
INTERRUPTED, GROUP_STOP, AT_SYSCALL, SIGNALLED = "interrupted", "group stop", "system call", "signal"


class Gone(Exception):
    """The thread has ended."""


class AlreadyTraced(PermissionError):
    """By process `tracer`."""

    def __init__(self, tracer: int) -> None:
        super().__init__()
        self.tracer = tracer


class Stop:
    """Why a thread has stopped: one of the kinds above, and the signal of SIGNALLED."""

    def __init__(self, status: int) -> None:
        self.signal = os.WSTOPSIG(status)
        event = status >> 16
        if event == _EVENT_STOP:
            self.kind = GROUP_STOP if self.signal in _STOP_SIGNALS else INTERRUPTED
        else:
            self.kind = AT_SYSCALL if self.signal == _SYSCALL_TRAP else SIGNALLED


class Tracee:
    """A thread that is traced from `__enter__` to `__exit__`, and runs on after that.

    Entering raises `AlreadyTraced`, another `PermissionError`, or `ProcessLookupError`.
    `held` is the time in seconds for which it was stopped.
    """

    def __init__(self, tid: int) -> None:
        self.tid = tid
        self.held = 0.0
        self._stopped_at: float | None = None

    def __enter__(self) -> Tracee:
        deadline = time.monotonic() + _LETTING_GO
        while True:
            try:
                sys_ptrace.request(sys_ptrace.SEIZE, self.tid, 0, sys_ptrace.O_TRACESYSGOOD)
                return self
            except PermissionError:
                tracer = tracer_of(self.tid)
                if tracer:
                    raise AlreadyTraced(tracer) from None
                if time.monotonic() > deadline:
                    raise
                # Nobody traces it any more: then somebody did who has let go since.

    def __exit__(self, *_: Any) -> None:
        try:
            if self._stopped_at is not None or self.interrupt(1.0) is not None:
                self._resume(sys_ptrace.DETACH)
        except (Gone, ProcessLookupError):
            return  # it has ended, or the kernel lets go of it when this thread ends

    def interrupt(self, patience: float) -> Stop | None:
        """Stop the thread.  None if it does not within `patience` seconds: it is deep in the kernel.

        Signals that come first are handed on.  Raises `Gone`.
        """
        sys_ptrace.request(sys_ptrace.INTERRUPT, self.tid)
        deadline = time.monotonic() + patience
        while True:
            stop = self.wait(deadline)
            if stop is None or stop.kind in (INTERRUPTED, GROUP_STOP):
                return stop
            self.go_on(stop.signal if stop.kind == SIGNALLED else 0)

    def wait(self, deadline: float) -> Stop | None:
        """The next stop; None if there is none until `deadline` (of `time.monotonic`).  Raises `Gone`."""
        return self._wait(lambda: time.monotonic() <= deadline)

    def wait_while_running(self, deadline: float) -> Stop | None:
        """The same; None as well if the thread waits in the kernel, for something else than a processor."""
        return self._wait(lambda: state_of(self.tid) != "S" and time.monotonic() <= deadline)

    def go_on(self, signal_number: int = 0) -> None:
        """Let it run, delivering a signal if one is given."""
        self._resume(sys_ptrace.CONT, signal_number)

    def go_to_syscall(self, signal_number: int = 0) -> None:
        """Let it run to the next entry into or exit from the kernel."""
        self._resume(sys_ptrace.SYSCALL, signal_number)

    @property
    def is_stopped(self) -> bool:
        return self._stopped_at is not None

    def signal_mask(self) -> bytes:
        return sys_ptrace.read(sys_ptrace.GETSIGMASK, self.tid, 8, 8)

    def set_signal_mask(self, mask: bytes) -> None:
        sys_ptrace.write(sys_ptrace.SETSIGMASK, self.tid, 8, mask)

    def rseq_area(self) -> int:
        """The address of the thread's restartable-sequence area; 0 if it has none."""
        try:
            content = sys_ptrace.read(sys_ptrace.GET_RSEQ_CONFIGURATION, self.tid, 24, 24)
        except OSError:
            return 0  # a kernel older than 5.13, or built without
        return int.from_bytes(content[:8], "little")

    def _wait(self, is_worth_it: Callable[[], bool]) -> Stop | None:
        spins = 0
        while True:
            is_last = not is_worth_it()
            try:
                tid, status = os.waitpid(self.tid, _WALL | os.WNOHANG)
            except ChildProcessError:
                raise Gone from None
            if tid:
                return self._seen(status)
            if is_last:
                return None
            spins += 1
            if spins < _SPINS:
                os.sched_yield()
            else:
                time.sleep(_NAP)  # waitpid takes no time limit, and an event would need the program's SIGCHLD

    def _seen(self, status: int) -> Stop:
        if not os.WIFSTOPPED(status):
            self._stopped_at = None
            raise Gone
        self._stopped_at = time.monotonic()
        return Stop(status)

    def _resume(self, how: int, signal_number: int = 0) -> None:
        sys_ptrace.request(how, self.tid, 0, signal_number)
        if self._stopped_at is not None:
            self.held += time.monotonic() - self._stopped_at
        self._stopped_at = None
