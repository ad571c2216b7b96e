"""Whether the arguments of a request are what the protocol says.

Decides by the table in `fields`, which is made from the schema; handlers may
then use what they get without looking at types again.  It knows nothing of the
debugger.  Any thread.
"""

from __future__ import annotations

from . import errors
from .fields import ARGUMENTS, SHAPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .fields import Kind

_DEPTH_LIMIT = 20

#: Requests that mean all threads to debugpy: its clients name none, or "*", for which 0 stands.
_OF_ALL_THREADS = ("continue", "pause")
_ABSENT = object()
_TYPE_NAMES = {
    bool: "true or false",
    int: "an integer",
    float: "a number",
    str: "a string",
    dict: "an object",
    list: "an array",
}


def check_arguments(command: str, arguments: Any) -> dict[str, Any]:
    """The arguments, as they may be handed to the handler of `command`.

    Missing arguments become an empty object, and optional fields that are null
    are left out, since some clients send null for what they do not want to say.
    Unknown fields stay.  Raises `RequestError` (invalid arguments) that names
    the field.
    """
    if arguments is None:
        arguments = {}
    try:
        if not isinstance(arguments, dict):
            raise _Mismatch("arguments", "must be an object")
        if command in _OF_ALL_THREADS and arguments.get("threadId") in (None, "*"):
            arguments["threadId"] = 0
        if command in ARGUMENTS:
            _check_object(arguments, ARGUMENTS[command], "", 0)
    except _Mismatch as mismatch:
        raise errors.invalid_arguments(command, str(mismatch)) from None
    return arguments


class _Mismatch(Exception):
    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field} {problem}")


def _check_object(value: dict[str, Any], shape: str, prefix: str, depth: int) -> None:
    if depth > _DEPTH_LIMIT:
        raise _Mismatch(prefix.rstrip("."), "is nested too deep")
    required, kinds = SHAPES[shape]
    for name in required:
        if name not in value:
            raise _Mismatch(prefix + name, "is missing")
    for name, kind in kinds.items():
        field = value.get(name, _ABSENT)
        if field is _ABSENT:
            continue
        if field is None and name not in required:
            del value[name]
            continue
        _check_value(field, kind, prefix + name, depth)


def _check_value(value: Any, kind: Kind, field: str, depth: int) -> None:
    if isinstance(kind, type):
        if not _is_of_type(value, kind):
            raise _Mismatch(field, "must be " + _TYPE_NAMES[kind])
    elif isinstance(kind, range):
        if not _is_of_type(value, int) or value < kind.start:
            raise _Mismatch(field, f"must be an integer, {kind.start} or more")
    elif isinstance(kind, tuple):
        if value not in kind:
            raise _Mismatch(field, "must be one of " + ", ".join(kind))
    elif isinstance(kind, list):
        _check_array(value, kind[0], field, depth)
    elif not isinstance(value, dict):
        raise _Mismatch(field, "must be an object")
    else:
        _check_object(value, kind, field + ".", depth + 1)


def _check_array(value: Any, kind: Kind, field: str, depth: int) -> None:
    if not isinstance(value, list):
        raise _Mismatch(field, "must be an array")
    for index, item in enumerate(value):
        _check_value(item, kind, f"{field}[{index}]", depth)


def _is_of_type(value: Any, kind: type) -> bool:
    """As JSON means it: true is no integer, an integer is a number."""
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, (int, float) if kind is float else kind)
