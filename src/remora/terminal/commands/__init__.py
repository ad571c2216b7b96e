"""The commands, one module a category.  Importing this package fills the tables of `registry`."""

from __future__ import annotations

from . import (
    breakpoints,
    bytecode,
    definitions,
    editing,
    exceptions,
    files,
    prompting,
    running,
    saving,
    sessions,
    settings,
    signals,
    stack,
    status,
    support,
    values,
)

__all__ = [
    "breakpoints",
    "bytecode",
    "definitions",
    "editing",
    "exceptions",
    "files",
    "prompting",
    "running",
    "saving",
    "sessions",
    "settings",
    "signals",
    "stack",
    "status",
    "support",
    "values",
]
