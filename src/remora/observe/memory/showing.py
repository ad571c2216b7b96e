"""Frames as a picture shows them.

Decides which variables of a frame are shown.  One thread.
"""

from __future__ import annotations

import time
from itertools import islice

from ..picture import Frame, Variable
from .code import Code
from .frames import RawFrame
from .objects import Objects
from .values import Values

#: Variables that are shown of one frame.
_VARIABLES = 200


class TooLong(Exception):
    """It takes longer than it may."""


class Showing:
    """Shows frames, with their variables if `locals` is set; until `until`, by `time.monotonic`."""

    def __init__(self, objects: Objects, *, locals: bool, until: float) -> None:
        self._until = until
        self._values = Values(objects) if locals else None
        #: Many frames stand in one place, and a code object may be shown for each of them.
        self._frames: dict[tuple[Code, int], Frame] = {}

    def frame(self, raw: RawFrame) -> Frame:
        """Raises `OSError`, and `TooLong`."""
        if time.monotonic() > self._until:
            raise TooLong
        key = raw.code, raw.offset
        if self._values:
            return Frame(raw.code.name, raw.code.file, raw.line, variables=self._variables(raw, self._values))
        if key not in self._frames:
            self._frames[key] = Frame(raw.code.name, raw.code.file, raw.line)
        return self._frames[key]

    def _variables(self, raw: RawFrame, values: Values) -> tuple[Variable, ...]:
        arguments = raw.code.arguments
        return tuple(
            Variable(name, values.text(address), name in arguments)
            for name, address in islice(raw.variables.items(), _VARIABLES)
        )
