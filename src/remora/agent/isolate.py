"""Private copies of the few library modules that the agent uses.

The agent lives in a program that may replace functions of these modules: tests
mock `time.time`, gevent swaps `_thread.allocate_lock` for its own.  A copy of
the namespace taken while the agent loads is out of their reach, and what
gevent had replaced before is taken from where gevent keeps it.
"""

from __future__ import annotations

import _thread
import os
import select
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, Callable


def _private(module: ModuleType) -> ModuleType:
    copy = type(sys)(module.__name__)
    copy.__dict__.update(module.__dict__)
    gevent = sys.modules.get("gevent.monkey")
    copy.__dict__.update(getattr(gevent, "saved", {}).get(module.__name__, {}))
    return copy


_private_imports: dict[str, Any] = {}
_importing = _thread.allocate_lock()


def library(name: str) -> Any:
    """A library module that is needed now and then: the program's, or one that the program does not get.

    The bundle's loader imports it so that it does not stay in `sys.modules`.
    """
    known = sys.modules.get(name) or _private_imports.get(name)
    if known is not None:
        return known
    # The loader puts itself among the finders meanwhile: one thread at a time.
    with _importing:
        if name in _private_imports:
            return _private_imports[name]
        package = sys.modules.get("_remora")
        load = getattr(package, "import_privately", __import__)
        known = _private_imports[name] = load(name)
        return known


def privately(work: Callable[[], Any]) -> Any:
    """Call `work`, for library functions that import more when they run: the program does not get that."""
    run = getattr(sys.modules.get("_remora"), "run_privately", None)
    if run is None:
        return work()
    with _importing:
        return run(work)


def is_at_work() -> bool:
    """Whether some thread, which may be the calling one, does the like: then nobody may begin to on it."""
    return _importing.locked()


def renew_lock() -> None:
    """In a forked child, where the thread that held the lock may be missing."""
    global _importing
    _importing = _thread.allocate_lock()


if not TYPE_CHECKING:
    _thread = _private(_thread)
    os = _private(os)
    select = _private(select)
    time = _private(time)

__all__ = ["_thread", "library", "os", "privately", "renew_lock", "select", "time"]
