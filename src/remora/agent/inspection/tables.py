"""Arrays and tables of numpy and pandas, as far as the program has them loaded.

Decides their summary and their rows.  Only attributes of the library's own
classes are used, looked up in the library, never methods of a subclass.
Runs on the thread that owns the value.
"""

from __future__ import annotations

from ..interruption import Interrupted
from .child import Child
from .static import ABSENT, class_attribute, is_a, loaded_class, read_descriptor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterator, List, Optional, Tuple

_SHOWN = 100


def summary_of(value: Any) -> Optional[Tuple[str, List[Any], str]]:
    """Return (opening, first items, closing) of the text of an array or table, or None."""
    for module, name, summary in _SUMMARIES:
        cls = loaded_class(module, name)
        if cls is not None and is_a(value, cls):
            try:
                return summary(value, cls)
            except Interrupted:
                raise
            except Exception:  # not in the state we know: its own text is the best that is left
                return None
    return None


def length_of(value: Any) -> Optional[int]:
    """Return the number of rows of an array or table, or None if it is neither."""
    for module, name, _ in _SUMMARIES:
        cls: Any = loaded_class(module, name)
        if cls is not None and is_a(value, cls):
            try:
                shape = cls.shape.__get__(value)
                return int(shape[0]) if shape else None
            except Exception:  # as above
                return None
    return None


def row(value: Any, index: int) -> Tuple[Any, Any, str]:
    """Return (label or None, row, suffix of its expression) of an array or table that has a length."""
    array: Any = loaded_class("numpy", "ndarray")
    if array is not None and is_a(value, array):
        return None, array.__getitem__(value, index), f"[{index}]"
    return value.index[index], value.iloc[index], f".iloc[{index}]"


def row_setter(value: Any, index: int) -> Optional[Callable[[Any], None]]:
    """Return what sets a row, or None if rows of such a table are not set one by one."""
    array: Any = loaded_class("numpy", "ndarray")
    if array is None or not is_a(value, array):
        return None

    def assign(new: Any) -> None:
        array.__setitem__(value, index, new)

    return assign


def attributes(value: Any) -> Iterator[Child]:
    """Yield what one wants to know of an array or table at a glance."""
    for module, name, names in _ATTRIBUTES:
        cls = loaded_class(module, name)
        if cls is not None and is_a(value, cls):
            for each in names:
                found = read_descriptor(class_attribute(cls, each), value)
                if found is not ABSENT:
                    yield Child(each, found, f".{each}")


def _array(value: Any, cls: Any) -> Tuple[str, List[Any], str]:
    shape, dtype = cls.shape.__get__(value), cls.dtype.__get__(value)
    first = cls.flat.__get__(value)[:_SHOWN].tolist()
    more = ["\u2026"] if cls.size.__get__(value) > _SHOWN else []
    opening = f"{type(value).__name__}(["
    return opening, [*first, *map(_Verbatim, more)], f"], shape={shape}, dtype={dtype})"


def _frame(value: Any, cls: Any) -> Tuple[str, List[Any], str]:
    rows, columns = cls.shape.__get__(value)
    opening = f"DataFrame({rows} rows \u00d7 {columns} columns: "
    return opening, value.columns[:_SHOWN].tolist(), ")"


def _series(value: Any, cls: Any) -> Tuple[str, List[Any], str]:
    (rows,) = cls.shape.__get__(value)
    return f"Series({rows} \u00d7 {value.dtype}: ", value.iloc[:_SHOWN].tolist(), ")"


class _Verbatim:
    """An item whose text stands for itself."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


_ATTRIBUTES = (
    ("numpy", "ndarray", ("shape", "dtype", "size")),
    ("pandas", "DataFrame", ("shape", "columns", "dtypes", "index")),
    ("pandas", "Series", ("shape", "dtype", "index")),
)
_SUMMARIES: Tuple[Tuple[str, str, Callable[[Any, Any], Tuple[str, List[Any], str]]], ...]
_SUMMARIES = (
    ("numpy", "ndarray", _array),
    ("pandas", "DataFrame", _frame),
    ("pandas", "Series", _series),
)
