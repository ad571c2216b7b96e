"""What was typed in earlier sessions, in files that only their user can read.

Imported only for a terminal.
"""

from __future__ import annotations

import os

from prompt_toolkit.history import FileHistory, History, InMemoryHistory

from ..folders import state_folder


class KeptHistory(FileHistory):
    """Lines of earlier sessions; those of this one are added while `keeps` is true."""

    keeps = True

    def store_string(self, string: str) -> None:
        if self.keeps:
            super().store_string(string)


def open_history(name: str = "history") -> History:
    """The history in its file, readable by its user alone; in memory when the file cannot be had."""
    path = os.path.join(state_folder(), name)
    try:
        os.makedirs(state_folder(), mode=0o700, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600))
    except OSError:
        return InMemoryHistory()
    return KeptHistory(path)
