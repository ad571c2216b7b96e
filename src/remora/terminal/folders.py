"""Where what is remembered between sessions is kept."""

from __future__ import annotations

import os


def state_folder() -> str:
    """Where the console keeps what it remembers (XDG Base Directory Specification)."""
    state = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return os.path.join(os.path.expanduser(state), "remora")
