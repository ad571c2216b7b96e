"""Stopping a process for as long as it is looked at: PTRACE_SEIZE and PTRACE_INTERRUPT, ptrace(2).

Decides how a process is stopped and that it goes on: the kernel itself lets it
go on when the thread that stopped it ends, however it ends, and one that was
stopped before (SIGSTOP) stays so; no signal is sent.  One thread from the first
to the last, which is the only one that may look at the stopped threads' registers.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

from .kernel import moment, status_of
from .looking import CannotLook

_SEIZE, _INTERRUPT, _DETACH = 0x4206, 0x4207, 17
#: Waits for threads that are no children (waitpid(2)).
_WALL = 0x40000000


class CannotPause(CannotLook):
    """The process cannot be stopped; the text says why, and what to do."""


class Pause:
    """One stop: how long it lasted, once it is over."""

    seconds = 0.0


@contextmanager
def paused(pid: int) -> Iterator[Pause]:
    """Stop all threads of a process meanwhile.  Raises `CannotPause`."""
    pause = Pause()
    #: By thread, the signal that was about to be delivered when it stopped, or 0.
    seized: dict[int, int] = {}
    begun = time.monotonic()
    # What would stop us (Ctrl-Z) would leave it stopped.
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTSTP, signal.SIGTTOU, signal.SIGTTIN})
    try:
        _seize_all(pid, seized)
        yield pause
    finally:
        for tid, pending in seized.items():
            _ptrace(_DETACH, tid, pending)  # one that has been killed meanwhile is nobody's any more
        pause.seconds = time.monotonic() - begun
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def _seize_all(pid: int, seized: dict[int, int]) -> None:
    """Stop the threads, and those that they start until they are stopped."""
    while True:
        new = []
        for tid in _threads(pid):
            if tid not in seized and _seize(pid, tid):
                seized[tid] = 0
                new.append(tid)
        if not new:
            return
        for tid in new:
            if _ptrace(_INTERRUPT, tid):
                seized[tid] = _stopped(tid)


def _stopped(tid: int) -> int:
    """Wait until a thread has stopped; the signal that the stop has kept from it, or 0."""
    try:
        _, status = os.waitpid(tid, _WALL)
    except ChildProcessError:
        return 0  # it has ended
    # An event of ptrace itself, ours and that of a stop by SIGSTOP among them, is in the higher bits.
    return os.WSTOPSIG(status) if os.WIFSTOPPED(status) and not status >> 16 else 0


def _seize(pid: int, tid: int) -> bool:
    """False of a thread that has ended.  Raises `CannotPause`."""
    if _ptrace(_SEIZE, tid):
        return True
    there = moment(pid, tid)
    if there is None or there.state in "ZX":
        return False
    raise CannotPause(_why_not(pid))


def _threads(pid: int) -> list[int]:
    try:
        return [int(name) for name in os.listdir(f"/proc/{pid}/task")]
    except FileNotFoundError:
        raise CannotPause(f"process {pid} has ended") from None


def _why_not(pid: int) -> str:
    tracer = status_of(f"/proc/{pid}").get("TracerPid", "0")
    if tracer != "0":
        return (
            f"process {pid} cannot be paused, because process {tracer} traces it: "
            "look without --pause and --native, or end that one"
        )
    return f"the kernel does not let you pause process {pid}: look without --pause and --native, or as root"


def _ptrace(request: int, tid: int, data: int = 0) -> bool:
    import ctypes

    libc = ctypes.CDLL(None)
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    libc.ptrace.restype = ctypes.c_long
    return bool(libc.ptrace(request, tid, None, data) != -1)
