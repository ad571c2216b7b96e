"""Code objects of the program, read by address: which function one is, and its tables.

Decides what is read of them, once each.  One thread.
"""

from __future__ import annotations

import struct
from functools import cached_property

from . import tables
from .objects import Objects, Torn

#: CO_VARARGS and CO_VARKEYWORDS.
_TAKES_POSITIONAL, _TAKES_KEYWORDS = 4, 8
#: Since 3.11.
_QUALIFIED_NAME = 128


class Code:
    """What is read of a code object: which function it is, and its tables.  Raises `OSError`."""

    def __init__(self, objects: Objects, version: int, address: int) -> None:
        layout, space = objects.layout, objects.space
        if objects.type_name(address) != "code":
            raise Torn
        self._objects = objects
        self._version = version
        self._address = address
        self.name = objects.text(space.u64(address + layout.code_name))
        self.file = objects.text(space.u64(address + layout.code_filename))
        self.first_line = space.i32(address + layout.code_first_line)
        #: What was asked already, by offset: many frames stand in one place.
        self._line_at: dict[int, int] = {}
        self._depth_at: dict[int, int] = {}

    @cached_property
    def instructions(self) -> int:
        """Where its bytecode begins, since 3.11."""
        return self._address + self._objects.layout.code_instructions

    @cached_property
    def qualified_name(self) -> str:
        """Since 3.11."""
        return self._objects.text(self._objects.space.u64(self._address + _QUALIFIED_NAME))

    @cached_property
    def variables(self) -> list[str]:
        """Names of local variables, with those of cells, in the order of the frame's slots."""
        layout = self._objects.layout
        names = self._texts(layout.code_names)
        if layout.code_cell_names >= 0:
            names += self._texts(layout.code_cell_names) + self._texts(layout.code_free_names)
        return names

    @cached_property
    def arguments(self) -> frozenset[str]:
        """Those of the variables that are parameters."""
        layout, space = self._objects.layout, self._objects.space
        # The second are those of the first that are positional only.
        counts = space.read(self._address + layout.code_arguments, 12)
        positional, _, by_keyword = struct.unpack("<3i", counts)
        flags = space.u32(self._address + layout.code_flags)
        others = bool(flags & _TAKES_POSITIONAL) + bool(flags & _TAKES_KEYWORDS)
        return frozenset(self.variables[: positional + by_keyword + others])

    @cached_property
    def used_names(self) -> list[str]:
        """Global names and attributes that its bytecode speaks of."""
        return self._texts(self._objects.layout.code_used_names)

    @cached_property
    def stack_size(self) -> int:
        """Of the value stack, in values."""
        return self._objects.space.i32(self._address + self._objects.layout.code_stack_size)

    @cached_property
    def local_count(self) -> int:
        """Slots before those of the value stack, since 3.11."""
        return self._objects.space.i32(self._address + self._objects.layout.code_local_count)

    @cached_property
    def _lines(self) -> bytes:
        return self._bytes(self._objects.layout.code_lines)

    @cached_property
    def _handlers(self) -> bytes:
        return self._bytes(self._objects.layout.code_handlers)

    def line(self, offset: int) -> int:
        if offset not in self._line_at:
            self._line_at[offset] = tables.line_of(
                self._version, self._lines, self.first_line, max(0, offset)
            )
        return self._line_at[offset]

    def handler_depth(self, offset: int) -> int:
        if offset not in self._depth_at:
            self._depth_at[offset] = tables.handler_depth(self._handlers, offset)
        return self._depth_at[offset]

    def _bytes(self, offset: int) -> bytes:
        return self._objects.content(self._objects.space.u64(self._address + offset))

    def _texts(self, offset: int) -> list[str]:
        items = self._objects.items(self._objects.space.u64(self._address + offset))
        return [self._objects.text(item) for item in items]
