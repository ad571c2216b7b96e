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
    from .scripting import attach

#: Name → module that has it.
_PLACES = {
    "attach": "scripting",
    "breakpoint": "prepared.api",
    "connect": "prepared.api",
    "debug": "prepared.api",
    "install": "prepared.api",
    "listen": "prepared.api",
    "post_mortem": "prepared.api",
}

#: What needs the Python that the command `remora` needs.
_OF_COMMAND = ("attach",)

__all__ = ["attach", "breakpoint", "connect", "debug", "install", "listen", "post_mortem"]


def __getattr__(name: str) -> "Any":
    """PEP 562."""
    if name not in _PLACES:
        raise AttributeError("module 'remora' has no attribute %r" % name)
    # Not by importlib, in which a step would stop.
    try:
        place = __import__("%s.%s" % (__name__, _PLACES[name]), fromlist=[name])
    except (ImportError, SyntaxError, TypeError) as error:
        if name in _OF_COMMAND:
            raise ImportError("remora.%s needs Python 3.11 or newer, as the command does" % name) from error
        raise
    value = globals()[name] = getattr(place, name)
    return value
