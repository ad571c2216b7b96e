"""Targets that a person chooses from: the calls of a line, and the lines to go on at.

Ids hold until the thread goes on; they stand for a `Call` or a line.
"""

from __future__ import annotations

from ..dap import errors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Hashable

    from .handles import Handles


class Targets:
    """Targets of one kind, by id, each belonging to a thread."""

    def __init__(self, handles: Handles) -> None:
        self._handles = handles

    def offer(self, thread: Hashable, value: Any) -> int:
        """An id for `value`."""
        return self._handles.add((thread, self), (self, value))

    def chosen(self, number: int) -> Any:
        """The value that was offered with this id.  Raises `errors.RequestError`."""
        try:
            origin, value = self._handles.get(number)
        except (KeyError, TypeError, ValueError):
            raise errors.no_such_target(number) from None
        if origin is not self:
            raise errors.no_such_target(number)
        return value

    def discard(self, thread: Hashable) -> None:
        """The targets of a thread that goes on are void."""
        self._handles.discard((thread, self))
