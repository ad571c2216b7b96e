"""The line console: an ordinary DAP client for a person or a script."""

from __future__ import annotations

import threading

from .batch import run_batch
from .console import run_console

__all__ = ["preload", "run_batch", "run_console"]


def preload() -> None:
    """Begin to import what an interactive terminal needs, while the attach is under way."""
    threading.Thread(target=_import_prompt, name="remora.preload", daemon=True).start()


def _import_prompt() -> None:
    from . import highlight, prompt  # noqa: F401
