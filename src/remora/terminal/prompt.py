"""The prompt of a terminal, by prompt_toolkit: history, completion, pasted blocks.

Imported only for a terminal: it costs about 100 ms, see `preload`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import InMemoryHistory

from .above import WriterAbove
from .candidates import Candidate
from .history import KeptHistory, open_history
from .screen import Interrupted

Complete = Callable[[str], Awaitable[list[Candidate]]]


class PromptReader:
    """A `screen.Reader` at a terminal."""

    answers = True

    def __init__(self, *, remembers: bool = True) -> None:
        """`remembers`: what is typed is kept for later sessions, and found in this one."""
        self.complete: Complete | None = None
        self._session: PromptSession[str] = PromptSession(
            history=open_history() if remembers else InMemoryHistory(),
            completer=_TabCompleter(self),
            complete_while_typing=False,
        )
        self._above = WriterAbove(self._session.app)

    async def read(self, prompt: str) -> str:
        try:
            return await self._session.prompt_async(prompt, handle_sigint=False)
        except KeyboardInterrupt:
            raise Interrupted from None
        finally:
            self._above.finish()

    def keep_history(self, keep: bool) -> None:
        if isinstance(self._session.history, KeptHistory):
            self._session.history.keeps = keep

    def write_above(self, text: str) -> bool:
        return self._above.write(text)


class _TabCompleter(Completer):
    """Asks for candidates without holding up the prompt."""

    def __init__(self, reader: PromptReader) -> None:
        self._reader = reader

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        return ()

    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        if self._reader.complete is None:
            return
        for each in await self._reader.complete(document.text_before_cursor):
            yield Completion(each.text, start_position=-each.replaces, display_meta=each.meta)
