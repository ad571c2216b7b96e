"""What is inside a value: its items and attributes.

Decides what children a value has, their order, names and expressions; must
not know references or the protocol's dictionaries.  No code of the program
runs, except where an item is read of a class that has its own way of reading.
Runs on the thread that owns the value.
"""

from __future__ import annotations

from .attributes import attribute_children
from .child import Child, Group, Grouping, More
from .indexed import Indexed, indexed_view

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    Named = Callable[[], "list[Child]"]

#: Items that are listed at once for a client that asks for all.
PAGE = 1000


class Children:
    """The children of one value, computed when they are asked for."""

    def __init__(self, named: Named, indexed: Optional[Indexed] = None, start: int = 0) -> None:
        self._named_children = named
        self._indexed = indexed
        self._start = start
        #: Comes behind the items, and counts as named.
        self._length = [_length_of(indexed)] if indexed is not None and not start else []
        self._cached: Optional[list[Child]] = None

    @property
    def named(self) -> int:
        """The number of children that have a name of their own."""
        return len(self._named()) + len(self._length)

    @property
    def indexed(self) -> int:
        """The number of items, which are counted and can be had in pages."""
        return 0 if self._indexed is None else max(0, self._indexed.length - self._start)

    def page(
        self,
        start: Optional[int] = None,
        count: Optional[int] = None,
        only: Optional[str] = None,
    ) -> list[Child]:
        """Return `count` children from `start` on; `only` is "named", "indexed" or None.

        That is all: the attributes, the items, the length; but a page of a value that has items is of these.
        Without a count, not more than `PAGE` items are returned, and then one child that stands for the
        rest.
        """
        first = start or 0
        if only == "named" or self._indexed is None:
            named = [] if only == "indexed" else self._named() + self._length
            return named[first : first + count] if count else named[first:]
        if count:
            return self._indexed.page(self._start + first, max(0, min(count, self.indexed - first)))
        items = self._all_items(self._indexed, first)
        return items if only or first else self._named() + items + self._length

    def _named(self) -> list[Child]:
        if self._cached is None:
            self._cached = self._named_children()
        return self._cached

    def _all_items(self, indexed: Indexed, offset: int) -> list[Child]:
        begin = self._start + offset
        end = min(begin + PAGE, indexed.length)
        items = indexed.page(begin, end - begin)
        if end < indexed.length:
            rest = Children(_none, indexed, end)
            items.append(Child(f"{end}:", More(rest, indexed.length - end), ""))
        return items


def children_of(value: Any, grouping: Grouping) -> Children:
    """Return the children of a value.  Costs nothing that grows with the value."""
    return Children(lambda: attribute_children(value, grouping), indexed_view(value))


def listed(children: list[Child]) -> Children:
    """Return the children that are given."""
    return Children(lambda: children)


def _length_of(indexed: Indexed) -> Child:
    return Child("len()", indexed.length, ")", prefix="len(")


def _none() -> list[Child]:
    return []


__all__ = [
    "PAGE",
    "Child",
    "Children",
    "Group",
    "Grouping",
    "More",
    "children_of",
    "listed",
]
