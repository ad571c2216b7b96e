"""Items of containers, by pages.

Decides how the items of each kind of container are counted and read without
touching those before or after the page.  Items are read with the methods of
the built-in class, whatever a subclass puts in their place.
"""

from __future__ import annotations

from . import tables
from .child import Child
from .presentation import render
from .records import field_names_of_tuple
from .static import class_attribute, is_a, loaded_class, module_name, namespace_of, qualified_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterator, Optional

    from .child import Assign

    View = Callable[[Any, Any, bool], "Indexed"]

_LITERALS = (str, int, float, bool, bytes, type(None), type(Ellipsis))
_LONGEST_LITERAL = 500


class Indexed:
    """`length` items, of which `page` reads some."""

    length: int

    def page(self, start: int, count: int) -> list[Child]:
        raise NotImplementedError


class Sequence(Indexed):
    """A list, tuple, deque, range, bytes, bytearray or array."""

    def __init__(self, value: Any, base: Any, writable: bool) -> None:
        self.length = base.__len__(value)
        self._value = value
        self._read = base.__getitem__
        self._writable = writable
        self._names = field_names_of_tuple(value) or ()
        self._access = _access(value, base)

    def page(self, start: int, count: int) -> list[Child]:
        return [self._child(index) for index in range(start, min(start + count, self.length))]

    def _child(self, index: int) -> Child:
        assign = item_setter(self._value, index) if self._writable else None
        item = self._read(self._value, index)
        if self._names:
            return Child(self._names[index], item, f".{self._names[index]}", assign)
        prefix, opening, close = self._access
        return Child(str(index), item, f"{opening}{index}{close}", assign, prefix=prefix, key=index)


class Mapping(Indexed):
    """A dictionary or mappingproxy, in its own order."""

    def __init__(self, value: Any, base: Any, writable: bool) -> None:
        self.length = base.__len__(value)
        self._value = value
        self._items = base.items
        self._writable = writable
        self._access = _access(value, base)
        self._values = ("[*dict.values(", ")]") if base is dict else ("[*", ".values()]")

    def page(self, start: int, count: int) -> list[Child]:
        pairs = page_of(iter(self._items(self._value)), start, count)
        return [self._child(start + index, key, value) for index, (key, value) in enumerate(pairs)]

    def _child(self, index: int, key: Any, value: Any) -> Child:
        text = literal(key)
        if text is not None:
            prefix, opening, close = self._access
            suffix = f"{opening}{text}{close}"
        else:
            # By its place, as nothing that could be written finds the key again.
            prefix, suffix = self._values[0], f"{self._values[1]}[{index}]"
        assign = item_setter(self._value, key) if self._writable else None
        return Child(render(key), value, suffix, assign, prefix=prefix, key=key)


class Elements(Indexed):
    """A set or a view of a dictionary: its elements are reached by their places."""

    def __init__(self, value: Any, base: Any, writable: bool) -> None:
        self.length = base.__len__(value)
        self._value = value
        self._base = base

    def page(self, start: int, count: int) -> list[Child]:
        elements = page_of(self._base.__iter__(self._value), start, count)
        return [
            Child(str(index), element, f"][{index}]", prefix="[*", key=index)
            for index, element in enumerate(elements, start)
        ]


class Rows(Indexed):
    """The rows of a table or array of numpy or pandas."""

    def __init__(self, value: Any, length: int) -> None:
        self.length = length
        self._value = value

    def page(self, start: int, count: int) -> list[Child]:
        return [self._child(index) for index in range(start, min(start + count, self.length))]

    def _child(self, index: int) -> Child:
        label, row, suffix = tables.row(self._value, index)
        name = f"[{index}]" if label is None else render(label)
        return Child(name, row, suffix, tables.row_setter(self._value, index))


def indexed_view(value: Any) -> Optional[Indexed]:
    """Return the items of a value, or None if it is not a container that is known."""
    for base, view, writable in _BUILTIN_CONTAINERS:
        if is_a(value, base):
            return view(value, base, writable)
    for module, name, view, writable in _LOADED_CONTAINERS:
        cls = loaded_class(module, name)
        if cls is not None and is_a(value, cls):
            return view(value, cls, writable)
    length = tables.length_of(value)
    return None if length is None else Rows(value, length)


def _access(value: Any, base: Any) -> tuple[str, str, str]:
    """Return what comes before a container, an index and the end, in an expression that gives the item.

    Where a subclass has its own way of subscripting, that of the built-in class is asked for by name.
    """
    is_own = class_attribute(type(value), "__getitem__") is not namespace_of(base)["__getitem__"]
    if is_own and module_name(base) == "builtins":
        return f"{qualified_name(base)}.__getitem__(", ", ", ")"
    return "", "[", "]"


def literal(value: Any) -> Optional[str]:
    """Return Python source that gives an equal value, or None for what has none, or a long one."""
    if type(value) is tuple:
        return _tuple_literal(value)
    if type(value) not in _LITERALS or value != value or value in (float("inf"), float("-inf")):
        return None
    if type(value) in (int, bool):
        return repr(value) if int.bit_length(value) <= _LONGEST_LITERAL else None
    text = repr(value)
    return text if len(text) <= _LONGEST_LITERAL else None


def _tuple_literal(items: tuple[Any, ...]) -> Optional[str]:
    if len(items) > 10:
        return None
    parts = [literal(item) for item in items]
    if any(part is None for part in parts):
        return None
    return f"({', '.join(map(str, parts))}{',' if len(parts) == 1 else ''})"


def page_of(items: Iterator[Any], start: int, count: int) -> list[Any]:
    """Return some of what an iterator gives; fewer if its container changes meanwhile."""
    page: list[Any] = []
    try:
        # `zip` asks the range first, so that no item is lost.
        for _ in zip(range(start), items):
            continue
        for _, item in zip(range(count), items):
            page.append(item)
    except RuntimeError:  # another thread has changed the size of the container
        return page
    return page


def item_setter(container: Any, key: Any) -> Assign:
    """Return what sets an item as the program itself would."""

    def assign(value: Any) -> None:
        container[key] = value

    return assign


_DICT_VIEWS: tuple[type, ...] = (type({}.keys()), type({}.values()), type({}.items()))
_BUILTIN_CONTAINERS: tuple[tuple[type, View, bool], ...] = (
    (list, Sequence, True),
    (dict, Mapping, True),
    (tuple, Sequence, False),
    (set, Elements, False),
    (frozenset, Elements, False),
    (bytes, Sequence, False),
    (bytearray, Sequence, True),
    (range, Sequence, False),
    (type(type.__dict__), Mapping, False),
    *((view, Elements, False) for view in _DICT_VIEWS),
)
_LOADED_CONTAINERS: tuple[tuple[str, str, View, bool], ...] = (
    ("collections", "deque", Sequence, True),
    ("array", "array", Sequence, True),
)
