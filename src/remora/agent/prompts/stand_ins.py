"""`sys.stdin` and `sys.argv`, which are the client's to what runs at its prompt.

They are attributes of one module for all threads.  So a stand-in is in their
place while a prompt is open that has asked for it: to what runs at such a
prompt it is that prompt's, to everybody else what was there before.
"""

from __future__ import annotations

import sys

from .input import ClientInput

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    #: The number of the prompt that this thread runs something for.
    Where = Callable[[], Optional[int]]


class StandIns:
    """`offer` and `withdraw` run on the reader thread."""

    def __init__(self, where: Where) -> None:
        self._where = where
        self._inputs: dict[int, Any] = {}
        self._arguments: dict[int, Any] = {}
        self._placed: dict[str, tuple[Any, Any]] = {}

    def offer(self, number: int, arguments: Optional[list[str]], wanted: Optional[ClientInput]) -> None:
        """Prompt `number` has these arguments, and this input, if any."""
        if wanted is not None:
            self._inputs[number] = wanted.as_text()
            self._place("stdin", _stream, self._inputs)
        if arguments is not None:
            self._arguments[number] = list(arguments)
            self._place("argv", _list, self._arguments)

    def withdraw(self, number: int) -> None:
        """The prompt is closed; with the last one the program has its own back."""
        self._inputs.pop(number, None)
        self._arguments.pop(number, None)
        for name, mine in (("stdin", self._inputs), ("argv", self._arguments)):
            if not mine and name in self._placed:
                ours, original = self._placed.pop(name)
                if getattr(sys, name, None) is ours:
                    setattr(sys, name, original)

    def _place(self, name: str, make: Callable[..., Any], mine: dict[int, Any]) -> None:
        if name not in self._placed:
            original = getattr(sys, name, None)
            ours = make(original, mine, self._where)
            self._placed[name] = ours, original
            setattr(sys, name, ours)


def _stream(original: Any, mine: dict[int, Any], where: Where) -> Any:
    return _Stream(_Choice(original, mine, where))


def _list(original: Any, mine: dict[int, Any], where: Where) -> Any:
    return _List(_Choice(original, mine, where))


class _Choice:
    """Which of them it is here."""

    def __init__(self, original: Any, mine: dict[int, Any], where: Where) -> None:
        self._original = original
        self._mine = mine
        self._where = where

    def here(self) -> Any:
        number = self._where() if self._mine else None
        return self._original if number is None else self._mine.get(number, self._original)


class _StreamBase:
    """Whatever is asked of it is asked of the one that it is here."""

    def __init__(self, choice: _Choice) -> None:
        object.__setattr__(self, "_choice", choice)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._choice.here(), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._choice.here(), name, value)

    def __iter__(self) -> Any:
        return iter(self._choice.here())

    def __next__(self) -> Any:
        return next(self._choice.here())

    def __enter__(self) -> Any:
        return self._choice.here().__enter__()

    def __exit__(self, *details: Any) -> Any:
        return self._choice.here().__exit__(*details)

    def __repr__(self) -> str:
        return repr(self._choice.here())


# What asks for the class is to see that of the stream.
_CLASS: Any = property(lambda self: type(self._choice.here()))
_Stream: Any = type("_Stream", (_StreamBase,), {"__class__": _CLASS, "__module__": __name__})


def _forwarded(name: str) -> Callable[..., Any]:
    def method(self: Any, *arguments: Any) -> Any:
        return getattr(self._choice.here(), name)(*arguments)

    method.__name__ = name
    return method


class _ListBase(list):  # type: ignore[type-arg]
    """Holds what the program has, for those who do not ask."""

    def __init__(self, choice: _Choice) -> None:
        super().__init__(choice.here() or ())
        self._choice = choice


_LIST_METHODS = (
    "__getitem__ __setitem__ __delitem__ __len__ __iter__ __contains__ __reversed__ __eq__ __ne__"
    " __lt__ __gt__ __add__ __iadd__ __mul__ __repr__ append clear copy count extend index insert pop"
    " remove reverse sort"
)
_methods: dict[str, Any] = {name: _forwarded(name) for name in _LIST_METHODS.split()}
_List: Any = type("_List", (_ListBase,), {**_methods, "__hash__": None, "__module__": __name__})
