"""The commands, one module a category.  Importing this package fills the tables of `registry`."""

from __future__ import annotations

from . import (
    breakpoints,
    definitions,
    editing,
    exceptions,
    files,
    prompting,
    running,
    saving,
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
    "editing",
    "exceptions",
    "files",
    "prompting",
    "running",
    "saving",
    "sessions",
    "settings",
    "stack",
    "status",
    "support",
    "values",
]
