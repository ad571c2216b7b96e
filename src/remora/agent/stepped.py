"""What is remembered of frames while they are stepped through.

What their calls have returned, and which references their scopes had: clients of
debugpy ask by these after a step, too.  Frames are known by their ids and code,
and never held: they end when they would without us.  All is forgotten when the
program goes on without a step.  The stepping thread writes; it stands still while
others read.
"""

from __future__ import annotations

from .inspection.frames import function_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any, Mapping, Optional, Sequence


class _OfFrame:
    """Data only."""

    def __init__(self, code: CodeType) -> None:
        self.code = code
        #: By the names of the functions that were called, in the order of their first calls.
        self.returned: dict[str, Any] = {}
        #: Names of scopes by their references.
        self.scopes: dict[int, str] = {}


class Stepped:
    """Of one thread."""

    def __init__(self) -> None:
        self._by_frame: dict[int, _OfFrame] = {}

    def returned(self, frame: FrameType) -> Mapping[str, Any]:
        """What the calls of `frame` have returned."""
        known = self._known(frame)
        return known.returned if known is not None else {}

    def returns(self, caller: FrameType, frame: FrameType, value: Any) -> None:
        """`frame`, which `caller` has called, is about to return `value`."""
        self.forget(frame)
        self._enter(caller).returned[function_name(frame)] = value

    def forget_returned(self, frame: FrameType) -> None:
        """What the calls of `frame` have returned is not known any more."""
        known = self._known(frame)
        if known is not None:
            known.returned.clear()

    def has_scope(self, frame: FrameType, reference: int, name: str) -> None:
        """The scope of `frame` with this name is told to clients by this reference."""
        self._enter(frame).scopes[reference] = name

    def scope(self, reference: int, frames: Sequence[FrameType]) -> Optional[tuple[FrameType, str]]:
        """Which of `frames` a scope belongs to, and its name."""
        for frame in frames:
            known = self._known(frame)
            if known is not None and reference in known.scopes:
                return frame, known.scopes[reference]
        return None

    def forget(self, frame: FrameType) -> None:
        """`frame` ends."""
        self._by_frame.pop(id(frame), None)

    def clear(self) -> None:
        self._by_frame.clear()

    def _known(self, frame: FrameType) -> Optional[_OfFrame]:
        known = self._by_frame.get(id(frame))
        return known if known is not None and known.code is frame.f_code else None

    def _enter(self, frame: FrameType) -> _OfFrame:
        known = self._known(frame)
        if known is None:
            known = self._by_frame[id(frame)] = _OfFrame(frame.f_code)
        return known
