"""The text of the program's functions, as far as it is still what runs.

Decides which text belongs to a function.  Files that were changed after the
program had begun say nothing.  One thread.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from .code import Code
from .spaces import AddressSpace
from .suites import Function

_MOST_SOURCE = 1 << 20
#: What the interpreter calls the body of a file.
_MODULE = "<module>"

Body = Sequence[ast.stmt]


class Sources:
    """Source files as the process sees them, parsed once each."""

    def __init__(self, space: AddressSpace) -> None:
        self._space = space
        self._files: dict[str, dict[tuple[str, int], Function]] = {}
        self._bodies: dict[str, Body] = {}

    def function(self, code: Code) -> Function | None:
        """None of what is no function, or has no text any more."""
        self._read(code.file)
        return self._files[code.file].get((code.name, code.first_line))

    def body(self, code: Code) -> Body:
        """Its statements; none if there is no text."""
        function = self.function(code)
        if function:
            return function.body
        return self._bodies[code.file] if code.name == _MODULE else ()

    def _read(self, path: str) -> None:
        if path in self._files:
            return
        tree = self._parsed(path)
        self._bodies[path] = tree.body
        self._files[path] = {
            (node.name, min([node.lineno, *(each.lineno for each in node.decorator_list)])): node
            for node in ast.walk(tree)
            if isinstance(node, Function)
        }

    def _parsed(self, path: str) -> ast.Module:
        """An empty one of a file that is not there, or no Python of today."""
        try:
            text = self._space.source(path)
            return ast.parse(text if len(text) <= _MOST_SOURCE else b"")
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            return ast.Module([], [])
