"""The user's own beginning of every interactive console: a file of commands."""

from __future__ import annotations

import os
from pathlib import Path


def profile_path() -> Path:
    """Where it is looked for (XDG Base Directory Specification)."""
    folder = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(folder).expanduser() / "remora" / "profile"
