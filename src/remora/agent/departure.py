"""The end of a session: its threads leave the agent's code, and its parts let go of each other.

The parts refer to each other in circles.  Left to the garbage collector they
would lie in the program until it looks through its oldest objects, and the
sessions of a busy day would pile up.  The agent's own thread runs it, last.
"""

from __future__ import annotations

import sys

from .compat import HAS_MONITORING
from .isolate import _thread, time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Optional

#: What the names of the agent's files begin with.
_FILES = "<remora>/"
#: How often, and at which intervals in seconds, it is looked whether threads have left the agent's code.
_LOOKS, _INTERVAL = 50, 0.002

_PACKAGE = __name__.rpartition(".")[0] + "."
#: Modules whose objects stay whole: a hook that the program has wrapped may still be called, and a suspended
#: generator may still have a trace function.
_WHOLE = (
    _PACKAGE + "output",
    _PACKAGE + "exceptions",
    _PACKAGE + "import_watch",
    *(() if HAS_MONITORING else (_PACKAGE + "tracing.",)),
)


def take_apart(session: object) -> None:
    """Empty `session` and its parts, which nothing uses any more.

    Threads that were let go get a moment to leave; if one does not, in an evaluation that cannot be
    ended, everything is left as it is.
    """
    for _ in range(_LOOKS):
        if not _is_any_running():
            break
        time.sleep(_INTERVAL)
    else:
        return
    for part in [session, *session.__dict__.values()]:
        module = type(part).__module__
        if module.startswith(_PACKAGE) and not module.startswith(_WHOLE):
            part.__dict__.clear()


def _is_any_running() -> bool:
    """Whether a thread but this one is inside the agent's code."""
    own = _thread.get_ident()
    return any(_is_ours(frame) for ident, frame in sys._current_frames().items() if ident != own)


def _is_ours(frame: Optional[FrameType]) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith(_FILES):
            return True
        frame = frame.f_back
    return False
