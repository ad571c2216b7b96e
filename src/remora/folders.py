"""Where remora keeps what belongs to its user.

Source: XDG Base Directory Specification, by which a path that is not absolute does not count.
"""

from __future__ import annotations

import os


def config_folder() -> str:
    """What the user has written, and keys."""
    return _folder(os.environ.get("XDG_CONFIG_HOME"), ".config")


def state_folder() -> str:
    """What is remembered between sessions."""
    return _folder(os.environ.get("XDG_STATE_HOME"), ".local/state")


def cache_folder() -> str:
    """What can be made again."""
    return _folder(os.environ.get("XDG_CACHE_HOME"), ".cache")


def _folder(base: str | None, default: str) -> str:
    given = base if base and os.path.isabs(base) else os.path.join(os.path.expanduser("~"), default)
    return os.path.join(given, "remora")
