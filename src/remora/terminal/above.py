"""Text above the line that is being typed.

Decides when it is shown: what comes at once is shown at once, and a line that
has not ended is held back for a moment, since the prompt begins on a line of
its own.  Runs in the event loop.
"""

from __future__ import annotations

import asyncio
from typing import Any

from prompt_toolkit.application import Application, run_in_terminal
from prompt_toolkit.output import create_output

#: Seconds for which the end of a line is waited for.
_PATIENCE = 0.2


class WriterAbove:
    """Writes above the prompt of an application while that runs."""

    def __init__(self, application: Application[Any]) -> None:
        self._application = application
        self._output = create_output()
        self._pending = ""
        self._writing: asyncio.Task[None] | None = None
        self._complete = asyncio.Event()

    def write(self, text: str) -> bool:
        """Show `text`; False if there is no prompt now."""
        if not self._application.is_running:
            return False
        self._pending += text
        if "\n" in text:
            self._complete.set()
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return True

    def finish(self) -> None:
        """Show what is still held back: the prompt has gone."""
        if self._pending and not self._pending.endswith("\n"):
            self._pending += "\n"
        self._show(len(self._pending))

    async def _write(self) -> None:
        while self._pending:
            try:
                async with asyncio.timeout(_PATIENCE):
                    await self._complete.wait()
            except TimeoutError:
                self._pending += "\n"
            self._complete.clear()
            # Nothing is shown twice if the prompt has gone meanwhile.
            await run_in_terminal(lambda: self._show(self._pending.rfind("\n") + 1))

    def _show(self, length: int) -> None:
        text, self._pending = self._pending[:length], self._pending[length:]
        if text:
            self._output.write_raw(text.replace("\n", "\r\n"))
            self._output.flush()
