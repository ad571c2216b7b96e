"""How a typed line is cut into commands, and told apart from Python.

Pure.  A line is a command when its first word names one and the rest does not
make a Python expression or assignment of it: `n` steps, `n = 5` assigns.
"""

from __future__ import annotations

import ast
import codeop
import re
from dataclasses import dataclass

from .registry import Command, CommandTable

SEPARATOR = " ;; "

#: The word that names a command, with its suffix: `kill!`, `step+`; in `p/x` it ends before the stroke.
_WORD = re.compile(r"(?P<word>\?|[A-Za-z]+(?:-[a-z]+)*[-+<>!?]?)(?=\s|/|$)(?P<rest>.*)", re.DOTALL)
#: A format after the name, as in `p/x total`: Python would have a blank on both sides of the stroke, or none.
_FORMAT = re.compile(r"/[a-z]\s+\S")
#: An instruction as in `break *12`, for which the same holds.
_INSTRUCTION = re.compile(r"\s+\*\d")
#: After a variable's name, and after no command's.
_ASSIGNMENT = re.compile(r"(?:\*\*|//|<<|>>|[+\-*/%@&|^])?=(?!=)")
#: What makes an expression of the whole if it can, with a blank after it: `p *args` prints.
#: `+` and `-` need one, since there are `list -` and `frame -1`.
_OPERATOR = re.compile(
    r"(?:\*\*|//|<<|>>|==|!=|<=|>=|[*/%@&|^<>]|in|is|and|or|not\s+in|if)(?=[\s\d])|[+-](?=\s+\S)"
)


@dataclass(frozen=True)
class Call:
    """A command and the text after its name."""

    command: Command
    arguments: str
    suffix: str = ""


@dataclass(frozen=True)
class Statement:
    """Python for the frame."""

    text: str


def split_commands(line: str) -> list[str]:
    """Cut `line` at each ` ;; ` that is not inside quotation marks."""
    parts: list[str] = []
    start = 0
    quote = ""
    for position, character in enumerate(line):
        if quote:
            quote = "" if character == quote and line[position - 1] != "\\" else quote
        elif character in "'\"" and SEPARATOR in line[position:]:
            quote = character if character in line[position + 1 :] else ""
        elif line.startswith(SEPARATOR, position) and position >= start:
            parts.append(line[start:position])
            start = position + len(SEPARATOR)
    parts.append(line[start:])
    return [part.strip() for part in parts]


def parse(text: str, table: CommandTable) -> Call | Statement:
    """Decide what `text`, not empty, is; raises `registry.AmbiguousWord`."""
    if text.startswith("!"):
        return Statement(text[1:].lstrip())
    match = _WORD.match(text)
    if match is None or is_python(text, match["rest"]):
        return Statement(text)
    found = table.match(match["word"])
    if found is None:
        return Statement(text)
    command, suffix = found
    return Call(command, match["rest"].strip(), suffix)


def is_python(text: str, rest: str) -> bool:
    """Tell whether `text` is Python although its first word, which `rest` follows, is a command."""
    after = rest.lstrip()
    if "\n" in text or _ASSIGNMENT.match(after):
        return True
    if (
        _FORMAT.match(rest)
        or _INSTRUCTION.match(rest)
        or not (rest.startswith("/") or _OPERATOR.match(after))
    ):
        return False
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True


def is_incomplete(text: str) -> bool:
    """Tell whether `text` begins a Python statement that goes on in the next line.

    The grammar is that of the interpreter that runs remora; what it refuses is
    called complete, so that the debuggee's own grammar decides.
    """
    compiler = codeop.CommandCompiler()
    compiler.compiler.flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        return compiler(text, symbol="single") is None
    except (SyntaxError, ValueError, OverflowError):
        return False
