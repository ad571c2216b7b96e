"""What a user can set once for every command, by the environment: one table.

Options of a command win over the environment, the environment over the default.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """`type` makes the value from text, and raises `ValueError` if it is none."""

    type: Callable[[str], float]
    default: float | None
    variable: str
    help: str


def seconds(text: str) -> float:
    """A length of time; raises `ValueError`."""
    value = float(text)
    if not 0 < value < 1e6:
        raise ValueError(f"not a length of time: {text}")
    return value


TABLE: dict[str, Setting] = {
    "timeout": Setting(seconds, None, "REMORA_TIMEOUT", "how long a stop may take to come; else for ever"),
}


def value(name: str) -> str | float | None:
    """What the environment says, as text that is not looked at yet, or else the default."""
    setting = TABLE[name]
    return os.environ.get(setting.variable) or setting.default
