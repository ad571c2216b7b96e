"""Where the interpreter's events come from.  `choose` is the only chooser."""

from __future__ import annotations

from ..compat import HAS_MONITORING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .base import Tracer


def choose() -> Tracer:
    """The tracer for this interpreter; `why` tells the reason."""
    if HAS_MONITORING:
        from .monitoring import MonitoringTracer

        return MonitoringTracer()
    from .settrace import SettraceTracer

    return SettraceTracer()


def why() -> str:
    """The reason for the choice, as a sentence for the user."""
    if HAS_MONITORING:
        return "sys.monitoring is used: events can be had per code object, at no cost elsewhere."
    return "sys.settrace is used: sys.monitoring came with Python 3.12."
