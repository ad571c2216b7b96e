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


def _private(module: ModuleType) -> ModuleType:
    copy = type(sys)(module.__name__)
    copy.__dict__.update(module.__dict__)
    gevent = sys.modules.get("gevent.monkey")
    copy.__dict__.update(getattr(gevent, "saved", {}).get(module.__name__, {}))
    return copy


if not TYPE_CHECKING:
    _thread = _private(_thread)
    os = _private(os)
    select = _private(select)
    time = _private(time)

__all__ = ["_thread", "os", "select", "time"]
