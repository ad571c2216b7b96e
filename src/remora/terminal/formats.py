"""Formats of values: the letter in `p/x EXPRESSION`.

Pure.  A value is formatted in the program, where it is, by Python's own format
strings; what comes back is the text's `repr`.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from .wire import CommandError

#: What follows the stroke → the replacement field of `str.format`, and what it is for.
_FIELDS = {
    "a": ("{!a}", "with escapes for all that is not ASCII"),
    "c": ("{:c}", "as a character"),
    "d": ("{:d}", "decimal"),
    "f": ("{:f}", "as a floating-point number"),
    "o": ("{:#o}", "octal"),
    "r": ("{!r}", "as repr() has it"),
    "s": ("{!s}", "as str() has it"),
    "t": ("{:#b}", "binary"),
    "x": ("{:#x}", "hexadecimal"),
}
#: For help.
LETTERS = ", ".join(f"`{letter}` {meaning}" for letter, (_, meaning) in _FIELDS.items())


@dataclass(frozen=True)
class Format:
    """One way to show a value."""

    letter: str

    def expression(self, text: str) -> str:
        """The expression that gives the formatted text of the value of `text`."""
        return f"'{_FIELDS[self.letter][0]}'.format(({text}))"

    @staticmethod
    def text(result: str) -> str:
        """The text in an answer to `expression`."""
        try:
            return str(ast.literal_eval(result))
        except (ValueError, SyntaxError):
            return result


def split_format(arguments: str) -> tuple[Format | None, str]:
    """Cut `/x EXPRESSION` into the two; raises `CommandError` for a letter that is none."""
    if not arguments.startswith("/"):
        return None, arguments
    letter, _, rest = arguments[1:].partition(" ")
    if letter not in _FIELDS:
        raise CommandError(f"'/{letter}' is no format; there are {', '.join('/' + each for each in _FIELDS)}")
    return Format(letter), rest.strip()
