"""Whose code is it: the agent's, the interpreter's import machinery, a library's, or the user's.

Pure but for the paths of this interpreter, which are read once per session.
"""

from __future__ import annotations

import sys

from .isolate import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType

#: File names of the agent's own code begin so (see `bundle`).
OWN_PREFIX = "<remora>/"

_HIDDEN_PREFIXES = (OWN_PREFIX, "<frozen importlib", "<frozen zipimport")
_SITE_FOLDERS = ("/site-packages/", "/dist-packages/")


def is_hidden(code: CodeType) -> bool:
    """Code in which no step ends: the agent's own and the import machinery."""
    return code.co_filename.startswith(_HIDDEN_PREFIXES)


class Scoping:
    """Tells the user's code from that of libraries, by file name."""

    def __init__(self) -> None:
        folders = {os.path.dirname(os.__file__), sys.prefix + "/lib", sys.base_prefix + "/lib"}
        self._library_folders = tuple(folder + "/" for folder in folders)
        self._known: dict[str, bool] = {}

    def is_library(self, filename: str) -> bool:
        """Whether `filename` belongs to the standard library or to an installed package."""
        known = self._known.get(filename)
        if known is None:
            known = self._known[filename] = self._look(filename)
        return known

    def _look(self, filename: str) -> bool:
        if filename.startswith("<"):
            return filename.startswith(("<frozen ", OWN_PREFIX))
        if any(folder in filename for folder in _SITE_FOLDERS):
            return True
        return filename.startswith(self._library_folders)
