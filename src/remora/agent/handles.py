"""Integers that stand for objects on the wire: frame ids and variables references.

Decides which integer an object gets and how long it keeps it; must not know
what the objects are.  Called on any thread that holds the GIL.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Hashable

#: DAP allows references in the open interval (0, 2**31 - 1).
_HIGHEST = 2**31 - 2


class Handles:
    """Ids of objects, each belonging to an owner, in practice a debuggee thread.

    No lock guards the tables: each step is one operation of a built-in type,
    and a lock could be found held by a signal handler of the same thread.
    """

    def __init__(self) -> None:
        self._numbers = iter(range(1, _HIGHEST + 1))
        self._objects: dict[int, Any] = {}
        self._ids: dict[Hashable, list[int]] = {}

    def add(self, owner: Hashable, value: Any) -> int:
        """Return a new id for `value`; an id is never given twice."""
        number = next(self._numbers)
        self._objects[number] = value
        self._ids.setdefault(owner, []).append(number)
        return number

    def get(self, number: int) -> Any:
        """Return the object of an id.  Raises `KeyError` if the id was discarded or never given."""
        return self._objects[number]

    def discard(self, owner: Hashable) -> None:
        """Forget all ids of `owner`."""
        for number in self._ids.pop(owner, ()):
            self._objects.pop(number, None)

    def __len__(self) -> int:
        return len(self._objects)
