"""What a thread waits in, from what the kernel tells of it.

Decides the kinds of waits and their words; must not know Python: that a futex
is a lock of the program, and which, is for `memory`.  Any thread.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import partial

from . import descriptors, syscalls
from .kernel import Moment, status_of
from .picture import Lock, Wait

_FILE_CALLS = {
    "read": ("read", "reads from {}"),
    "readv": ("read", "reads from {}"),
    "pread64": ("read", "reads from {}"),
    "preadv": ("read", "reads from {}"),
    "recvfrom": ("read", "receives from {}"),
    "recvmsg": ("read", "receives from {}"),
    "recvmmsg": ("read", "receives from {}"),
    "write": ("write", "writes to {}"),
    "writev": ("write", "writes to {}"),
    "pwrite64": ("write", "writes to {}"),
    "pwritev": ("write", "writes to {}"),
    "sendto": ("write", "sends to {}"),
    "sendmsg": ("write", "sends to {}"),
    "sendmmsg": ("write", "sends to {}"),
    "sendfile": ("write", "sends to {}"),
    "connect": ("connect", "connects {}"),
    "accept": ("accept", "waits for a connection to {}"),
    "accept4": ("accept", "waits for a connection to {}"),
    "epoll_wait": ("poll", "waits for events of {}"),
    "epoll_pwait": ("poll", "waits for events of {}"),
    "epoll_pwait2": ("poll", "waits for events of {}"),
    "flock": ("file lock", "waits for the lock on {}"),
    "fcntl": ("file lock", "waits for the lock on {}"),
    "fsync": ("disk", "has {} written to the disk"),
    "fdatasync": ("disk", "has {} written to the disk"),
}
_OTHER_CALLS = {
    "nanosleep": ("sleep", "sleeps"),
    "clock_nanosleep": ("sleep", "sleeps"),
    "openat": ("open", "opens a file"),
    "pause": ("signal", "waits for a signal"),
    "rt_sigsuspend": ("signal", "waits for a signal"),
    "rt_sigtimedwait": ("signal", "waits for a signal"),
    "poll": ("poll", "waits for events of {0} in poll"),
    "ppoll": ("poll", "waits for events of {0} in poll"),
}
#: FUTEX_CMD_MASK leaves out FUTEX_PRIVATE_FLAG and FUTEX_CLOCK_REALTIME (linux/futex.h).
_FUTEX_COMMAND, _FUTEX_WAIT, _FUTEX_LOCK_PI, _FUTEX_WAIT_BITSET = 0x7F, 0, 6, 9
_STATES = {
    "D": ("disk", "sleeps in the kernel, where no signal reaches it"),
    "T": ("stopped", "is stopped by a signal"),
    "Z": ("ended", "has ended"),
    "X": ("ended", "has ended"),
}


def wait_of(pid: int | None, moment: Moment) -> Wait | None:
    """None of a thread that runs or could run.  Of a core file `pid` is None: it tells no descriptors."""
    if moment.state == "R":
        return None
    if moment.state == "t":
        return Wait("traced", f"is stopped by process {_tracer(moment.tid)}, which traces it")
    called = _call(pid, moment)
    if moment.state in _STATES:
        kind, text = _STATES[moment.state]
        if called and moment.state in ("D", "T"):
            return Wait(kind, f"{text}; it {called.text}", called.lock)
        return Wait(kind, text)
    if called or not moment.state:
        return called
    where = moment.wchan if moment.wchan not in ("", "0") else ""
    return Wait("kernel", f"waits in {where} of the kernel" if where else "waits in the kernel")


def _call(pid: int | None, moment: Moment) -> Wait | None:
    call = moment.system_call
    if call is None or call[0] < 0:
        return None
    name, arguments = syscalls.name(call[0]), call[1:]
    if name in _FILE_CALLS:
        kind, text = _FILE_CALLS[name]
        fd = _signed(arguments[0])
        return Wait(kind, text.format(f"fd {fd}" if pid is None else descriptors.describe(pid, fd)))
    if name in _SPECIAL:
        return _SPECIAL[name](arguments)
    kind, text = _OTHER_CALLS.get(name, ("call", f"is in {name}"))
    return Wait(kind, text.format(_count(arguments[1], "descriptor")))


def _futex(arguments: tuple[int, ...]) -> Wait:
    address, operation, timeout = arguments[0], arguments[1] & _FUTEX_COMMAND, arguments[3]
    if operation not in (_FUTEX_WAIT, _FUTEX_WAIT_BITSET, _FUTEX_LOCK_PI):
        return Wait("call", "is in futex")
    limited = ", for a limited time" if timeout else ""
    return Wait("futex", f"waits for a lock{limited}", Lock(address, "futex"))


def _select(arguments: tuple[int, ...]) -> Wait:
    # `time.sleep` of Python up to 3.10 selects among nothing.
    return Wait("poll", "waits for events in select") if arguments[0] else Wait("sleep", "sleeps")


def _child(what: str, arguments: tuple[int, ...]) -> Wait:
    child = _signed(arguments[1 if what == "waitid" else 0])
    by_pid = child > 0 and (what == "wait4" or arguments[0] == os.P_PID)
    return Wait("child", f"waits for child process {child}" if by_pid else "waits for a child process")


#: What needs more than its first argument.
_SPECIAL: dict[str, Callable[[tuple[int, ...]], Wait]] = {
    "futex": _futex,
    "select": _select,
    "pselect6": _select,
    "wait4": partial(_child, "wait4"),
    "waitid": partial(_child, "waitid"),
}


def _tracer(tid: int) -> str:
    return status_of(f"/proc/{tid}").get("TracerPid", "?")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _signed(argument: int) -> int:
    """An `int` of C among what the kernel shows as unsigned registers."""
    low = argument & 0xFFFFFFFF
    return low - (1 << 32) if low >> 31 else low


def is_gil_wait(wait: Wait | None, moment: Moment, statics: range) -> bool:
    """Whether it is the GIL that is waited for: by its address, among the interpreter's static variables,
    and as `take_gil` of CPython does it, which looks again after `sys.getswitchinterval()`.
    """
    call = moment.system_call
    return bool(wait and wait.lock and call and call[4] and wait.lock.address in statics)


def statics_of(maps: str) -> list[range]:
    """Where the static variables of the interpreter are, from the text of `/proc/PID/maps`."""
    found: list[range] = []
    file_end = 0
    for line in maps.splitlines():
        fields = line.split(maxsplit=5)
        start, end = (int(part, 16) for part in fields[0].split("-"))
        path = fields[5] if len(fields) > 5 else ""
        if re.search(r"/(?:lib)?python[23][^/]*$", path):
            file_end = end
            if fields[1].startswith("rw"):
                found.append(range(start, end))
        elif not path and start == file_end and fields[1].startswith("rw"):
            found.append(range(start, end))  # the rest of them, which are zero in the file (.bss)
    return found
