"""Hears of threads that `threading` starts: Python 3.8 to 3.11.

`threading.settrace` sets one function for all threads to come, which is the
program's if it has set one.  Ours stands in its place meanwhile.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable, Optional

    from .trace_functions import TraceFunction


class ThreadHook:
    """`started` is asked on each new thread for its trace function; None: the program's is to have it."""

    def __init__(self, started: Callable[[], Optional[TraceFunction]]) -> None:
        self._started = started
        #: The program's `threading._trace_hook`, in a 1-tuple while ours is in its place.
        self._replaced: Optional[tuple[Any]] = None
        # One object, not a new bound method each time.
        self._ours: TraceFunction = self._first_call

    def place(self) -> None:
        """Be in place, once the program has imported `threading`."""
        threading: Any = sys.modules.get("threading")
        hook = getattr(threading, "_trace_hook", self._ours)
        if hook is not self._ours:
            self._replaced = (hook,)
            threading._trace_hook = self._ours

    def remove(self) -> Optional[TraceFunction]:
        """Put the program's hook back and return it: threads that started meanwhile would have been its."""
        threading: Any = sys.modules.get("threading")
        replaced, self._replaced = self._replaced, None
        if replaced is None:
            return None
        if threading is not None and threading._trace_hook is self._ours:
            threading._trace_hook = replaced[0]
        hook: Optional[TraceFunction] = replaced[0]
        return hook

    def _first_call(self, frame: FrameType, event: str, argument: Any) -> Any:
        function = self._started()
        if function is None:
            # It began while we left: it is the program's, as if we had not been here.
            function = sys.modules["threading"]._trace_hook  # type: ignore[attr-defined,unused-ignore]
        sys.settrace(function)
        return function(frame, event, argument) if function is not None else None
