"""The commands, one module a category.  Importing this package fills the tables of `registry`."""

from __future__ import annotations

from . import breakpoints, exceptions, files, running, sessions, stack, status, support, values

__all__ = [
    "breakpoints",
    "exceptions",
    "files",
    "running",
    "sessions",
    "stack",
    "status",
    "support",
    "values",
]
