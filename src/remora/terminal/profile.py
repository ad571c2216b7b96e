"""The user's own beginning of every interactive console: a file of commands."""

from __future__ import annotations

import os

from ..folders import config_folder


def profile_path() -> str:
    """Where it is looked for."""
    return os.path.join(config_folder(), "profile")
