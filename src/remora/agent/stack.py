"""Stacks as DAP shows them: frames with ids that hold until their thread goes on.

A frame keeps its id during a stop, however often the stack is asked for, so
that what a client selected stays selected.
"""

from __future__ import annotations

from ..dap import errors
from .inspection.frames import frame_body

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Optional

    from .handles import Handles
    from .scoping import Scope
    from .sources import Sources
    from .threads import DebuggeeThread


class Stacks:
    """Frame ids of all threads."""

    def __init__(self, handles: Handles, sources: Sources) -> None:
        self._handles = handles
        self._sources = sources
        self._ids: dict[DebuggeeThread, dict[int, int]] = {}

    def page(
        self, thread: DebuggeeThread, start: int, levels: Optional[int], scope: Scope
    ) -> dict[str, Any]:
        """The body of a `stackTrace` response.  `scope` tells the user's own code."""
        frames = thread.stack()
        end = start + levels if levels else len(frames)
        bodies = [self._body(thread, frame, scope) for frame in frames[start:end]]
        return {"stackFrames": bodies, "totalFrames": len(frames)}

    def frame(self, frame_id: int) -> tuple[DebuggeeThread, FrameType]:
        """The thread and frame of an id.  Raises `errors.RequestError` if its thread went on."""
        try:
            thread, frame = self._handles.get(frame_id)
        except (KeyError, ValueError, TypeError):
            raise errors.no_such_frame(frame_id) from None
        return thread, frame

    def discard(self, thread: DebuggeeThread) -> None:
        """The ids of a thread that goes on are void."""
        if self._ids.pop(thread, None):
            self._handles.discard((thread, "frames"))

    def _body(self, thread: DebuggeeThread, frame: FrameType, scope: Scope) -> dict[str, Any]:
        ids = self._ids.setdefault(thread, {})
        number = ids.get(id(frame))
        if number is None:
            number = ids[id(frame)] = self._handles.add((thread, "frames"), (thread, frame))
        filename = frame.f_code.co_filename
        hint = "normal" if scope.is_own(frame) else "subtle"
        return frame_body(frame, number, self._sources.body(filename), hint)
