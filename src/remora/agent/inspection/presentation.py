"""Values as one line of text.

Decides what a value looks like and how much of it is read; must not know the
protocol.  What Python itself would print is imitated without calling code of
the program where the text would come from a built-in type, so that a list of
ten million items costs as much as one of a hundred.  Runs on the thread that
owns the value.
"""

from __future__ import annotations

import sys

from ..interruption import Interrupted
from . import records, tables
from .static import (
    METHOD,
    class_attribute,
    is_a,
    loaded_class,
    module_name,
    qualified_name,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterable

#: Characters of a value in a list of variables.
LIMIT = 1000
_ITEMS = 100
_DEPTH = 5
#: Decimal text of longer integers takes quadratic time, and Python refuses it (CVE-2020-10735).
_DECIMAL_BITS = 13_000
ELLIPSIS = "\u2026"


def render(value: Any, *, limit: int | None = LIMIT, hex: bool = False, static: bool = False) -> str:
    """Return the text of `value`, at most about `limit` characters long; None sets no limit.

    Never raises because of the value, except `Interrupted`.  With `hex`,
    integers are shown in hexadecimal.  With `static`, no `__repr__` of a class
    that is not known here is called.  One that was interrupted is not called
    again, except for the whole text.
    """
    if limit is None:
        writer = _Writer(sys.maxsize, sys.maxsize, sys.maxsize, hex, _text_by_repr)
    else:
        writer = _Writer(limit, _ITEMS, _DEPTH, hex, _text_by_address if static else _own_text)
    return writer.text_of(value)


def fitting(value: Any, room: int, own_text: Callable[[Any], str]) -> str | None:
    """Return the text of `value` if that is at most `room` characters long.

    `own_text` gives that of objects that have one of their own.
    """
    writer = _Writer(room, room, room, False, own_text)
    text = writer.text_of(value)
    return None if writer.is_full else text


def is_known(value: Any) -> bool:
    """Tell whether the text of `value` is made here, and so costs no more than what is shown of it."""
    function = class_attribute(type(value), "__repr__")
    return id(function) in _METHODS or _collection_method(value, function) is not None


def own_text(value: Any) -> str:
    """Return what `__repr__` of `value` gives, whatever it does; raises `Interrupted` alone."""
    return _text_by_repr(value)


def type_name(value: Any, *, full: bool = False) -> str:
    """Return the name of `type(value)`; `full` puts the module before it, except for built-in types."""
    return class_name(type(value), full=full)


def class_name(cls: type, *, full: bool = False) -> str:
    """Return the name of a class, see `type_name`."""
    name, module = qualified_name(cls), module_name(cls)
    return printable(f"{module}.{name}" if full and module not in ("", "builtins") else name)


def describe_error(error: BaseException) -> str:
    """Return "TypeName: message" in one go, whatever `__str__` of the exception does."""
    try:
        message = printable(str(error))
    except Interrupted:
        raise
    except BaseException as failure:
        message = f"<message unavailable: {type_name(failure)}>"
    if len(message) > LIMIT:
        message = message[:LIMIT] + ELLIPSIS
    return f"{type_name(error)}: {message}" if message else type_name(error)


def printable(text: str) -> str:
    """Return `text` as an exact `str` without lone surrogates, which no client could decode."""
    plain = str.__str__(text)
    if plain.isascii():
        return plain
    return plain.encode("utf-8", "backslashreplace").decode("utf-8")


class _Full(Exception):
    """The text has reached its limit."""


class _Writer:
    """The text of one value while it grows.

    Which method writes a value is found by the `__repr__` that its class
    inherits, so that subclasses of built-in types are shown as they show
    themselves.
    """

    def __init__(
        self, room: int, items: int, depth: int, hexadecimal: bool, own_text: Callable[[Any], str]
    ) -> None:
        self.is_full = False
        self._own_text = own_text
        self._room = room
        self._items = items
        self._depth = depth
        self._hexadecimal = hexadecimal
        self._parts: list[str] = []
        self._open: set[int] = set()

    def text_of(self, value: Any) -> str:
        try:
            self._write_value(value)
        except _Full:
            self.is_full = True
        return "".join(self._parts)

    def _write(self, text: str) -> None:
        if len(text) > self._room:
            self._parts.append(text[: self._room] + ELLIPSIS)
            raise _Full
        self._room -= len(text)
        self._parts.append(text)

    def _write_value(self, value: Any) -> None:
        function = class_attribute(type(value), "__repr__")
        method = _METHODS.get(id(function)) or _collection_method(value, function)
        if method is not None:
            method(self, value)
        elif not self._write_record(value) and not self._write_table(value):
            self._write(self._own_text(value))

    def _write_integer(self, value: int) -> None:
        bits = int.bit_length(value)
        if bits <= _DECIMAL_BITS:
            self._write(int.__format__(value, "#x") if self._hexadecimal else int.__repr__(value))
            return
        sign = "-" if int.__lt__(value, 0) else ""
        excess = max(0, bits // 4 - self._room)
        digits = int.__rshift__(int.__abs__(value), 4 * excess)
        self._write(f"{sign}{digits:#x}")
        if excess:
            self._write(ELLIPSIS)

    def _write_string(self, value: str) -> None:
        self._write_quoted(str.__repr__(str.__getitem__(value, slice(self._room))), str.__len__(value))

    def _write_bytes(self, value: bytes) -> None:
        self._write_quoted(
            bytes.__repr__(bytes.__getitem__(value, slice(self._room))),
            bytes.__len__(value),
        )

    def _write_bytearray(self, value: bytearray) -> None:
        self._write("bytearray(")
        self._write_bytes(bytes(bytearray.__getitem__(value, slice(min(self._room + 1, sys.maxsize)))))
        self._write(")")

    def _write_quoted(self, text: str, length: int) -> None:
        if len(text) <= self._room and length <= self._room:
            self._write(text)
        else:
            self._close_when_full(lambda: self._write(text[:-1] + ELLIPSIS), text[-1])

    def _write_list(self, value: list[Any]) -> None:
        self._write_items(value, "[", list.__iter__(value), "]")

    def _write_tuple(self, value: tuple[Any, ...]) -> None:
        close = ",)" if tuple.__len__(value) == 1 else ")"
        self._write_items(value, "(", tuple.__iter__(value), close)

    def _write_set(self, value: set[Any]) -> None:
        base = set if is_a(value, set) else frozenset
        plain, name = type(value) is set, type_name(value)
        if not base.__len__(value):  # type: ignore[arg-type]
            self._write(f"{name}()")
            return
        opening, close = ("{", "}") if plain else (name + "({", "})")
        self._write_items(value, opening, base.__iter__(value), close)  # type: ignore[arg-type]

    def _write_dict(self, value: dict[Any, Any]) -> None:
        self._write_items(value, "{", iter(dict.items(value)), "}", pairs=True)

    def _write_view(self, value: Any) -> None:
        """Write a deque, a view of a dictionary or a mappingproxy."""
        pairs = type(value) is _MAPPING_PROXY
        opening, close = ("({", "})") if pairs else ("([", "])")
        items = iter(value.items()) if pairs else class_attribute(type(value), "__iter__")(value)
        self._write_items(value, type_name(value) + opening, items, close, pairs=pairs)

    def _write_method(self, value: Any) -> None:
        name = getattr(value.__func__, "__qualname__", "?") if type(value.__func__) is _FUNCTION else "?"
        self._write(f"<bound method {name} of ")
        self._write_value(value.__self__)
        self._write(">")

    def _write_record(self, value: Any) -> bool:
        fields = records.fields_of(value)
        if fields is None:
            return False
        self._write_items(value, type_name(value) + "(", iter(fields), ")", fields=True)
        return True

    def _write_table(self, value: Any) -> bool:
        parts = tables.summary_of(value)
        if parts is None:
            return False
        opening, items, closing = parts
        self._write_items(value, opening, iter(items), closing)
        return True

    def _write_items(
        self,
        owner: Any,
        opening: str,
        items: Iterable[Any],
        close: str,
        *,
        pairs: bool = False,
        fields: bool = False,
    ) -> None:
        self._write(opening)
        if id(owner) in self._open:
            self._write("..." + close)
            return
        self._open.add(id(owner))
        self._depth -= 1
        try:
            self._close_when_full(lambda: self._write_each(items, pairs, fields), close)
        finally:
            self._depth += 1
            self._open.discard(id(owner))

    def _write_each(self, items: Iterable[Any], pairs: bool, fields: bool) -> None:
        count = 0
        try:
            for item in items:
                if count:
                    self._write(", ")
                if count >= self._items or self._depth < 0:
                    self._write(ELLIPSIS)
                    return
                count += 1
                if fields:
                    self._write(f"{item[0]}=")
                    self._write_value(item[1])
                elif pairs:
                    self._write_value(item[0])
                    self._write(": ")
                    self._write_value(item[1])
                else:
                    self._write_value(item)
        except (RuntimeError, RecursionError):
            # Another thread has changed the container, or the nesting is too deep for the interpreter.
            self._write(ELLIPSIS)

    def _close_when_full(self, write: Callable[[], None], close: str) -> None:
        try:
            write()
        except _Full:
            self._parts.append(close)
            raise
        self._write(close)


def _own_text(value: Any) -> str:
    if type(value) in _SLOW:
        return _text_by_address(value, ": its repr took too long before")
    return _text_by_repr(value)


def _text_by_repr(value: Any) -> str:
    try:
        return printable(repr(value))
    except Interrupted:
        _SLOW.add(type(value))
        raise
    except BaseException as error:
        reason = describe_error(error)
    return _text_by_address(value, f": repr failed: {reason}")


def _text_by_address(value: Any, remark: str = "") -> str:
    return f"<{type_name(value, full=True)} object at {id(value):#x}{remark}>"


#: Classes whose `__repr__` was interrupted.
_SLOW: set[type] = set()


def _write_named_dict(writer: _Writer, value: dict[Any, Any]) -> None:
    writer._write_items(value, type_name(value) + "({", iter(dict.items(value)), "})", pairs=True)


def _write_default_dict(writer: _Writer, value: Any) -> None:
    factory = class_attribute(type(value), "default_factory").__get__(value)
    writer._write(f"{type_name(value)}(")
    writer._write_value(factory)
    writer._write(", ")
    writer._write_dict(value)
    writer._write(")")


def _collection_method(value: Any, function: Any) -> Callable[[_Writer, Any], None] | None:
    """Return the method for a class of `collections`, which the program may import at any time."""
    for name, method in _COLLECTIONS:
        cls = loaded_class("collections", name)
        if cls is not None and is_a(value, cls) and class_attribute(cls, "__repr__") is function:
            return method
    return None


_FUNCTION: type = type(render)
_MAPPING_PROXY: type = type(type.__dict__)


def _atom(cls: type) -> Callable[[_Writer, Any], None]:
    text_of: Any = cls.__repr__

    def write(writer: _Writer, value: Any) -> None:
        writer._write(printable(text_of(value)))

    return write


def _methods() -> dict[int, Callable[[_Writer, Any], None]]:
    atoms = (
        float,
        complex,
        bool,
        type(None),
        type(Ellipsis),
        type(NotImplemented),
        range,
        object,
        type,
    )
    found: dict[Any, Callable[[_Writer, Any], None]] = {cls.__repr__: _atom(cls) for cls in atoms}
    found.update({cls.__repr__: _atom(cls) for cls in (_FUNCTION, type(len))})
    found[int.__repr__] = _Writer._write_integer
    found[str.__repr__] = _Writer._write_string
    found[bytes.__repr__] = _Writer._write_bytes
    found[bytearray.__repr__] = _Writer._write_bytearray
    found[list.__repr__] = _Writer._write_list
    found[tuple.__repr__] = _Writer._write_tuple
    found[dict.__repr__] = _Writer._write_dict
    found[set.__repr__] = found[frozenset.__repr__] = _Writer._write_set
    found[METHOD.__repr__] = _Writer._write_method
    empty: dict[Any, Any] = {}
    for view in (empty.keys(), empty.values(), empty.items(), type.__dict__):
        found[type(view).__repr__] = _Writer._write_view
    return {id(function): method for function, method in found.items()}


_METHODS = _methods()
_COLLECTIONS: tuple[tuple[str, Callable[[_Writer, Any], None]], ...] = (
    ("deque", _Writer._write_view),
    ("defaultdict", _write_default_dict),
    ("OrderedDict", _write_named_dict),
    ("Counter", _write_named_dict),
)
