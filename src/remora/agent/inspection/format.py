"""How a client wants values to be shown.  Pure."""

from __future__ import annotations

from .child import Grouping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional


class Format:
    """Integers in hexadecimal or not, attributes in groups or not, the text cut off or whole.

    With `static`, no `__repr__` of the program is run.
    """

    __slots__ = ("grouping", "hexadecimal", "static", "whole")

    def __init__(
        self,
        *,
        hexadecimal: bool = False,
        grouping: Optional[Grouping] = None,
        whole: bool = False,
        static: bool = False,
    ) -> None:
        self.hexadecimal = hexadecimal
        self.grouping = grouping if grouping is not None else Grouping()
        self.whole = whole
        self.static = static
