"""The prompt of a shell at a terminal, by prompt_toolkit: texts of several lines, helped while typed.

Imported only for a terminal: see `preload`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.filters import Always
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.lexers import PygmentsLexer
from prompt_toolkit.styles import Style
from pygments.lexers.python import PythonLexer

from ..printable import printable
from ..terminal.above import WriterAbove
from ..terminal.asking import CandidateCompleter, edits_as_vi, typed
from ..terminal.history import open_history
from .assistance import Assistance
from .calls import Call, call_at, current_parameter
from .keys import bindings

PROMPT, CONTINUATION = ">>> ", "... "
#: What stands for the beginning of a hint that is too long.
_MORE = "... "

#: The colours are those of `terminal.highlight`, on any background.
_STYLE = Style.from_dict(
    {
        "pygments.comment": "italic ansibrightblack",
        "pygments.literal.string": "ansiyellow",
        "pygments.literal.number": "ansimagenta",
        "pygments.keyword": "ansiblue",
        "pygments.operator.word": "ansiblue",
        "pygments.name.decorator": "ansicyan",
        "pygments.name.builtin": "ansicyan",
        "pygments.name.function": "bold",
        "pygments.name.class": "bold",
        "prompt": "ansigreen",
        "auto-suggestion": "ansibrightblack",
        "bottom-toolbar": "noreverse",
        "bottom-toolbar.text": "",
        "signature": "ansibrightblack",
        "signature.current": "bold",
    }
)


class TerminalReader:
    """Reads what one person types."""

    def __init__(self, assistance: Assistance, *, remembers: bool = True) -> None:
        """`remembers`: what is typed is kept for later sessions."""
        self._hint = _Hint(assistance, lambda: self._session.output.get_size().columns)
        self._session: PromptSession[str] = PromptSession(
            multiline=True,
            history=open_history("shell_history") if remembers else None,
            auto_suggest=AutoSuggestFromHistory(),
            lexer=PygmentsLexer(PythonLexer),
            style=_STYLE,
            include_default_pygments_style=False,
            completer=CandidateCompleter(lambda text, asked: assistance.complete(text, asked=asked)),
            complete_while_typing=True,
            complete_in_thread=False,
            prompt_continuation=_continuation,
            key_bindings=bindings(lambda: self._session.default_buffer),
            search_ignore_case=True,
            vi_mode=edits_as_vi(),
        )
        # Up finds what began as the line does; asked for by `PromptSession`, it would switch completion off.
        self._session.default_buffer.enable_history_search = Always()
        self._session.default_buffer.on_text_changed += self._hint.look
        self._session.default_buffer.on_cursor_position_changed += self._hint.look
        self._asking: PromptSession[str] = PromptSession()
        self._writers = [WriterAbove(each.app) for each in (self._session, self._asking)]

    async def read(self) -> str:
        """A whole text; raises EOFError, `Interrupted`."""
        self._hint.changed = self._show_hint
        self._session.bottom_toolbar = None
        try:
            return await typed(self._session, [("class:prompt", PROMPT)])
        finally:
            self._hint.clear()
            self._finish_writing()

    async def ask(self, message: str) -> str:
        """A line for what runs in the program; raises EOFError, `Interrupted`."""
        try:
            return await typed(self._asking, message)
        finally:
            self._finish_writing()

    def write_above(self, text: str) -> bool:
        """Show text above what is being typed; False if nothing is."""
        return any(writer.write(text) for writer in self._writers)

    def _finish_writing(self) -> None:
        for writer in self._writers:
            writer.finish()

    def _show_hint(self) -> None:
        self._session.bottom_toolbar = self._hint.text or None
        self._session.app.invalidate()


def _continuation(width: int, line: int, wrapped: int) -> StyleAndTextTuples:
    """What stands before a line that is not the first; `wrapped` is not 0 if it is the rest of a long one."""
    return [("class:prompt", " " * len(CONTINUATION) if wrapped else CONTINUATION)]


class _Hint:
    """How the function is called in whose call the cursor stands."""

    def __init__(self, assistance: Assistance, width: Callable[[], int]) -> None:
        """`width` tells the columns of the terminal."""
        self._assistance = assistance
        self._width = width
        self._asking: asyncio.Task[None] | None = None
        self._call: Call | None = None
        self.text: StyleAndTextTuples = []
        self.changed: Callable[[], None] = lambda: None

    def look(self, buffer: Buffer) -> None:
        """The text or the cursor has changed."""
        call = call_at(buffer.document.text_before_cursor)
        if call == self._call:
            return
        self.clear()
        self._call = call
        if call is not None:
            self._asking = asyncio.create_task(self._ask(call))
        else:
            self.changed()

    def clear(self) -> None:
        """Nobody needs it any more."""
        self._call, self.text = None, []
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None

    async def _ask(self, call: Call) -> None:
        signature = printable(await self._assistance.signature(call.callee)).replace("\n", " ")
        self.text = _marked(signature, call, self._width()) if signature else []
        self.changed()


def _marked(signature: str, call: Call, width: int) -> StyleAndTextTuples:
    start, end = current_parameter(signature, call) or (0, 0)
    before = call.callee.rpartition(".")[2] + signature[:start]
    # Of one that is too long the beginning is left out, as far as the parameter needs it.
    too_much = len(before) + end - start - width + len(_MORE)
    if too_much > 0:
        before = _MORE + before[too_much + len(_MORE) :]
    return [
        ("class:signature", before),
        ("class:signature.current", signature[start:end]),
        ("class:signature", signature[end:]),
    ]
