"""Reading objects without running code of theirs.

Decides what can be known about a value when `__getattr__`, properties,
`__class__` and metaclasses are not to be trusted; must not know how it is
shown.  Runs on any thread.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, Mapping


class Absent:
    """The type of `ABSENT`, which stands for "there is no value"."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Any = Absent()


class RunsCode(Exception):
    """The attribute can be had only by running code of the program."""


def mro_of(cls: type) -> tuple[type, ...]:
    """Return the method resolution order, whatever a metaclass says it is."""
    order: tuple[type, ...] = _TYPE_MRO.__get__(cls)
    return order


def namespace_of(cls: type) -> Mapping[str, Any]:
    """Return the `__dict__` of a class, whatever a metaclass says it is."""
    namespace: Mapping[str, Any] = _TYPE_DICT.__get__(cls)
    return namespace


def qualified_name(cls: type) -> str:
    """Return the `__qualname__` of a class."""
    name: str = _TYPE_QUALNAME.__get__(cls)
    return name


def module_name(cls: type) -> str:
    """Return the name of the module that a class says it is from, or ""."""
    try:
        name = _TYPE_MODULE.__get__(cls)
    except AttributeError:
        return ""
    return name if type(name) is str else ""


def is_a(value: Any, cls: type) -> bool:
    """Tell whether `type(value)` derives from `cls`, not asking `__class__` or `__instancecheck__`."""
    return derives(type(value), cls)


def derives(cls: type, base: type) -> bool:
    return any(each is base for each in mro_of(cls))


def loaded_class(module: str, name: str) -> type | None:
    """Return a class of a module if the program has imported that, and never import it."""
    namespace = instance_dict(sys.modules.get(module))
    found = namespace.get(name) if namespace is not None else None
    return found if found is not None and is_a(found, type) else None


def class_attribute(cls: type, name: str) -> Any:
    """Return what a class or its bases hold under `name`, unbound, or `ABSENT`."""
    for base in mro_of(cls):
        namespace = namespace_of(base)
        if name in namespace:
            return namespace[name]
    return ABSENT


def instance_dict(value: Any) -> dict[str, Any] | None:
    """Return the `__dict__` of an instance, or None if it has none that can be had without its code."""
    descriptor = class_attribute(type(value), "__dict__")
    if type(descriptor) not in (GETSET, MEMBER):
        return None
    try:
        found = descriptor.__get__(value)
    except Exception:  # a C getter may refuse, for example an object that is not initialised
        return None
    return found if is_a(found, dict) else None


def slots_of(cls: type) -> Iterator[tuple[str, Any]]:
    """Yield (name, descriptor) of the `__slots__` of a class and its bases, base classes first."""
    for base in reversed(mro_of(cls)):
        if "__slots__" in namespace_of(base):
            for name, found in list(namespace_of(base).items()):
                if type(found) is MEMBER:
                    yield name, found


def stored_attribute(value: Any, name: str) -> Any:
    """Return what an instance stores under `name` in its dictionary or a slot, or `ABSENT`."""
    found = class_attribute(type(value), name)
    if type(found) is MEMBER:
        return read_descriptor(found, value)
    namespace = instance_dict(value)
    return ABSENT if namespace is None else dict.get(namespace, name, ABSENT)


def read_descriptor(descriptor: Any, value: Any) -> Any:
    """Return the value of a slot or C attribute, or `ABSENT` if it is empty or refuses."""
    try:
        return descriptor.__get__(value)
    except Exception:  # an empty slot raises AttributeError, a C getter what it likes
        return ABSENT


def attribute(value: Any, name: str) -> Any:
    """Return `value.name` without running code of the program.

    Raises `RunsCode` if only such code could tell, `AttributeError` if there
    is certainly no such attribute.
    """
    cls = type(value)
    if class_attribute(cls, "__getattribute__") not in _PLAIN_LOOKUPS:
        raise RunsCode(name)
    in_class = class_attribute(cls, name)
    if in_class is not ABSENT and _is_data_descriptor(in_class):
        return _bind(in_class, value, name)
    stored = class_attribute(value, name) if is_a(value, type) else stored_attribute(value, name)
    if stored is not ABSENT:
        return _bind_to_class(stored, value, name) if is_a(value, type) else stored
    if in_class is not ABSENT:
        return _bind(in_class, value, name)
    if class_attribute(cls, "__getattr__") is not ABSENT or _module_answers(value):
        raise RunsCode(name)
    raise AttributeError(name)


def attribute_names(value: Any) -> set[str]:
    """Return the names that `value` has as attributes, as far as they stand in dictionaries."""
    classes = mro_of(type(value))
    names = {name for cls in classes for name in list(namespace_of(cls))}
    if is_a(value, type):
        names.update(name for cls in mro_of(value) for name in list(namespace_of(cls)))
    names.update(list(instance_dict(value) or ()))
    return {name for name in names if type(name) is str}


def _bind(found: Any, value: Any, name: str) -> Any:
    kind = type(found)
    if kind in (GETSET, MEMBER):
        return found.__get__(value)
    if kind in ROUTINES:
        return found.__get__(value, type(value))
    if kind is staticmethod:
        return found.__func__
    if kind is classmethod and type(found.__func__) is FUNCTION:
        return found.__func__.__get__(type(value))
    if class_attribute(kind, "__get__") is not ABSENT:
        raise RunsCode(name)
    return found


def _bind_to_class(found: Any, cls: type, name: str) -> Any:
    """Bind as `cls.name` does: functions and slots are returned as they are."""
    if type(found) is FUNCTION or type(found) in (GETSET, MEMBER, property):
        return found
    if type(found) is classmethod and type(found.__func__) is FUNCTION:
        return found.__func__.__get__(cls)
    if type(found) in ROUTINES:
        return found.__get__(None, cls)
    return _bind(found, None, name)


def _is_data_descriptor(found: Any) -> bool:
    kind = type(found)
    return class_attribute(kind, "__set__") is not ABSENT or class_attribute(kind, "__delete__") is not ABSENT


def _module_answers(value: Any) -> bool:
    """Tell whether a module has a `__getattr__` function (PEP 562)."""
    return is_a(value, MODULE) and stored_attribute(value, "__getattr__") is not ABSENT


class _Slotted:
    __slots__ = ("slot",)


_OF_TYPE: Any = vars(type)
_TYPE_MRO: Any = _OF_TYPE["__mro__"]
_TYPE_DICT: Any = _OF_TYPE["__dict__"]
_TYPE_QUALNAME: Any = _OF_TYPE["__qualname__"]
_TYPE_MODULE: Any = _OF_TYPE["__module__"]

GETSET: type = type(_TYPE_DICT)
MEMBER: type = type(_Slotted.__dict__["slot"])
FUNCTION: Any = type(mro_of)
METHOD: Any = type(ABSENT.__repr__)
MODULE: type = type(sys)
BUILTIN: type = type(len)
WRAPPER: type = type(object.__repr__)
#: What binds to an instance without running code of the program, and is a function to its user.
ROUTINES: frozenset[type] = frozenset(
    (
        FUNCTION,
        WRAPPER,
        type(str.join),
        type(dict.__dict__["fromkeys"]),
        type(object.__new__),
    )
)
_PLAIN_LOOKUPS = (
    object.__getattribute__,
    type.__getattribute__,
    MODULE.__getattribute__,
)
