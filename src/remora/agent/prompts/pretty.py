"""Results as a prompt shows them: containers over several lines, when they do not fit in one.

Decides where lines are broken and how much is shown, so that a list of ten
million items is told as fast as one of a thousand.  Texts of values are those
of `inspection.presentation`; an object that has one of its own is shown by it,
which is asked for once.  Runs on the thread that has evaluated.
"""

from __future__ import annotations

from ..inspection import records
from ..inspection.presentation import ELLIPSIS, fitting, is_known, own_text, render, type_name
from ..inspection.static import class_attribute, is_a, loaded_class

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, Iterator, Optional, Tuple

    #: What stands before the items, each with its label; their number; what stands after them.
    Shape = Tuple[str, Iterable[Tuple[str, Any]], int, str]

#: Characters of a result, items of a container, and containers in one another.
LONGEST, _MOST, _DEEPEST = 100_000, 1_000, 20
_INDENT = 4
#: Items that are no longer than this share a line.
_SHORT = 20


def pretty(value: Any, width: int) -> str:
    """The text of `value`, in lines of at most `width` characters where that can be; 0: in one line."""
    if _shape(value) is not None:
        return _Lines(width or LONGEST).text_of(value)
    text = render(value, limit=LONGEST) if is_known(value) else own_text(value)
    return text if len(text) <= LONGEST else text[:LONGEST] + ELLIPSIS


class _Full(Exception):
    """There is no room for more."""


class _Lines:
    """The text of one value while it grows."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._room = LONGEST
        self._parts: list[str] = []
        self._open: set[int] = set()
        #: What objects have said of themselves; they are alive as long as this is.
        self._own: dict[int, tuple[Any, str]] = {}

    def text_of(self, value: Any) -> str:
        try:
            self._value(value, 0, 0)
        except _Full:
            self._parts.append(ELLIPSIS)
        return "".join(self._parts)

    def _value(self, value: Any, indent: int, used: int) -> None:
        """Write it; `used` is what of the line is taken beside the indentation."""
        text = fitting(value, max(self._width - indent - used, 1), self._own_text)
        shape = None
        if text is None and id(value) not in self._open and indent < _DEEPEST * _INDENT:
            shape = _shape(value)
        if shape is None:
            self._write(render(value, limit=self._room) if text is None else text)
            return
        self._open.add(id(value))
        try:
            self._items(shape, indent + _INDENT)
        finally:
            self._open.discard(id(value))
        self._write("\n" + " " * indent + shape[3])

    def _items(self, shape: Shape, indent: int) -> None:
        opening, items, count, _ = shape
        self._write(opening)
        column = self._width
        for label, item in self._first(items):
            text = fitting(item, _SHORT, self._own_text) if not label else None
            if text is not None and column + len(text) + 2 < self._width:
                self._write(" %s," % text)
                column += len(text) + 2
                continue
            self._write("\n" + " " * indent + label)
            self._value(item, indent, len(label) + 1)
            self._write(",")
            column = self._width if text is None else indent + len(text) + 1
        if count > _MOST:
            self._write("\n%s%s %s more" % (" " * indent, ELLIPSIS, f"{count - _MOST:,}"))

    def _first(self, items: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
        try:
            for (label, item), _ in zip(items, range(_MOST)):
                yield label, item
        except RuntimeError:
            # Another thread has changed the container.
            self._write(ELLIPSIS)

    def _own_text(self, value: Any) -> str:
        known = self._own.get(id(value))
        if known is None:
            known = self._own[id(value)] = value, own_text(value)
        return known[1]

    def _write(self, text: str) -> None:
        self._parts.append(text[: self._room])
        self._room -= len(text)
        if self._room < 0:
            raise _Full


def _shape(value: Any) -> Optional[Shape]:
    """How a container is written, or None for what is none."""
    function = class_attribute(type(value), "__repr__")
    if function is dict.__repr__:
        return "{", _pairs(value), dict.__len__(value), "}"
    for base, opening, closing in _SEQUENCES:
        if function is base.__repr__:
            return opening, (("", item) for item in base.__iter__(value)), base.__len__(value), closing
    if function is set.__repr__ or function is frozenset.__repr__:
        return _shape_of_set(value)
    fields = records.fields_of(value)
    if fields is not None:
        return type_name(value) + "(", ((name + "=", each) for name, each in fields), len(fields), ")"
    return _shape_of_collection(value, function)


def _shape_of_collection(value: Any, function: Any) -> Optional[Shape]:
    for name in _OF_COLLECTIONS:
        cls: Any = loaded_class("collections", name)
        if cls is not None and is_a(value, cls) and class_attribute(cls, "__repr__") is function:
            if name == "deque":
                return type_name(value) + "([", (("", item) for item in cls.__iter__(value)), len(value), "])"
            factory = render(cls.default_factory.__get__(value)) + ", " if name == "defaultdict" else ""
            return type_name(value) + "(" + factory + "{", _pairs(value), dict.__len__(value), "})"
    return None


def _shape_of_set(value: Any) -> Optional[Shape]:
    items: list[Any] = []
    for item, _ in zip(value, range(_MOST)):
        items.append(item)
    opening, closing = ("{", "}") if type(value) is set else (type_name(value) + "({", "})")
    return (opening, (("", item) for item in items), len(value), closing) if items else None


def _pairs(value: Any) -> Iterator[tuple[str, Any]]:
    for key, item in dict.items(value):
        yield render(key, limit=200) + ": ", item


_SEQUENCES: Any = ((list, "[", "]"), (tuple, "(", ")"))
_OF_COLLECTIONS = ("deque", "defaultdict", "OrderedDict", "Counter")
