"""Python source in a terminal's colours, by pygments (41 ms to import: interactive terminals only)."""

from __future__ import annotations

from typing import Any

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String

_CODES: list[tuple[Any, str]] = [
    (Comment, "2;3"),
    (String, "33"),
    (Number, "35"),
    (Keyword, "34"),
    (Operator.Word, "34"),
    (Name.Function, "1"),
    (Name.Class, "1"),
    (Name.Decorator, "36"),
    (Name.Builtin, "36"),
]

_lexer = PythonLexer(stripnl=False, ensurenl=False)


def highlight(lines: list[str]) -> list[str]:
    """Return `lines` coloured, one for one."""
    coloured: list[str] = [""]
    for kind, text in _lexer.get_tokens("\n".join(lines)):
        first, *others = text.split("\n")
        coloured[-1] += _paint(kind, first)
        coloured.extend(_paint(kind, other) for other in others)
    return coloured[: len(lines)]


def _paint(kind: Any, text: str) -> str:
    if text:
        for family, code in _CODES:
            if kind in family:
                return f"\x1b[{code}m{text}\x1b[0m"
    return text
