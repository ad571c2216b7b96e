"""The commands, one module a category.  Importing this package fills the tables of `registry`."""

from __future__ import annotations

from . import (
    breakpoints,
    definitions,
    exceptions,
    files,
    running,
    sessions,
    settings,
    stack,
    status,
    support,
    values,
)

__all__ = [
    "breakpoints",
    "definitions",
    "exceptions",
    "files",
    "running",
    "sessions",
    "settings",
    "stack",
    "status",
    "support",
    "values",
]
