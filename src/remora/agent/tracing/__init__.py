"""Where the interpreter's events come from.  `choose` is the only chooser."""

from __future__ import annotations

from ..compat import HAS_MONITORING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .base import Tracer


def choose() -> Tracer:
    """The tracer for this interpreter."""
    if HAS_MONITORING:
        from .monitoring import MonitoringTracer

        return MonitoringTracer()
    from .settrace import SettraceTracer

    return SettraceTracer()
