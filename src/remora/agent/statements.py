"""Which lines make up one statement.

Decided by the source text.  Statements that share a line are not told apart:
the interpreter reports lines.  Reader thread.
"""

from __future__ import annotations

from .syntax import library_ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

#: Texts whose statements are remembered: those of the files that one steps through.
_KEPT = 20


class Statements:
    """The statements of source files that go over several lines."""

    def __init__(self) -> None:
        self._known: dict[str, list[range]] = {}

    def around(self, text: str, line: int) -> range:
        """The lines of the innermost statement of `text` at `line`; of a compound one, its header."""
        found = range(line, line + 1)
        for lines in self._of(text):
            if line in lines and (len(found) == 1 or lines.start > found.start):
                found = lines
        return found

    def _of(self, text: str) -> list[range]:
        known = self._known.get(text)
        if known is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            known = self._known[text] = list(_long_statements(text))
        return known


def _long_statements(text: str) -> Iterator[range]:
    ast = library_ast()
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, (ast.stmt, ast.excepthandler)):
            lines = _lines(node)
            if len(lines) > 1:
                yield lines


def _lines(node: Any) -> range:
    below = getattr(node, "body", None) or getattr(node, "cases", None)
    if not below:
        return range(_first_line(node), node.end_lineno + 1)
    # A case of `match` has no position of its own, but its pattern has.
    return range(_first_line(node), _first_line(getattr(below[0], "pattern", below[0])))


def _first_line(node: Any) -> int:
    decorators = getattr(node, "decorator_list", None) or [node]
    line: int = min(node.lineno, decorators[0].lineno)
    return line
