"""Targets that a person chooses from: the calls of a line, and the lines to go on at.

Ids hold until the thread goes on; they stand for a name or a line.
"""

from __future__ import annotations

from ..dap import errors
from .syntax import library_ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Hashable

    from .handles import Handles


class Targets:
    """Targets of one kind, by id, each belonging to a thread."""

    def __init__(self, handles: Handles) -> None:
        self._handles = handles

    def offer(self, thread: Hashable, value: Any) -> int:
        """An id for `value`."""
        return self._handles.add((thread, self), (self, value))

    def chosen(self, number: int) -> Any:
        """The value that was offered with this id.  Raises `errors.RequestError`."""
        try:
            origin, value = self._handles.get(number)
        except (KeyError, TypeError, ValueError):
            raise errors.no_such_target(number) from None
        if origin is not self:
            raise errors.no_such_target(number)
        return value

    def discard(self, thread: Hashable) -> None:
        """The targets of a thread that goes on are void."""
        self._handles.discard((thread, self))


def calls_on_line(text: str, line: int) -> list[tuple[str, str]]:
    """The calls in the statement at `line` of the source `text`: (as written, name of the function called).

    In the order in which they are made, as far as that can be told.
    """
    ast = library_ast()
    try:
        module = ast.parse(text)
    except (SyntaxError, ValueError):
        return []
    found = []
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and node.lineno <= line <= (node.end_lineno or node.lineno):
            name = _called_name(node.func)
            if name:
                written = ast.get_source_segment(text, node) or name
                found.append(((node.end_lineno or 0, node.end_col_offset or 0), written, name))
    return [(written, name) for _, written, name in sorted(found)]


def _called_name(function: Any) -> str:
    return str(getattr(function, "id", None) or getattr(function, "attr", None) or "")
