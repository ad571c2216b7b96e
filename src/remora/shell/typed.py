"""What a typed text means, and where one statement ends.  Pure.

The grammar is that of the interpreter that runs remora; what it refuses is
called complete, so that the program's own grammar decides.
"""

from __future__ import annotations

import ast
import re
import textwrap
from dataclasses import dataclass

from ..terminal.words import is_incomplete

FAREWELLS = ("exit", "quit", "exit()", "quit()")
#: Lines without indentation that go on with the block above them.
_CONTINUED = re.compile(r"(?:elif|else|except|finally)\b")
_PROMPT, _CONTINUATION = ">>> ", "... "


@dataclass(frozen=True)
class Python:
    """A text for the program."""

    text: str
    in_background: bool = False


@dataclass(frozen=True)
class Question:
    """`obj?`, or `obj??` for its source."""

    expression: str
    source: bool


@dataclass(frozen=True)
class Order:
    """`%NAME ARGUMENTS`: a recipe, or a word to the shell."""

    name: str
    arguments: str


@dataclass(frozen=True)
class Leave:
    """The end of the shell; never that of the program."""


Meaning = Python | Question | Order | Leave


def parse(text: str) -> Meaning:
    """What a whole text, not empty, means: Python unless Python would refuse it."""
    stripped = text.strip()
    if stripped in FAREWELLS:
        return Leave()
    if _is_python(text):
        return Python(text.rstrip())
    if stripped.startswith("%"):
        name, _, arguments = stripped[1:].partition(" ")
        return Order(name, arguments.strip())
    if stripped.startswith("?") or stripped.endswith("?"):
        asked = stripped.strip("?").strip()
        return Question(asked, source=stripped.startswith("??") or stripped.endswith("??"))
    if stripped.endswith("&"):
        return Python(stripped[:-1].rstrip(), in_background=True)
    return Python(text)


def is_complete(text: str) -> bool:
    """Tell whether `text` can be run as it stands: a block is, once an empty line follows it."""
    head, newline, last = text.rpartition("\n")
    # Blanks that were put there for the next line make a line of their own.
    return not is_incomplete(text if last.strip() else head + newline)


class Joiner:
    """Joins lines to statements, as they come: a block ends at an empty line, or at the next statement."""

    def __init__(self) -> None:
        self._begun = ""

    def feed(self, line: str) -> list[str]:
        """The statements that are whole with this line, which has no end of line."""
        whole = []
        if self._begun and self._is_next(line):
            whole.append(self._begun)
            self._begun = ""
        text = f"{self._begun}\n{line}" if self._begun else line
        if not text.strip():
            return whole
        if is_incomplete(text):
            self._begun = text
            return whole
        self._begun = ""
        return [*whole, text]

    def rest(self) -> list[str]:
        """What is left at the end of all lines."""
        begun, self._begun = self._begun, ""
        return [begun] if begun else []

    def _is_next(self, line: str) -> bool:
        """Whether the block that has begun is whole, and `line` begins something else."""
        if not line or line[0] in " \t#" or _CONTINUED.match(line):
            return False
        return not is_incomplete(f"{self._begun}\n")


def pasted(text: str) -> str:
    """A pasted block as it is to be run: moved to the left, and without the prompts of a session."""
    text = textwrap.dedent(text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = text.split("\n")
    if not lines[0].startswith(_PROMPT):
        return text
    # What has no prompt is what was printed then.
    typed = [line for line in lines if line.startswith((_PROMPT, _CONTINUATION)) or line == "..."]
    return "\n".join(line[len(_PROMPT) :] for line in typed)


def indentation(before: str) -> str:
    """The blanks with which the line after `before`, all that stands before the cursor, begins."""
    line = before.rpartition("\n")[2]
    blanks = line[: len(line) - len(line.lstrip())]
    code = line.partition("#")[0].rstrip()
    if code.endswith((":", "(", "[", "{")):
        return blanks + "    "
    if re.match(r"\s*(?:return|pass|raise|break|continue)\b", code):
        return blanks[:-4]
    return blanks


def _is_python(text: str) -> bool:
    try:
        compile(text, "<typed>", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
