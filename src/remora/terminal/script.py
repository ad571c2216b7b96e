"""Files and pasted blocks of commands, cut into what is run one after another."""

from __future__ import annotations

import os.path
from collections.abc import Iterable

from .registry import COMMANDS, AmbiguousWord
from .wire import CommandError
from .words import Statement, is_incomplete, parse


def read_script(path: str) -> list[str]:
    """Return the commands and statements of a file; raises `CommandError` when it cannot be read."""
    try:
        with open(os.path.expanduser(path), encoding="utf-8") as file:
            return join_statements(file.read().splitlines())
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise CommandError(f"cannot read '{path}': {reason}") from None


def join_statements(lines: Iterable[str]) -> list[str]:
    """Join the lines of each Python statement that goes over several, up to an empty line or its end."""
    texts: list[str] = []
    begun = ""
    for line in lines:
        begun = f"{begun}\n{line}" if begun else line.strip()
        if not begun or not needs_more(begun):
            texts += [begun] if begun else []
            begun = ""
    return [*texts, begun] if begun else texts


def needs_more(text: str) -> bool:
    """Tell whether `text` is a statement that goes on in the next line."""
    if not text or text.startswith("#"):
        return False
    try:
        parsed = parse(text, COMMANDS)
    except AmbiguousWord:
        return False
    return isinstance(parsed, Statement) and is_incomplete(parsed.text)


def split_pasted(text: str) -> list[str]:
    """Cut text of several lines: into lines when it begins with a command, else it is one block of Python."""
    if "\n" not in text:
        return [text]
    lines = text.splitlines()
    return [text] if _is_statement(lines[0]) else join_statements(lines)


def _is_statement(line: str) -> bool:
    try:
        return bool(line.strip()) and isinstance(parse(line.strip(), COMMANDS), Statement)
    except AmbiguousWord:
        return False
