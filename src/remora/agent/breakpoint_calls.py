"""`breakpoint()` in the program stops it, while a client takes part in the session.

A program that has put its own hook there (PEP 553), or whose environment says
what to do (`PYTHONBREAKPOINT`), keeps that.
"""

from __future__ import annotations

import sys

from . import stepping
from .isolate import _thread, os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .plans import Plans


class BreakpointCalls:
    """Stands in for `sys.__breakpointhook__`.  `place` and `remove` run on the reader thread."""

    def __init__(self, plans: Plans) -> None:
        self._plans = plans
        self._ours = self._stop
        self._placed = False

    def place(self) -> None:
        if sys.breakpointhook is sys.__breakpointhook__:
            sys.breakpointhook = self._ours
            self._placed = True

    def remove(self) -> None:
        self._placed = False
        if sys.breakpointhook is self._ours:
            sys.breakpointhook = sys.__breakpointhook__

    def _stop(self, *args: Any, **kwargs: Any) -> Any:
        """Stop the calling thread at the next line; what a program gives to pdb is not for us."""
        if not self._placed or "PYTHONBREAKPOINT" in os.environ:
            return sys.__breakpointhook__(*args, **kwargs)
        plan = stepping.Plan(stepping.NEXT, sys._getframe(1), reason="breakpoint")
        self._plans.begin(_thread.get_ident(), plan)
        return None
