"""Values as JSON text.

Decides what stands for what JSON has no form for: a list for sets and other
plain collections, an object for what is a list of named fields, what `tolist`
gives of arrays and numbers of numpy and its like, and the `repr` for everything
else.  What is too large is
refused rather than told in part.  Runs on the thread that has evaluated.
"""

from __future__ import annotations

from ...dap import errors, jsontext
from ..inspection import records
from ..inspection.presentation import own_text, printable, render
from ..inspection.static import ABSENT, class_attribute, is_a, loaded_class
from ..interruption import Interrupted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Parts of a value, and parts in one another.
_MOST, _DEEPEST = 1_000_000, 100
#: Containers in one another whose parts are written one by one: one call of C for all would hold the GIL.
_APART = 2
#: Bits of whole numbers; of larger ones Python refuses to write the digits.
_LARGEST = 14_000
_TOO_MANY = "it has more than %d parts" % _MOST
_COLLECTIONS: Any = (list, tuple, set, frozenset, type({}.keys()), type({}.values()))


def as_json(value: Any) -> str:
    """Raises `errors.RequestError` for what has too many parts, or contains itself."""
    try:
        return _Plain().text_of(value, 0)
    except (ValueError, RecursionError) as error:
        raise errors.evaluation_failed("The result cannot be told as JSON: %s" % error) from None


class _Plain:
    """Counts what it has told."""

    def __init__(self) -> None:
        self._left = _MOST

    def text_of(self, value: Any, depth: int) -> str:
        """As JSON text."""
        if depth < _APART and isinstance(value, dict):
            self._left -= 1
            pairs = list(dict.items(value))
            inner = [jsontext.dumps(_key(key)) + ":" + self.text_of(each, depth + 1) for key, each in pairs]
            return "{%s}" % ",".join(inner)
        if depth < _APART and isinstance(value, (list, tuple)):
            self._left -= 1
            return "[%s]" % ",".join([self.text_of(each, depth + 1) for each in list(value)])
        return jsontext.dumps(self.of(value, depth))

    def of(self, value: Any, depth: int) -> Any:
        """The same in strings, numbers, lists and dictionaries."""
        self._left -= 1
        if self._left < 0:
            raise ValueError(_TOO_MANY)
        if depth > _DEEPEST:
            raise ValueError("it is nested more than %d times" % _DEEPEST)
        if value is None or value is True or value is False:
            return value
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, int):
            return int.__int__(value) if int.bit_length(value) < _LARGEST else render(value)
        if isinstance(value, float):
            return float.__float__(value) if value - value == 0 else own_text(value)
        if isinstance(value, dict):
            return {_key(key): self.of(each, depth + 1) for key, each in list(dict.items(value))}
        deque = loaded_class("collections", "deque")
        if isinstance(value, _COLLECTIONS) or deque is not None and is_a(value, deque):
            return [self.of(each, depth + 1) for each in list(value)]
        return self._of_object(value, depth)

    def _of_object(self, value: Any, depth: int) -> Any:
        fields = records.fields_of(value)
        if fields is not None:
            return {name: self.of(each, depth + 1) for name, each in fields}
        listed = self._listed(value) if class_attribute(type(value), "tolist") is not ABSENT else value
        if type(listed) is not type(value):
            return self.of(listed, depth + 1)
        return printable(own_text(value))

    def _listed(self, value: Any) -> Any:
        """`value.tolist()`, unless that fails."""
        size = getattr(value, "size", 0)
        if isinstance(size, int) and size > self._left:
            raise ValueError(_TOO_MANY)
        try:
            return value.tolist()
        except Interrupted:
            raise
        except BaseException:
            return value


def _key(key: Any) -> str:
    """As `json` writes keys, and the `repr` of those that it refuses."""
    if key is None or key is True or key is False:
        return {None: "null", True: "true", False: "false"}[key]
    if isinstance(key, str):
        return str.__str__(key)
    if isinstance(key, int):
        return str(int.__int__(key)) if int.bit_length(key) < _LARGEST else render(key)
    return own_text(key)
