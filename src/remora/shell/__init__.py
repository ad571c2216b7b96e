"""A Python prompt in a program, and scripts that run in it: a DAP client, as the console is.

Importing this package imports neither, so that each pays for itself alone.
"""

from __future__ import annotations


def preload(*, interactive: bool) -> None:
    """Begin to import, on a thread, what will be needed when the program is reached."""
    import threading

    work = _import_terminal if interactive else _import_conversation
    threading.Thread(target=work, name="remora.preload", daemon=True).start()


def _import_conversation() -> None:
    from . import conversation, pipe  # noqa: F401


def _import_terminal() -> None:
    from ..terminal import highlight  # noqa: F401
    from . import assistance, conversation, reader  # noqa: F401
