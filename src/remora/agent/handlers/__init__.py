"""One function per DAP request, one module per family."""

from __future__ import annotations

from . import (
    breakpoints,
    definitions,
    evaluation,
    exceptions,
    execution,
    inspection,
    instructions,
    lifecycle,
    memory,
    movement,
    prompts,
    signals,
    sources,
    system,
)
from .registry import Handler

_FAMILIES = (
    lifecycle,
    breakpoints,
    execution,
    movement,
    inspection,
    exceptions,
    evaluation,
    definitions,
    instructions,
    memory,
    signals,
    sources,
    system,
    prompts,
)


def all_handlers() -> list[Handler]:
    """Every handler there is."""
    return [value for family in _FAMILIES for value in vars(family).values() if isinstance(value, Handler)]
