"""What runs in the program reads standard input: the person at the prompt is asked."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ..printable import printable
from ..terminal.screen import Interrupted

if TYPE_CHECKING:
    from .conversation import Reader
    from .prompt import Prompt
    from .screen import Screen


class Questions:
    """Those of one prompt, one after the other."""

    def __init__(self, prompt: Prompt, reader: Reader, screen: Screen) -> None:
        self._prompt = prompt
        self._reader = reader
        self._screen = screen
        self._asking: asyncio.Task[None] | None = None

    def ask(self) -> None:
        """Begin to ask for a line, unless that is being done."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())

    async def stop(self) -> None:
        """Nobody waits for the answer any more; the terminal is free when this comes back."""
        if self._asking is not None and not self._asking.done():
            self._asking.cancel()
            await asyncio.wait({self._asking})

    async def _ask(self) -> None:
        """Ask, after what has been written as a question; what is in the background gets no answer."""
        try:
            if not self._prompt.is_evaluating:
                raise EOFError
            line = await self._reader.ask(printable(self._screen.take_unfinished()))
        except EOFError:
            self._prompt.give_input("", end=True)
        except Interrupted:
            self._prompt.interrupt()
        else:
            self._prompt.give_input(f"{line}\n")
