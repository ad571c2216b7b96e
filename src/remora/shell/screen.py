"""Where a shell's text goes: a terminal, above what is being typed; or pipes, errors apart from results."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TextIO

from ..terminal.style import Style, is_coloured

if TYPE_CHECKING:
    from collections.abc import Callable


class Screen:
    """Results to `out`; errors to `err`, which at a terminal is the same."""

    def __init__(self, out: TextIO, err: TextIO, *, interactive: bool) -> None:
        self.style = Style(interactive and is_coloured(out))
        self._out = out
        self._err = out if interactive else err
        self._is_interactive = interactive
        #: Shows text above what is being typed; False if nothing is.
        self.write_above: Callable[[str], bool] = lambda text: False
        #: Nobody reads what is shown any more, which is told once.
        self.is_broken = False
        self.on_broken: Callable[[], None] = lambda: None
        #: At a terminal: the line that has been begun and not ended.
        self._unfinished = ""

    @property
    def width(self) -> int:
        """Columns."""
        try:
            return os.get_terminal_size(self._out.fileno()).columns or 80
        except OSError:
            return 80

    def show(self, text: str) -> None:
        """A result."""
        self._write(self._out, text)

    def note(self, text: str) -> None:
        """Something said besides, if anything, to a person only."""
        if text and self._is_interactive:
            self._write(self._out, self.style("faint", text))

    def warn(self, text: str) -> None:
        """Why something takes its time, to a pipe as well: whoever waits there has to know."""
        self._write(self._err, self.style("faint", text))

    def complain(self, text: str) -> None:
        """Why something failed."""
        self._write(self._err, text)

    def write_raw(self, category: str, text: str) -> None:
        """What runs in the program has written."""
        if self.write_above(text):
            return
        out = self._err if category == "stderr" else self._out
        self._put(out, text)
        if self._is_interactive:
            self._unfinished = (self._unfinished + text).rpartition("\n")[2]

    def take_unfinished(self) -> str:
        """Take the line that has not ended from the screen, to be shown by who asks a question with it."""
        text, self._unfinished = self._unfinished, ""
        if text:
            self._put(self._out, "\r\x1b[K")
        return text

    def interrupted(self) -> None:
        """The terminal has shown a ^C."""
        self._unfinished += "^C"

    def end_line(self) -> None:
        """Begin a new line if the last one has not ended."""
        if self._unfinished:
            self._put(self._out, "\n")
            self._unfinished = ""

    def _write(self, out: TextIO, text: str) -> None:
        if self.write_above(text + "\n"):
            return
        self.end_line()
        self._put(out, text + "\n")

    def _put(self, out: TextIO, text: str) -> None:
        if self.is_broken:
            return
        try:
            out.write(text)
            out.flush()
        except BrokenPipeError:
            self.is_broken = True
            self.on_broken()
