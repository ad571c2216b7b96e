"""The line console: a DAP client for a person (`console.run_console`) or a script (`batch.run_batch`).

Importing this package imports neither, so that a batch pays only for a batch.
"""

from __future__ import annotations


def preload(*, interactive: bool) -> None:
    """Begin to import, on a thread, what will be needed when the program is attached to."""
    import threading

    work = _import_console if interactive else _import_batch
    threading.Thread(target=work, name="remora.preload", daemon=True).start()


def _import_batch() -> None:
    from . import batch  # noqa: F401


def _import_console() -> None:
    from . import console, highlight, prompt  # noqa: F401
