"""Objects that are a list of named fields: named tuples, dataclasses, attrs, pydantic models.

Decides whether the text of such an object is made by its library, so that it
can be made here, bounded, from the stored fields.  A class with a `__repr__`
of its own is not a record.  Imports none of those libraries.
"""

from __future__ import annotations

from .static import (
    ABSENT,
    FUNCTION,
    class_attribute,
    instance_dict,
    is_a,
    stored_attribute,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, List, Optional, Tuple

    Fields = Optional[List[Tuple[str, Any]]]


def fields_of(value: Any) -> Fields:
    """Return the (name, value) pairs that the generated `__repr__` of `value` would show, or None."""
    function = class_attribute(type(value), "__repr__")
    if type(function) is not FUNCTION:
        return None
    for library in (_named_tuple, _dataclass, _attrs, _pydantic):
        fields = library(value, function)
        if fields is not None:
            return fields
    return None


def field_names_of_tuple(value: Any) -> tuple[str, ...] | None:
    """Return the field names of a named tuple, or None if `value` is none."""
    names = class_attribute(type(value), "_fields") if is_a(value, tuple) else None
    if type(names) is not tuple or len(names) != tuple.__len__(value):
        return None
    return names if all(type(name) is str for name in names) else None


def _named_tuple(value: Any, function: Any) -> Fields:
    names = field_names_of_tuple(value)
    if names is None or not _is_of_module(function, "collections", "namedtuple_"):
        return None
    return list(zip(names, tuple.__iter__(value)))


def _dataclass(value: Any, function: Any) -> Fields:
    fields = class_attribute(type(value), "__dataclass_fields__")
    inner = instance_dict(function)
    wrapped: Any = (inner or {}).get("__wrapped__", function)
    if type(fields) is not dict or type(wrapped) is not FUNCTION:
        return None
    code = wrapped.__code__
    if code.co_filename != "<string>" or code.co_name != "__repr__":
        return None
    shown = [field for field in fields.values() if getattr(field, "repr", False) is True]
    kind = "_FIELD"  # not a ClassVar or InitVar pseudo-field
    names = [field.name for field in shown if str(getattr(field, "_field_type", kind)) == kind]
    return _stored(value, names)


def _attrs(value: Any, function: Any) -> Fields:
    attributes = class_attribute(type(value), "__attrs_attrs__")
    if not is_a(attributes, tuple) or not function.__code__.co_filename.startswith("<attrs generated"):
        return None
    return _stored(
        value,
        [each.name for each in attributes if getattr(each, "repr", False) is True],
    )


def _pydantic(value: Any, function: Any) -> Fields:
    arguments = class_attribute(type(value), "__repr_args__")
    fields = instance_dict(value)
    if fields is None or type(arguments) is not FUNCTION:
        return None
    if not (_is_of_module(function, "pydantic") and _is_of_module(arguments, "pydantic")):
        return None
    return [(name, each) for name, each in list(dict.items(fields)) if not name.startswith("_")]


def _stored(value: Any, names: Iterable[str]) -> list[tuple[str, Any]]:
    pairs = [(name, stored_attribute(value, name)) for name in names]
    return [(name, each) for name, each in pairs if each is not ABSENT]


def _is_of_module(function: Any, *roots: str) -> bool:
    """Tell whether a function's globals are those of a module below one of `roots`."""
    name = function.__globals__.get("__name__")
    return type(name) is str and any(name == root or name.startswith((root + ".", root)) for root in roots)
