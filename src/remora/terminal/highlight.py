"""Python source in a terminal's colours, by pygments (41 ms to import: interactive terminals only)."""

from __future__ import annotations

from functools import cache
from typing import Any

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String

#: Codes for a dark background and for a light one, on which yellow and cyan cannot be read.
_CODES: list[tuple[Any, str, str]] = [
    (Comment, "2;3", "2;3"),
    (String, "33", "31"),
    (Number, "35", "35"),
    (Keyword, "34", "34"),
    (Operator.Word, "34", "34"),
    (Name.Function, "1", "1"),
    (Name.Class, "1", "1"),
    (Name.Decorator, "36", "32"),
    (Name.Builtin, "36", "32"),
]

_lexer = PythonLexer(stripnl=False, ensurenl=False)


def highlight(lines: list[str], *, light: bool = False, style: str = "") -> list[str]:
    """Return `lines` coloured, one for one; by one of pygments' styles, if it knows that."""
    if style and is_style(style):
        return _in_style(lines, style)
    coloured: list[str] = [""]
    for kind, text in _lexer.get_tokens("\n".join(lines)):
        first, *others = text.split("\n")
        coloured[-1] += _paint(kind, first, light)
        coloured.extend(_paint(kind, other, light) for other in others)
    return coloured[: len(lines)]


def is_style(name: str) -> bool:
    return name in style_names()


@cache
def style_names() -> tuple[str, ...]:
    """The styles that pygments has."""
    from pygments.styles import get_all_styles

    return tuple(sorted(get_all_styles()))


def _in_style(lines: list[str], style: str) -> list[str]:
    from pygments import highlight
    from pygments.formatters.terminal256 import Terminal256Formatter

    text: str = highlight("\n".join(lines), _lexer, Terminal256Formatter(style=style))
    return text.split("\n")[: len(lines)]


def _paint(kind: Any, text: str, light: bool) -> str:
    if text:
        for family, dark_code, light_code in _CODES:
            if kind in family:
                return f"\x1b[{light_code if light else dark_code}m{text}\x1b[0m"
    return text
