"""System calls in which threads wait, by their numbers on each processor.

From the kernel's tables (arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h).
"""

from __future__ import annotations

import platform

_X86_64 = {
    0: "read", 1: "write", 7: "poll", 8: "lseek", 17: "pread64", 18: "pwrite64", 19: "readv", 20: "writev",
    23: "select", 34: "pause", 35: "nanosleep", 40: "sendfile", 42: "connect", 43: "accept", 44: "sendto",
    45: "recvfrom", 46: "sendmsg", 47: "recvmsg", 61: "wait4", 65: "semop", 70: "msgrcv", 72: "fcntl",
    73: "flock", 74: "fsync", 75: "fdatasync", 127: "rt_sigpending", 128: "rt_sigtimedwait",
    130: "rt_sigsuspend", 202: "futex", 219: "restart_syscall", 220: "semtimedop", 230: "clock_nanosleep",
    232: "epoll_wait",
    247: "waitid", 257: "openat", 270: "pselect6", 271: "ppoll", 275: "splice", 281: "epoll_pwait",
    288: "accept4", 295: "preadv", 296: "pwritev", 299: "recvmmsg", 307: "sendmmsg", 318: "getrandom",
    426: "io_uring_enter", 441: "epoll_pwait2", 449: "futex_waitv",
}  # fmt: skip
_AARCH64 = {
    63: "read", 64: "write", 62: "lseek", 67: "pread64", 68: "pwrite64", 65: "readv", 66: "writev",
    71: "sendfile", 72: "pselect6", 73: "ppoll", 76: "splice", 69: "preadv", 70: "pwritev", 25: "fcntl",
    32: "flock", 82: "fsync", 83: "fdatasync", 95: "waitid", 98: "futex", 101: "nanosleep",
    115: "clock_nanosleep", 128: "restart_syscall", 133: "rt_sigsuspend", 137: "rt_sigtimedwait",
    188: "msgrcv", 192: "semtimedop",
    193: "semop", 202: "accept", 203: "connect", 206: "sendto", 207: "recvfrom", 211: "sendmsg",
    212: "recvmsg", 22: "epoll_pwait", 242: "accept4", 243: "recvmmsg", 260: "wait4", 269: "sendmmsg",
    56: "openat", 278: "getrandom", 426: "io_uring_enter", 441: "epoll_pwait2", 449: "futex_waitv",
}  # fmt: skip

#: FUTEX_PRIVATE_FLAG (linux/futex.h), which poll(2) has in its number of descriptors at most by chance.
_PRIVATE_FUTEX = 0x80
#: CLOCK_TAI and TIMER_ABSTIME (linux/time.h).
_LAST_CLOCK, _ABSOLUTE_TIME = 11, 1

_HERE = {"x86_64": _X86_64, "aarch64": _AARCH64}.get(platform.machine(), {})


def name(number: int) -> str:
    """As in "epoll_wait", or "system call 999" for one that is not known."""
    return _HERE.get(number, f"system call {number}")


def resumed(call: tuple[int, ...], place: str) -> tuple[int, ...]:
    """A call, by number and arguments, or what it goes on with: restart_syscall(2), after an interruption.

    That comes after whoever has traced the thread, in calls with a time limit, whose arguments are still
    there.  `place` is the function of the kernel that the thread sleeps in, as far as that is known.
    """
    if name(call[0]) != "restart_syscall":
        return call
    if "poll" in place:
        return (_number("poll", "ppoll"), *call[1:])
    if "futex" in place or (call[2] & _PRIVATE_FUTEX and call[1] > _LAST_CLOCK):
        return (_number("futex"), *call[1:])
    is_clock = call[1] <= _LAST_CLOCK and call[2] <= _ABSOLUTE_TIME
    return (_number("clock_nanosleep"), *call[1:]) if is_clock else call


def _number(*names: str) -> int:
    """That of the first of these calls which there is on this processor."""
    return next(number for wanted in names for number, each in _HERE.items() if each == wanted)
