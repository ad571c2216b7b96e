"""The attributes of a value, as children.

Decides which attributes are listed, and that nothing is run to read them:
properties are listed as lazy.  Runs on the thread that owns the value.
"""

from __future__ import annotations

from . import tables
from .child import Child, Grouping, Lazy
from .exception_details import members_of
from .records import field_names_of_tuple
from .static import (
    ABSENT,
    BUILTIN,
    FUNCTION,
    GETSET,
    MEMBER,
    MODULE,
    class_attribute,
    instance_dict,
    is_a,
    module_name,
    mro_of,
    namespace_of,
    read_descriptor,
    slots_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, Optional

    from .child import Assign

#: Values whose text says everything.
_ATOMS: tuple[type, ...] = (
    int,
    float,
    complex,
    str,
    bytes,
    bytearray,
    bool,
    type(None),
    type(Ellipsis),
    type(NotImplemented),
)
#: Those of them that have nothing inside.
_HOLLOW: frozenset[type] = frozenset(each for each in _ATOMS if each not in (bytes, bytearray))
#: Containers whose items say everything, if the class is exactly this.
_PLAIN: tuple[type, ...] = (
    list,
    tuple,
    dict,
    set,
    frozenset,
    range,
    type(type.__dict__),
    type({}.keys()),
    type({}.values()),
)
_PLAIN_TYPES = frozenset((*_ATOMS, *_PLAIN, type({}.items()), object))
#: Modules of C classes whose attributes are known to be cheap and without effect.
_TRUSTED = frozenset(("builtins", "datetime", "decimal", "re", "_io", "types", "functools", "array"))
KEYWORDS = frozenset(
    "False None True and as assert async await break class continue def del elif else except finally for from"
    " global if import in is lambda nonlocal not or pass raise return try while with yield".split()
)


def has_attributes(value: Any) -> bool:
    """Tell whether a value has anything to list beside items."""
    return type(value) not in _PLAIN_TYPES


def is_hollow(value: Any) -> bool:
    """Tell whether a value has neither items nor attributes nor memory to look into."""
    return type(value) in _HOLLOW


def attribute_children(value: Any, grouping: Grouping) -> list[Child]:
    """Return the attributes of a value: what the instance stores, then what its class adds."""
    if not has_attributes(value):
        return grouping.groups_of(("special", "function"), lambda: _inherited(value))
    children: dict[str, Child] = {}
    items = field_names_of_tuple(value) or ()
    for child in _attributes(value):
        if child.name not in items:
            children.setdefault(child.name, child)
    return grouping.arrange(children.values())


def _attributes(value: Any) -> Iterator[Child]:
    if is_a(value, BaseException):
        yield from _exception_attributes(value)
    yield from tables.attributes(value)
    yield from _stored(value)
    if is_a(value, type):
        yield from _class_attributes(value)
    elif not is_a(value, MODULE):
        yield from _inherited(value)


def _stored(value: Any) -> Iterator[Child]:
    if not is_a(value, type):
        for name, found in list(dict.items(instance_dict(value) or {})):
            if type(name) is str:
                yield Child(name, found, _suffix(name), attribute_setter(value, name))
    for name, descriptor in slots_of(type(value)):
        found = read_descriptor(descriptor, value)
        if found is not ABSENT:
            yield Child(name, found, _suffix(name), attribute_setter(value, name))


def _class_attributes(cls: type) -> Iterator[Child]:
    for name, found in list(namespace_of(cls).items()):
        if type(name) is str:
            yield Child(name, found, _suffix(name), attribute_setter(cls, name))
    yield Child("__bases__", vars(type)["__bases__"].__get__(cls), ".__bases__")
    yield Child("__mro__", mro_of(cls), ".__mro__")


def _inherited(value: Any) -> Iterator[Child]:
    for cls in mro_of(type(value)):
        if cls is object:
            continue
        for name, found in list(namespace_of(cls).items()):
            if type(name) is str:
                child = _inherited_child(value, cls, name, found)
                if child is not None:
                    yield child


def _inherited_child(value: Any, cls: type, name: str, found: Any) -> Optional[Child]:
    kind = type(found)
    if kind in (GETSET, MEMBER):
        return _native_child(value, cls, name, found)
    if name in ("__dict__", "__weakref__", "__slots__", "__module__"):
        return None
    if kind in (FUNCTION, BUILTIN):
        return Child(
            name,
            found.__get__(value) if kind is FUNCTION else found,
            _suffix(name),
            kind="method",
        )
    if kind is property or class_attribute(kind, "__get__") is not ABSENT and _is_computed(kind):
        setter = attribute_setter(value, name)
        return Child(name, Lazy(lambda: getattr(value, name)), _suffix(name), setter, "property")
    return Child(name, found, _suffix(name), attribute_setter(value, name), "class")


def _is_computed(kind: type) -> bool:
    """Tell whether a descriptor of the program computes, unlike a function of some kind."""
    return not any(each is staticmethod or each is classmethod for each in mro_of(kind)) and is_python_class(
        kind
    )


def is_python_class(cls: type) -> bool:
    """Tell whether a class is made by a `class` statement (has `Py_TPFLAGS_HEAPTYPE` and a module)."""
    return type(class_attribute(cls, "__get__")) is FUNCTION


def _native_child(value: Any, cls: type, name: str, descriptor: Any) -> Optional[Child]:
    if name in ("__dict__", "__weakref__") or type(descriptor) is MEMBER and "__slots__" in namespace_of(cls):
        return None
    if module_name(cls) not in _TRUSTED:
        return Child(name, Lazy(lambda: getattr(value, name)), _suffix(name), None, "property")
    found = read_descriptor(descriptor, value)
    return None if found is ABSENT else Child(name, found, _suffix(name), attribute_setter(value, name))


def _exception_attributes(error: BaseException) -> Iterator[Child]:
    yield Child(
        "args",
        _EXCEPTION["args"].__get__(error),
        ".args",
        attribute_setter(error, "args"),
    )
    members = members_of(error)
    if members:
        yield Child("exceptions", members, ".exceptions")
    for name in ("__cause__", "__context__"):
        found = _EXCEPTION[name].__get__(error)
        if found is not None:
            # Without underscores it stays out of the group of special variables: it is what one looks for.
            yield Child(name[2:-2], found, f".{name}")


def attribute_setter(value: Any, name: str) -> Assign:
    """Return what sets an attribute as the program itself would."""

    def assign(new: Any) -> None:
        setattr(value, name, new)

    return assign


def _suffix(name: str) -> Optional[str]:
    # Inside a class a name that begins with two underscores means another one.
    is_private = name.startswith("__") and not name.endswith("__")
    if name.isidentifier() and name not in KEYWORDS and not is_private:
        return f".{name}"
    return f".__dict__[{name!r}]"


_EXCEPTION: Any = BaseException.__dict__
