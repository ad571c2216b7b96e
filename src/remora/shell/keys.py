"""What the keys do that differ from those of a line: Enter, Tab, Backspace, pasting."""

from __future__ import annotations

from collections.abc import Callable

from prompt_toolkit.buffer import Buffer
from prompt_toolkit.filters import Condition, has_completions, has_selection, is_searching
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys

from .typed import indentation, is_complete, pasted

_WIDTH = 4


def bindings(buffer: Callable[[], Buffer]) -> KeyBindings:
    """The keys of a prompt whose text is in `buffer()`."""
    keys = KeyBindings()

    @Condition
    def is_indenting() -> bool:
        return not buffer().document.current_line_before_cursor.strip()

    @Condition
    def is_after_blanks() -> bool:
        before = buffer().document.current_line_before_cursor
        return bool(before) and not before.strip()

    # While something is searched in the history, the keys are for the line with what is searched.
    typing = ~is_searching
    keys.add("enter", filter=typing & ~has_selection)(_enter)
    keys.add("escape", "enter", filter=typing)(_new_line)
    keys.add("c-o", filter=typing)(_new_line)
    keys.add("tab", filter=typing & is_indenting & ~has_completions)(_indent)
    keys.add("s-tab", filter=typing & is_indenting & ~has_completions)(_dedent)
    keys.add("backspace", filter=typing & is_after_blanks & ~has_selection)(_dedent)
    keys.add(Keys.BracketedPaste, filter=typing)(_paste)
    return keys


def _enter(event: KeyPressEvent) -> None:
    """Take the candidate that is chosen; else run the text if it is complete, else begin a line."""
    buffer = event.current_buffer
    if buffer.complete_state is not None and buffer.complete_state.current_completion is not None:
        buffer.complete_state = None
        return
    document = buffer.document
    is_at_end = "\n" not in buffer.text or not document.text_after_cursor.strip()
    if is_at_end and is_complete(buffer.text):
        buffer.validate_and_handle()
    else:
        _new_line(event)


def _new_line(event: KeyPressEvent) -> None:
    buffer = event.current_buffer
    buffer.insert_text("\n" + indentation(buffer.document.text_before_cursor))


def _indent(event: KeyPressEvent) -> None:
    column = event.current_buffer.document.cursor_position_col
    event.current_buffer.insert_text(" " * (_WIDTH - column % _WIDTH))


def _dedent(event: KeyPressEvent) -> None:
    buffer = event.current_buffer
    column = buffer.document.cursor_position_col
    buffer.delete_before_cursor(count=(column - 1) % _WIDTH + 1 if column else 0)


def _paste(event: KeyPressEvent) -> None:
    """Take the block as it is; at the beginning of a text without what is around it elsewhere."""
    buffer = event.current_buffer
    text = event.data.replace("\r\n", "\n").replace("\r", "\n")
    buffer.insert_text(text if buffer.text else pasted(text))
