"""The prompt of a terminal, by prompt_toolkit: history, completion, pasted blocks.

Imported only for a terminal: it costs about 100 ms, see `preload`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from prompt_toolkit import PromptSession
from prompt_toolkit.history import InMemoryHistory

from .above import WriterAbove
from .asking import CandidateCompleter, edits_as_vi, typed
from .candidates import Candidate
from .history import KeptHistory, open_history

Complete = Callable[[str], Awaitable[list[Candidate]]]


class PromptReader:
    """A `screen.Reader` at a terminal."""

    answers = True

    def __init__(self, *, remembers: bool = True) -> None:
        """`remembers`: what is typed is kept for later sessions, and found in this one."""
        self.complete: Complete | None = None
        self._session: PromptSession[str] = PromptSession(
            history=open_history() if remembers else InMemoryHistory(),
            completer=CandidateCompleter(self._find),
            complete_while_typing=False,
            vi_mode=edits_as_vi(),
        )
        self._above = WriterAbove(self._session.app)

    async def read(self, prompt: str) -> str:
        try:
            return await typed(self._session, prompt)
        finally:
            self._above.finish()

    def keep_history(self, keep: bool) -> None:
        if isinstance(self._session.history, KeptHistory):
            self._session.history.keeps = keep

    def write_above(self, text: str) -> bool:
        return self._above.write(text)

    async def _find(self, text: str, asked: bool) -> list[Candidate]:
        return await self.complete(text) if self.complete is not None else []
