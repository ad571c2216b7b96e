"""The terms in which commands speak of DAP objects, and of what went wrong."""

from __future__ import annotations

from typing import Any

#: A DAP body or object, keys spelt as in the specification.
Body = dict[str, Any]


class CommandError(Exception):
    """A command could not be done; the text is one line for the user."""


class NotStopped(CommandError):
    """The command needs a stopped thread and there is none."""
