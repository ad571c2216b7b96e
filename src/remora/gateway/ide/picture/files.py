"""The files that a picture names: what they are called here, and their text.

Decides which texts are given out: those of files that the picture names, and of
no other.  Files of a running process are read where it sees them.
"""

from __future__ import annotations

import os
import posixpath
import tokenize
from typing import TYPE_CHECKING, Any

from remora.dap import errors

if TYPE_CHECKING:
    from remora.observe.picture import Picture

#: Python's own, which is not read in one go without a limit.
_LARGEST = 16 << 20


class PictureFiles:
    """Those of one process, or of the one that left a core."""

    def __init__(self) -> None:
        self._root = self._cwd = ""
        #: All that the picture names, as clients know it.
        self._known: set[str] = set()

    def look_at(self, picture: Picture) -> None:
        """Read files as the process sees them; of a core file the names are taken for those of this host."""
        alive = [thread.tid for thread in picture.threads if thread.state not in ("Z", "X")]
        if picture.core or not alive:
            return
        # That of an ended first thread shows no files.
        proc = f"/proc/{picture.pid}/task/{alive[0]}"
        self._root, self._cwd = f"{proc}/root", _link(f"{proc}/cwd")

    def source(self, name: str) -> dict[str, Any]:
        """The DAP Source for the name that a code object has for its file."""
        if name.startswith("<"):
            return {"name": name}
        path = posixpath.normpath(posixpath.join(self._cwd, name))
        self._known.add(path)
        return {"name": posixpath.basename(path), "path": path}

    def text(self, path: str) -> str:
        """The text of a file.  Raises `RequestError`."""
        if path not in self._known:
            raise errors.source_unavailable(path or "?", "the picture has no such file.")
        try:
            if os.path.getsize(self._root + path) > _LARGEST:
                raise errors.source_unavailable(path, "it is too large.")
            with tokenize.open(self._root + path) as file:
                return file.read()
        except OSError as error:
            raise errors.source_unavailable(path, f"it cannot be read: {error.strerror}.") from None
        except (SyntaxError, UnicodeError):
            raise errors.source_unavailable(path, "it is no text of Python.") from None

    def resolve(self, end: str) -> str:
        """The path that a person means by the end of it.  Raises `RequestError`."""
        wanted = "/" + end.lstrip("./")
        found = sorted(path for path in self._known if path == end or path.endswith(wanted))
        if len(found) > 1:
            raise errors.ambiguous_source(end, found)
        if not found:
            raise errors.no_such_source(end)
        return found[0]


def _link(path: str) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""
