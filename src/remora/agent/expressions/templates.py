"""Templates of log messages: text with expressions in braces.

Decides where an expression ends; must not know how it is evaluated.  Pure.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Union

    Parts = List[Union[str, "Field"]]

_OPENING = {"(": ")", "[": "]", "{": "}"}


class Field:
    """An expression in braces, as in an f-string: `{expression!conversion:spec}`."""

    __slots__ = ("conversion", "expression", "spec")

    def __init__(self, expression: str, conversion: str, spec: str) -> None:
        self.expression = expression
        self.conversion = conversion
        self.spec = spec


def split(template: str) -> Parts:
    """Return the texts and fields of a template.  Raises `SyntaxError` for unbalanced braces."""
    parts: Parts = []
    text, at = "", 0
    while at < len(template):
        character = template[at]
        if template[at : at + 2] in ("{{", "}}"):
            text, at = text + character, at + 2
        elif character == "{":
            end = _end_of(template, at + 1, "}")
            label, field = _field(template[at + 1 : end])
            parts += [text + label, field]
            text, at = "", end + 1
        elif character == "}":
            raise SyntaxError("a single '}' in a log message: write '}}'")
        else:
            text, at = text + character, at + 1
    return [part for part in [*parts, text] if part != ""]


def _field(content: str) -> tuple[str, Field]:
    """Split what stands between braces into a label (of `{x=}`) and a field."""
    end = _end_of(content + "\0", 0, "!:\0")
    expression, rest = content[:end], content[end:]
    conversion, spec = "", ""
    if rest.startswith("!"):
        conversion, _, spec = rest[1:].partition(":")
        if conversion not in ("r", "s", "a"):
            raise SyntaxError(f"unknown conversion {conversion!r} in a log message: use !r, !s or !a")
    elif rest:
        spec = rest[1:]
    label = ""
    if expression.rstrip().endswith("=") and not expression.rstrip().endswith(("==", "!=", "<=", ">=")):
        label, expression = expression, expression.rstrip()[:-1]
        conversion = conversion or ("" if spec else "r")
    if not expression.strip():
        raise SyntaxError("an empty expression in a log message")
    return label, Field(expression.strip(), conversion, spec)


def _end_of(text: str, at: int, ends: str) -> int:
    """Return where one of `ends` stands outside brackets and strings, from `at` on."""
    closing: list[str] = []
    while at < len(text):
        character = text[at]
        if character in "'\"":
            at = _end_of_string(text, at)
        elif closing and character == closing[-1]:
            closing.pop()
        elif not closing and character in ends and not text.startswith("!=", at):
            return at
        elif character in _OPENING:
            closing.append(_OPENING[character])
        at += 1
    raise SyntaxError("a '{' is never closed in a log message: write '{{' for a brace")


def _end_of_string(text: str, at: int) -> int:
    quote = text[at] * 3 if text.startswith(text[at] * 3, at) else text[at]
    end = at + len(quote)
    while end < len(text) and not text.startswith(quote, end):
        end += 2 if text[end] == "\\" else 1
    return end + len(quote) - 1
