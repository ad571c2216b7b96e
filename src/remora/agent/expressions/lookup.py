"""Evaluation that runs no code of the program, for hovering over text.

Decides which expressions are harmless: names, attributes that are stored,
constant subscripts of built-in containers.  Runs on the thread that owns the
frame.
"""

from __future__ import annotations

from ..inspection.static import ABSENT, RunsCode, attribute
from ..syntax import library_ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from types import FrameType
    from typing import Any, Mapping

_PLAIN_CONTAINERS = (list, tuple, dict, str, bytes, bytearray, range)
_PLAIN_KEYS = (int, str, float, bool, bytes, type(None))


class NotHarmless(Exception):
    """The expression cannot be evaluated without running code of the program."""


def look_up(expression: ast.Expr, frame: FrameType) -> Any:
    """Return the value of an expression.

    Raises `NotHarmless`, or the `NameError`, `AttributeError`, `LookupError`
    that Python would raise.
    """
    return _value(expression.value, frame)


def name_in_frame(frame: FrameType, name: str) -> Any:
    """Return the value of a name as code of the frame sees it, or `ABSENT`."""
    for namespace in (frame.f_locals, frame.f_globals, builtins_of(frame)):
        if name in namespace:
            return namespace[name]
    return ABSENT


def builtins_of(frame: FrameType) -> Mapping[str, Any]:
    """Return the namespace of built-in names of a frame."""
    builtins = frame.f_globals.get("__builtins__", {})
    found: Mapping[str, Any] = builtins if type(builtins) is dict else builtins.__dict__
    return found


def _value(node: Any, frame: FrameType) -> Any:
    ast = library_ast()
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return _name(node, frame)
    if isinstance(node, ast.Attribute):
        return _attribute(node, frame)
    if isinstance(node, ast.Subscript):
        return _item(node, frame)
    raise NotHarmless("only names, attributes and items are evaluated on hovering")


def _name(node: ast.Name, frame: FrameType) -> Any:
    value = name_in_frame(frame, node.id)
    if value is ABSENT:
        raise NameError(f"name {node.id!r} is not defined")
    return value


def _attribute(node: ast.Attribute, frame: FrameType) -> Any:
    try:
        return attribute(_value(node.value, frame), node.attr)
    except RunsCode:
        raise NotHarmless(f"the attribute {node.attr!r} is computed, which is not done on hovering") from None


def _item(node: ast.Subscript, frame: FrameType) -> Any:
    container = _value(node.value, frame)
    key = _key(node.slice, frame)
    if type(container) not in _PLAIN_CONTAINERS or type(key) not in _PLAIN_KEYS:
        raise NotHarmless("only items of built-in containers under simple keys are evaluated on hovering")
    return container[key]


def _key(node: Any, frame: FrameType) -> Any:
    ast = library_ast()
    if type(node).__name__ == "Index":  # Python 3.8 wraps a subscript
        node = node.value
    if (
        isinstance(node, ast.UnaryOp)
        and isinstance(node.op, ast.USub)
        and isinstance(node.operand, ast.Constant)
    ):
        number: Any = node.operand.value
        return -number if type(number) in (int, float) else None
    return _value(node, frame)
