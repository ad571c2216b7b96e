"""Having a stopped frame go on at another line.

Decides nothing: CPython says where a frame may go.  Runs on the frame's
thread, inside the tracer's callback, as CPython asks for it.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    from .tracing.base import Tracer


def jump(tracer: Tracer, frame: FrameType, line: int) -> None:
    """Have `frame` go on at `line`.  Raises `ValueError` with CPython's reason why it cannot."""
    import _warnings

    # 3.12 and later warn on the program's error output of variables that have no value yet and become None.
    filters: Any = getattr(sys.modules.get("warnings", _warnings), "filters")  # noqa: B009
    silence = ("ignore", None, RuntimeWarning, None, 0)
    filters.insert(0, silence)
    try:
        tracer.move(frame, line)
    finally:
        filters.remove(silence)
