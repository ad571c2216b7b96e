"""The calls of a line, among which a person chooses one to step into.

Decides which function call a frame is the beginning of.  Pure, but for the
frame that is looked at.
"""

from __future__ import annotations

from .compat import HAS_CO_POSITIONS
from .inspection.frames import position_of
from .syntax import library_ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any


class Call:
    """A call as it is written: `text`, the `name` of what is called, `end` as (line, column in UTF-8 bytes).

    `turn` counts the calls of the same name before it on its line.
    """

    def __init__(self, text: str, name: str, end: tuple[int, int], turn: int) -> None:
        self.text = text
        self._name = name
        self._end = end
        self._turn = turn

    def begins(self, frame: FrameType) -> bool:
        """Whether `frame`, which is entered from the line of the call, is entered by this call.

        Before 3.11 code objects do not tell where in a line they are: then the name and the turn decide.
        """
        caller = frame.f_back
        if HAS_CO_POSITIONS and caller is not None:
            _, line, _, column = position_of(caller)
            return (line, column) == self._end
        if frame.f_code.co_name != self._name:
            return False
        self._turn -= 1
        return self._turn < 0


def calls_on_line(text: str, line: int) -> list[Call]:
    """The calls in the statement at `line` of the source `text`.

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
    calls: list[Call] = []
    names: list[str] = []
    for end, written, name in sorted(found):
        calls.append(Call(written, name, end, names.count(name)))
        names.append(name)
    return calls


def _called_name(function: Any) -> str:
    return str(getattr(function, "id", None) or getattr(function, "attr", None) or "")
