"""Source text of the program, from the adapter or, when the files here are the program's own, from them.

Each source is fetched once a session.  Runs on the event loop.
"""

from __future__ import annotations

import tokenize

from ..client import Client
from .wire import Body

_Key = str | int


class Sources:
    """Lines of source by DAP `Source`."""

    def __init__(self, client: Client, *, local: bool) -> None:
        self._client = client
        self._local = local
        self._lines: dict[_Key, list[str]] = {}

    async def lines(self, source: Body) -> list[str]:
        """Return the lines of a DAP `Source`, without their ends.

        Raises `client.RequestFailed` when the adapter has no text for it.
        """
        key: _Key = source.get("sourceReference") or source.get("path", "")
        if key not in self._lines:
            text = self._read(source) if self._local and not source.get("sourceReference") else None
            if text is None:
                text = await self._fetch(source)
            self._lines[key] = text.splitlines()
        return self._lines[key]

    def _read(self, source: Body) -> str | None:
        try:
            with tokenize.open(source.get("path", "")) as file:
                return file.read()
        except (OSError, SyntaxError, UnicodeError):
            return None  # the adapter may still have it: in a zip archive, in linecache

    async def _fetch(self, source: Body) -> str:
        reference = source.get("sourceReference", 0)
        body = await self._client.request("source", {"source": source, "sourceReference": reference})
        content: str = body["content"]
        return content
