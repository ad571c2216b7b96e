"""What an expression of the program's text means in a frame: names, attributes, elements.

Decides what of it can be told without running anything; "" and 0 otherwise.
Properties, and whatever else would have to be called, are not followed.  One thread.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from . import lookups
from .frames import RawFrame
from .objects import Objects


def resolve(objects: Objects, frame: RawFrame, text: str) -> int:
    """The address of what an expression means in a frame.  Raises `OSError`."""
    scope = _FrameScope(objects, frame)
    return _Meaning(objects, scope, frame.code.used_names).of(ast.parse(text, mode="eval").body)


def resolve_from(objects: Objects, names: Mapping[str, int], text: str, used_names: list[str]) -> int:
    """The same where only these names mean something."""
    return _Meaning(objects, names, used_names).of(ast.parse(text, mode="eval").body)


class _FrameScope(dict[str, int]):
    """Variables as they are asked for."""

    def __init__(self, objects: Objects, frame: RawFrame) -> None:
        super().__init__(frame.variables)
        self._objects = objects
        self._frame = frame

    def __missing__(self, name: str) -> int:
        if name in self._frame.code.variables:
            return 0
        return dict(self._objects.dict_items(self._frame.globals)).get(name, 0)


class _Meaning:
    def __init__(self, objects: Objects, scope: Mapping[str, int], used_names: list[str]) -> None:
        self._objects = objects
        self._scope = scope
        self._used_names = used_names

    def of(self, node: ast.expr) -> int:
        if isinstance(node, ast.Name):
            return self._named(node.id)
        if isinstance(node, ast.Attribute):
            value = self.of(node.value)
            return lookups.attribute(self._objects, value, self._in_class(node.attr)) if value else 0
        if isinstance(node, ast.Subscript):
            value, key = self.of(node.value), self._key(node.slice)
            return lookups.element(self._objects, value, key) if value and key is not None else 0
        return 0

    def _named(self, name: str) -> int:
        try:
            return self._scope[name]
        except KeyError:
            return 0

    def _key(self, node: ast.expr) -> str | int | None:
        if isinstance(node, ast.Constant) and isinstance(node.value, str | int):
            return node.value
        address = self.of(node)
        kind = self._objects.type_name(address) if address else ""
        if kind == "str":
            return self._objects.text(address)
        return self._objects.integer(address) if kind == "int" else None

    def _in_class(self, name: str) -> str:
        """As the class has it: `__lock` is `_Account__lock` there."""
        if not name.startswith("__") or name.endswith("__"):
            return name
        return next((each for each in self._used_names if each.startswith("_") and each.endswith(name)), name)
