"""The process: command line, Python, directory, user, memory, limits, and how long it has run.

The environment is shown with --environment: it may hold secrets.
"""

from __future__ import annotations

import os
import sys
import time

from ..agent.inspection.presentation import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from . import Arguments

ARGUMENTS: Arguments = (
    {"name": "--environment", "kind": "flag", "help": "the variables of its environment, as Python has them"},
)

_STATUS = ("VmRSS", "VmHWM", "VmSwap", "Threads", "Cpus_allowed_list")
_LIMITS = ("Max open files", "Max address space", "Max resident set", "Max cpu time", "Max processes",
           "Max core file size", "Max locked memory", "Max stack size")  # fmt: skip


def collect(environment: bool = False) -> dict[str, Any]:
    """Return what is known of the process; times are in seconds, sizes as the kernel tells them."""
    times = os.times()
    facts: dict[str, Any] = {
        "pid": os.getpid(),
        "parent": os.getppid(),
        "command": [printable(word) for word in getattr(sys, "orig_argv", [])] or _command(),
        "argv": [printable(str(word)) for word in getattr(sys, "argv", [])],
        "python": sys.version.split("\n")[0],
        "executable": printable(sys.executable or ""),
        "prefix": printable(sys.prefix),
        "path": [printable(str(entry)) for entry in sys.path],
        "directory": printable(_directory()),
        "user": {"uid": os.getuid(), "effective": os.geteuid(), "gid": os.getgid()},
        "uptime": _uptime(),
        "cpu": {"user": times.user, "system": times.system, "children": times.children_user},
        "load": list(os.getloadavg()),
        "status": _status(),
        "limits": _limits(),
    }
    if environment:
        facts["environment"] = {
            printable(name): printable(value) for name, value in sorted(os.environ.items())
        }
    return facts


def _command() -> list[str]:
    return [os.fsdecode(word) for word in _read("cmdline").split(b"\0")[:-1]]


def _directory() -> str:
    try:
        return os.getcwd()
    except OSError:
        return "(removed)"


def _uptime() -> float | None:
    fields = _read("stat").rpartition(b")")[2].split()
    if not fields:
        return None
    started = int(fields[19]) / os.sysconf("SC_CLK_TCK")
    return round(time.clock_gettime(time.CLOCK_BOOTTIME) - started, 1)


def _status() -> dict[str, str]:
    pairs = [line.partition(":") for line in _read("status").decode("utf-8", "replace").splitlines()]
    return {name: value.strip() for name, _, value in pairs if name in _STATUS}


def _limits() -> dict[str, str]:
    """Return the soft limits that matter, by their names in /proc/self/limits."""
    lines = _read("limits").decode().splitlines()
    return {line[:25].strip()[4:]: line[25:46].strip() for line in lines if line.startswith(_LIMITS)}


def _read(name: str) -> bytes:
    """Return what the kernel says in a file of /proc/self; nothing where there is no /proc."""
    try:
        with open("/proc/self/" + name, "rb") as file:
            return file.read()
    except OSError:
        return b""
