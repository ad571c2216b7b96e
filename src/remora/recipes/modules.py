"""The modules that the program has loaded: version, and the file that each came from.

A module whose file was changed after the program had started is marked: the program may run older code.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from . import Arguments

ARGUMENTS: Arguments = (
    {"name": "pattern", "help": "only modules whose name or file has this in it"},
    {"name": "--top-level", "kind": "flag", "help": "packages without the modules in them"},
    {"name": "--changed", "kind": "flag", "help": "only those whose file was changed since"},
)


def collect(pattern: str = "", top_level: bool = False, changed: bool = False) -> dict[str, Any]:
    """Return `modules`: name, version, kind, file, size of the file in bytes, and whether it was changed."""
    started = _started()
    found = [
        _describe(name, module, started)
        for name, module in sorted(_loaded().items())
        if not (top_level and "." in name)
    ]
    wanted = [each for each in found if pattern in each["name"] or pattern in each["file"]]
    return {"modules": [each for each in wanted if each["changed"] or not changed]}


def _started() -> float:
    """Return when the process was started, as `time.time()` counts; see proc(5).

    Where there is no /proc, no file was changed since.
    """
    try:
        with open("/proc/self/stat", "rb") as file:
            ticks = int(file.read().rpartition(b")")[2].split()[19])
        with open("/proc/stat", "rb") as file:
            boot = next(int(line.split()[1]) for line in file if line.startswith(b"btime "))
    except OSError:
        return float("inf")
    return boot + ticks / os.sysconf("SC_CLK_TCK")


def _loaded() -> dict[str, Any]:
    return {
        name: module
        for name, module in list(sys.modules.items())
        if module is not None and name.partition(".")[0] != "_remora"
    }


def _describe(name: str, module: Any, started: float) -> dict[str, Any]:
    space = _namespace(module)
    file = space.get("__file__")
    file = file if isinstance(file, str) else ""
    version = space.get("__version__", "")
    size, changed_at = _status(file)
    return {
        "name": name,
        "version": version if isinstance(version, str) else "",
        "kind": _kind(name, file, space),
        "file": file,
        "size": size,
        "changed": changed_at > started,
    }


def _namespace(module: Any) -> dict[str, Any]:
    """Return the names of a module, without asking a `__getattr__` of it, which may import others."""
    try:
        space = object.__getattribute__(module, "__dict__")
    except AttributeError:
        return {}
    return space if isinstance(space, dict) else {}


def _kind(name: str, file: str, space: dict[str, Any]) -> str:
    if name in sys.builtin_module_names:
        return "built-in"
    if not file:
        return "package" if "__path__" in space else "made at run time"
    return "Python" if file.endswith((".py", ".pyc")) else "extension"


def _status(file: str) -> tuple[int | None, float]:
    """Return the size of a file and when it was changed; None and 0 if it is not there."""
    try:
        status = os.stat(file)
    except (OSError, ValueError):
        return None, 0.0
    return status.st_size, status.st_mtime
