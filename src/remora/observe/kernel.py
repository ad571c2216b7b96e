"""What the kernel tells of the threads of a process, without touching them: proc(5).

Decides which files are read and what is in them; must not know what any of it
means, that is `waits`.  Everything may have ended a moment ago.  Any thread.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from . import syscalls


@dataclass(frozen=True)
class Moment:
    """What the kernel told of one thread at one moment."""

    tid: int
    #: The kernel's name for it, of at most 15 bytes.
    comm: str
    #: The kernel's letter: R, S, D, T, t, Z.
    state: str
    #: What is in `/proc/PID/task/TID/syscall`: number, six arguments, stack pointer, program counter; or
    #: "running"; "" if the kernel does not tell.
    syscall: str
    #: The function of the kernel that it sleeps in; "" or "0" if none, or if the kernel does not tell.
    wchan: str
    #: How often it has got and lost a processor: as long as this stays, it has run no instruction.
    switches: str
    #: Its number in the innermost pid namespace that it belongs to.
    inner_tid: int

    @property
    def system_call(self) -> tuple[int, ...] | None:
        """Its number and arguments; None unless the thread is in one."""
        words = self.syscall.split()
        if len(words) != 9:
            return None
        call = int(words[0]), *(int(word, 16) for word in words[1:7])
        return syscalls.resumed(call, self.wchan)

    def has_rested(self, since: Moment | None) -> bool:
        """Whether the thread has run no instruction between that moment and this one."""
        return self == since and self.state != "R"

    @property
    def stack_pointer(self) -> int:
        """0 where the thread runs, or the kernel does not tell."""
        words = self.syscall.split()
        return int(words[-2], 16) if len(words) > 2 else 0


def moments(pid: int) -> dict[int, Moment]:
    """Those of all threads that live, by their numbers; none if there is no such process."""
    try:
        tids = sorted(map(int, os.listdir(f"/proc/{pid}/task")))
    except (FileNotFoundError, ProcessLookupError):
        return {}
    found = (moment(pid, tid) for tid in tids)
    return {each.tid: each for each in found if each}


def moment(pid: int, tid: int) -> Moment | None:
    """None if the thread has ended."""
    directory = f"/proc/{pid}/task/{tid}"
    syscall = read(f"{directory}/syscall").strip()
    status = status_of(directory)
    if not status:
        return None
    return Moment(
        tid=tid,
        comm=status.get("Name", ""),
        state=status.get("State", "")[:1],
        syscall=syscall,
        wchan=read(f"{directory}/wchan"),
        switches=status.get("voluntary_ctxt_switches", "")
        + "+"
        + status.get("nonvoluntary_ctxt_switches", ""),
        inner_tid=int((status.get("NSpid") or str(tid)).split()[-1]),
    )


def status_of(directory: str) -> dict[str, str]:
    """The lines of `/proc/PID/status`, or of a thread's; empty if it has ended."""
    lines = (line.partition(":") for line in read(f"{directory}/status").splitlines())
    return {name: value.strip() for name, _, value in lines}


def read(path: str) -> str:
    """The text of a file; "" if it is not there, not for us, or its thread has ended."""
    try:
        with open(path, "rb") as file:
            return os.fsdecode(file.read())
    except OSError:
        return ""
