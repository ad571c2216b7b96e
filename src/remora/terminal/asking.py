"""What every prompt of prompt_toolkit does alike: its keys, what Ctrl-C means, where candidates come from.

Imported only for a terminal.  Runs in the event loop.
"""

from __future__ import annotations

import os
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import AnyFormattedText

from .candidates import Candidate
from .screen import Interrupted

#: What the text before the cursor may become; whether the person has asked, by Tab.
Find = Callable[[str, bool], Awaitable[list[Candidate]]]


_VI = re.compile(r"\s*set\s+editing-mode\s+vi\b", re.IGNORECASE)


def edits_as_vi() -> bool:
    """Whether the person has chosen the keys of vi, where readline looks: `INPUTRC`, `~/.inputrc`."""
    try:
        with open(os.environ.get("INPUTRC") or os.path.expanduser("~/.inputrc"), errors="replace") as file:
            return any(_VI.match(line) for line in file)
    except OSError:
        return False


async def typed(session: PromptSession[str], message: AnyFormattedText) -> str:
    """What is typed there; raises EOFError, `Interrupted`."""
    try:
        return await session.prompt_async(message, handle_sigint=False)
    except KeyboardInterrupt:
        raise Interrupted from None


class CandidateCompleter(Completer):
    """Asks for candidates without holding up who types."""

    def __init__(self, find: Find) -> None:
        self._find = find

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        return ()

    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        for each in await self._find(document.text_before_cursor, complete_event.completion_requested):
            yield Completion(each.text, start_position=-each.replaces, display_meta=each.meta)
