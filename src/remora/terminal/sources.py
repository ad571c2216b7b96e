"""Source text of the program, from the adapter or, where files here are the program's own, from them.

Each source is fetched once a session.  Runs on the event loop.
"""

from __future__ import annotations

import tokenize

from ..client import Client
from .paths import PathMap
from .wire import Body

_Key = str | int


class Sources:
    """Lines of source by DAP `Source`."""

    def __init__(self, client: Client, *, local: bool) -> None:
        self._client = client
        self._local = local
        #: Which files here are the program's; set by who owns both.
        self.paths: PathMap | None = None
        self._lines: dict[_Key, list[str]] = {}

    async def lines(self, source: Body) -> list[str]:
        """Return the lines of a DAP `Source`, without their ends.

        Raises `client.RequestFailed` when the adapter has no text for it.
        """
        key: _Key = source.get("sourceReference") or source.get("path", "")
        if key not in self._lines:
            here = None if source.get("sourceReference") else self.file_here(source)
            text = _read(here) if here else None
            if text is None:
                text = await self._fetch(source)
            self._lines[key] = text.splitlines()
        return self._lines[key]

    def file_here(self, source: Body) -> str | None:
        """The path at which a file of the program's is to be read here; None if only the program can tell."""
        path: str = source.get("path", "")
        mapped = self.paths.ours(path) if self.paths is not None else None
        return mapped or (path if self._local else None)

    def forget(self) -> None:
        """Read everything anew."""
        self._lines.clear()

    async def _fetch(self, source: Body) -> str:
        reference = source.get("sourceReference", 0)
        body = await self._client.request("source", {"source": source, "sourceReference": reference})
        content: str = body["content"]
        return content


def _read(path: str) -> str | None:
    try:
        with tokenize.open(path) as file:
            return file.read()
    except (OSError, SyntaxError, UnicodeError):
        return None  # the adapter may still have it: in a zip archive, in linecache
