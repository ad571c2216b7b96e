"""What a program calls to be debugged: `remora.listen` and its like.

Decides what happens when something is in the way: the program goes on.  Any
thread of the program.
"""

from __future__ import annotations

from .. import sessions
from ..inject import first_stage
from .door import Door

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

#: The one of this process.
_door = Door(sessions, first_stage)


def listen() -> Optional[str]:
    """Let this user's debuggers in from now on, and go on at once.

    `remora attach` and `remora ps` find the program then without a permission
    to trace it.  Returns the path of the socket; None if there can be none,
    which is no reason for the program not to go on.
    """
    try:
        return _door.open()
    except Exception:  # above all an OSError; a program that has changed its user may lack modules, too
        return None
