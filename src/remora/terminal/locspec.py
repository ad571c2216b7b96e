"""The syntax of locations: what may follow `break`, `list`, `until`, `jump`.

Pure: text to data and back; what exists is not its matter.

    LOCATION = LINE | +N | -N | FILE:LINE | FUNCTION[()] | MODULE:FUNCTION[()] | EXPRESSION() | . | nothing
             | *OFFSET | FUNCTION:*OFFSET
    RANGE    = LOCATION [, LAST | , +COUNT] | , LAST
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

_NAME = r"[^\W\d]\w*"
_DOTTED = rf"{_NAME}(?:\.(?:{_NAME}|<locals>|<lambda>))*"
_FUNCTION = re.compile(rf"(?:(?P<module>[^\s:]+):)?(?P<name>{_DOTTED})(?:\(\))?")
_FILE_LINE = re.compile(r"(?P<file>.+):(?P<line>\d+)", re.DOTALL)
_INSTRUCTION = re.compile(r"(?:(?P<code>[^*]+?)(?:\(\))?:)?\*(?P<offset>\d+)")
_OFFSET = re.compile(r"[+-]\d+")
_CONDITION = re.compile(r"(?:^|\s+)if(?:\s+|(?=\())(?P<condition>.+)", re.DOTALL)


class BadLocation(ValueError):
    """The text is not a location; the message is a sentence for the user."""


@dataclass(frozen=True)
class Here:
    """The selected frame's line."""

    def __str__(self) -> str:
        return "."


@dataclass(frozen=True)
class Line:
    """A line, counted from 1, of a file; without one, of the selected frame's file."""

    line: int
    file: str | None = None

    def __str__(self) -> str:
        return str(self.line) if self.file is None else f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Offset:
    """So many lines after (before, if negative) the selected frame's line."""

    lines: int

    def __str__(self) -> str:
        return f"{self.lines:+d}"


@dataclass(frozen=True)
class Function:
    """A function by its dotted name, in a module (or file) or wherever it is found."""

    name: str
    module: str | None = None

    def __str__(self) -> str:
        return self.name if self.module is None else f"{self.module}:{self.name}"


@dataclass(frozen=True)
class Value:
    """The function that is the value of an expression in the selected frame."""

    expression: str

    def __str__(self) -> str:
        return f"{self.expression}()"


@dataclass(frozen=True)
class Instruction:
    """An offset in the byte code of what `code` gives, or of the selected frame."""

    offset: int
    code: str | None = None

    def __str__(self) -> str:
        return f"*{self.offset}" if self.code is None else f"{self.code}:*{self.offset}"


Location = Here | Line | Offset | Function | Value | Instruction


@dataclass(frozen=True)
class Range:
    """Lines to list: from `first` to the line `last`, or `count` lines; both None leave it to the command."""

    first: Location | None
    last: int | None = None
    count: int | None = None


def parse_location(text: str) -> Location:
    """Return the location that `text` writes; raises `BadLocation`."""
    text = text.strip()
    if text in ("", "."):
        return Here()
    if text.isdecimal():
        return Line(_line_number(text))
    if _OFFSET.fullmatch(text):
        return Offset(int(text))
    match = _FILE_LINE.fullmatch(text)
    if match:
        file = match["file"].strip()
        quoted, rest = cut_quoted(file)
        return Line(_line_number(match["line"]), file if rest or not quoted else quoted[1:-1])
    match = _FUNCTION.fullmatch(text)
    if match:
        return Function(match["name"], match["module"])
    if text.endswith("()") and _is_expression(text):
        return Value(text[:-2].rstrip())
    match = _INSTRUCTION.fullmatch(text)
    if match:
        return Instruction(int(match["offset"]), match["code"])
    raise BadLocation(f"'{text}' is not a location: say LINE, FILE:LINE, FUNCTION or MODULE:FUNCTION")


def split_condition(text: str) -> tuple[str, str | None]:
    """Cut `LOCATION if CONDITION` (or pdb's `LOCATION, CONDITION`) into the two.

    Raises `BadLocation` when the word `if` is followed by nothing.
    """
    quoted, text = cut_quoted(text)
    if text == "if" or text.endswith(" if"):
        raise BadLocation("a condition must follow 'if'")
    match = _CONDITION.search(text)
    if match:
        return quoted + text[: match.start()].rstrip(), match["condition"].strip()
    location, comma, condition = text.partition(",")
    if comma and condition.strip():
        return quoted + location.rstrip(), condition.strip()
    return quoted + text, None


def cut_quoted(text: str) -> tuple[str, str]:
    """Cut a file name in quotation marks, at the beginning, from what follows it."""
    text = text.strip()
    end = text.find('"', 1) + 1 if text.startswith('"') else 0
    return text[:end], text[end:]


def parse_range(text: str) -> Range:
    """Return the range that `text` writes; raises `BadLocation`."""
    first, comma, last = (part.strip() for part in text.partition(","))
    start = parse_location(first) if first else None
    if not comma:
        return Range(start)
    if last.startswith("+") and last[1:].isdecimal():
        return Range(start, count=int(last[1:]) + 1)
    if last.isdecimal():
        return Range(start, last=_line_number(last))
    if not last and start is not None:
        return Range(start)
    raise BadLocation(f"'{text.strip()}' is not a range: say FIRST,LAST or FIRST,+COUNT or ,LAST")


def _is_expression(text: str) -> bool:
    try:
        ast.parse(text, mode="eval")
    except (SyntaxError, ValueError):
        return False
    return True


def _line_number(digits: str) -> int:
    number = int(digits)
    if number < 1:
        raise BadLocation("lines are counted from 1")
    return number
