"""Going where a process is known by the numbers that it has for itself: pid_namespaces(7).

Its memory tells thread numbers of its own namespace, and a library that looks
threads up by them has to be there.  Files stay those of this host.  The process
that reads, which does nothing else.
"""

from __future__ import annotations

import os
import sys

from .kernel import moment, status_of

_CLONE_NEWNS, _CLONE_NEWPID = 0x00020000, 0x20000000
_MS_REC, _MS_SLAVE = 0x4000, 1 << 19


def is_another(pid: int) -> bool:
    """Whether a process has other numbers than those that are seen from here."""
    return len(status_of(f"/proc/{pid}").get("NSpid", "").split()) > 1


def enter(pid: int) -> int:
    """Go on in the pid namespace of a process, as a child of this one, whose status is the child's.

    Returns, in the child, the number that the process has there.  /proc is then that of the
    namespace, for the child alone.  Raises `OSError` if this is not allowed, in this process.
    """
    there = moment(pid, pid)
    if there is None:
        raise ProcessLookupError(pid)
    namespace = os.open(f"/proc/{pid}/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    try:
        _call("setns", namespace, _CLONE_NEWPID)  # for children
    finally:
        os.close(namespace)
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        _end_like(status)
    end_with_parent()
    _call("unshare", _CLONE_NEWNS)
    _call("mount", None, b"/", None, _MS_REC | _MS_SLAVE, None)
    _call("mount", b"proc", b"/proc", b"proc", 0, None)
    return there.inner_tid


def end_with_parent() -> None:
    """Have the kernel kill this process when the thread that started it ends (prctl(2))."""
    import signal

    pr_set_pdeathsig = 1
    _call("prctl", pr_set_pdeathsig, int(signal.SIGKILL))


def _end_like(status: int) -> None:
    sys.stdout.flush()
    if os.WIFSIGNALED(status):
        os.kill(os.getpid(), os.WTERMSIG(status))
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _call(name: str, *arguments: int | bytes | None) -> None:
    """A function of the C library, as many of which `os` does not have.  Raises `OSError`."""
    import ctypes

    words = [ctypes.c_ulong(each) if isinstance(each, int) else each for each in arguments]
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*words) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
