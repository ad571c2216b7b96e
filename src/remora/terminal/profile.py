"""The user's own beginning of every interactive console: a file of commands."""

from __future__ import annotations

import os


def profile_path() -> str:
    """Where it is looked for (XDG Base Directory Specification)."""
    folder = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return os.path.join(os.path.expanduser(folder), "remora", "profile")
