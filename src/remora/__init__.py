"""remora, the debugger that attaches to running Python programs.

Importing this package only defines names: old interpreters (3.8 and later)
import it too, and parts of it travel into programs that are being debugged.
What is behind the names below is imported when one of them is used first.
"""

__version__ = "0.1.0"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .prepared.api import breakpoint, connect, debug, install, listen, post_mortem

#: Name → module that has it.
_PLACES = {
    "breakpoint": "prepared.api",
    "connect": "prepared.api",
    "debug": "prepared.api",
    "install": "prepared.api",
    "listen": "prepared.api",
    "post_mortem": "prepared.api",
}

__all__ = ["breakpoint", "connect", "debug", "install", "listen", "post_mortem"]


def __getattr__(name: str) -> "Any":
    """PEP 562."""
    if name not in _PLACES:
        raise AttributeError("module 'remora' has no attribute %r" % name)
    # Not by importlib, in which a step would stop.
    place = __import__("%s.%s" % (__name__, _PLACES[name]), fromlist=[name])
    value = globals()[name] = getattr(place, name)
    return value
