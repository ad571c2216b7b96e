"""Calls made on a thread of the target, which heal if we are killed.

A call returns into a complete signal frame on the thread's own stack, through
the C library's `rt_sigreturn`: if the controller is dead by then, the kernel
undoes the call as it undoes a signal handler.  If it is alive it takes over at
the entry of that system call, where it can make further calls or put back
everything exactly, a system call to be restarted included.

No code of the target is changed, and neither debug registers nor single steps
are used, which would outlive us.
"""

from __future__ import annotations

import signal
import time

from .tracee import AT_SYSCALL, SIGNALLED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping

    from ..memory import Memory
    from .processor import Processor
    from .tracee import Tracee

# A synchronous signal that is blocked would make the kernel reset its handler.
_SYNCHRONOUS = (signal.SIGILL, signal.SIGTRAP, signal.SIGBUS, signal.SIGFPE, signal.SIGSEGV, signal.SIGSYS)
_BLOCKED = ((1 << 64) - 1 & ~sum(1 << number - 1 for number in _SYNCHRONOUS)).to_bytes(8, "little")
_STOPPING = 1.0
#: Seconds for a call that is not known to wait for anything; the machine may be busy.
_RUNNING = 5.0

_UNTOUCHED, _CALLING, _RETURNED, _GIVEN_UP = "untouched", "calling", "returned", "given up"


class CallFailed(Exception):
    """A call did not return or crashed; the thread is put back to where it was, if that can be done."""

    def __init__(self, text: str, results: Mapping[int, int | None], *, goes_on: bool = False) -> None:
        """`results` are those of the system calls that it has begun; `goes_on`: it cannot be put back."""
        super().__init__(text)
        self._results = results
        self._goes_on = goes_on

    def may_have_made(self, calls: frozenset[int]) -> bool:
        """Whether one of these system calls has succeeded, for all we know, or may yet."""
        begun = [self._results[call] for call in calls if call in self._results]
        return self._goes_on or any(result is None or result > 0 for result in begun)


class BorrowedThread:
    """An interrupted thread, from `__enter__` to `__exit__`; between them it makes calls for us.

    The thread must be in a safe place (`places`).  Belongs to the thread that traces.
    """

    def __init__(self, tracee: Tracee, memory: Memory, processor: Processor, trampoline: int) -> None:
        self._tracee = tracee
        self._memory = memory
        self._processor = processor
        self._trampoline = trampoline

    def __enter__(self) -> BorrowedThread:
        tid = self._tracee.tid
        self._registers = self._processor.read_registers(tid)
        self._fpu = self._processor.read_fpu(tid)
        self._mask = self._tracee.signal_mask()
        self._stack, self._frame = self._processor.frame(
            self._registers, self._fpu, self._mask, self._trampoline
        )
        self._state = _UNTOUCHED
        return self

    def __exit__(self, *_: Any) -> None:
        if self._state == _RETURNED:
            self._put_back_at_sigreturn()
        elif self._state == _CALLING:
            self._put_back_from_anywhere()

    def call(self, function: int, *arguments: int, patience: float) -> dict[int, int]:
        """Call a C function of the target; the results of the system calls that it made, by number.

        Raises `CallFailed`, also when it takes longer than `patience` seconds;
        then no further call may be made.
        """
        assert self._state in (_UNTOUCHED, _RETURNED)
        try:
            self._memory.write(self._stack, self._frame)
        except OSError as error:
            raise CallFailed(f"no room on the stack: {error}", {}) from error
        tid = self._tracee.tid
        entering = self._processor.calling(self._registers, self._stack, function, arguments)
        first = self._state == _UNTOUCHED
        self._state = _CALLING
        # From here on the frame heals; before the mask is changed it must be there to undo that.
        self._processor.write_registers(tid, entering)
        if first:
            self._tracee.set_signal_mask(_BLOCKED)
        else:
            self._tracee.go_to_syscall()
            self._wait_for_syscall(time.monotonic() + _STOPPING)  # the exit of the call that was skipped
        results: dict[int, int | None] = {}
        try:
            self._run_to_sigreturn(time.monotonic() + patience, results)
        except _Stuck as stuck:
            self._state = _GIVEN_UP
            raise CallFailed(str(stuck), results, goes_on=not self._put_back_from_anywhere()) from None
        self._state = _RETURNED
        return {number: result for number, result in results.items() if result is not None}

    def _run_to_sigreturn(self, deadline: float, results: dict[int, int | None]) -> None:
        """Collects the results of system calls; None for one of which only the beginning was seen."""
        while True:
            self._tracee.go_to_syscall()
            self._wait_for_syscall(deadline)
            call = self._processor.read_registers(self._tracee.tid).call
            if call == self._processor.SIGRETURN:
                return
            results[call] = None
            self._tracee.go_to_syscall()
            self._wait_for_syscall(deadline)
            results[call] = self._processor.read_registers(self._tracee.tid).result

    def _wait_for_syscall(self, deadline: float) -> None:
        while True:
            stop = self._tracee.wait(deadline)
            if stop is None:
                # Cut short while it runs, it would leave things half-changed, and locks that it holds.
                stop = self._tracee.wait_while_running(time.monotonic() + _RUNNING)
            if stop is None:
                raise _Stuck("the call did not return")
            if stop.kind == AT_SYSCALL:
                return
            if stop.kind == SIGNALLED and stop.signal in _SYNCHRONOUS:
                raise _Stuck(f"the call ended with signal {stop.signal}")
            self._tracee.go_to_syscall(stop.signal if stop.kind == SIGNALLED else 0)

    def _put_back_at_sigreturn(self) -> None:
        tid = self._tracee.tid
        self._processor.write_fpu(tid, self._fpu)
        self._tracee.set_signal_mask(self._mask)
        self._processor.write_registers(tid, self._processor.resumed(self._registers))
        self._tracee.go_to_syscall()
        self._wait_for_syscall(time.monotonic() + _STOPPING)
        self._processor.write_registers(tid, self._registers)

    def _put_back_from_anywhere(self) -> bool:
        """Give a call up in which the thread is stuck or has crashed; False if that cannot be done."""
        if not self._tracee.is_stopped and self._tracee.interrupt(_STOPPING) is None:
            return False  # deep in the kernel: the call goes on, and the frame brings the thread back
        tid = self._tracee.tid
        self._processor.write_fpu(tid, self._fpu)
        self._processor.write_registers(tid, self._registers)
        self._tracee.set_signal_mask(self._mask)
        return True


class _Stuck(Exception):
    """The call will not reach its end."""
