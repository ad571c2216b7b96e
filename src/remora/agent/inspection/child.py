"""The words in which children of values are described."""

from __future__ import annotations

from .static import BUILTIN, METHOD, ROUTINES, is_a

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterable, Optional

    from .children import Children

    Assign = Callable[[Any], None]


class Child:
    """One entry under a value.

    `suffix` makes the parent's expression into the child's; None if there is
    no expression.  `assign` sets the child anew; None if it cannot be set.
    `value` may also be a `Group`, `More` or `Lazy`.
    """

    __slots__ = ("assign", "kind", "name", "suffix", "value")

    def __init__(
        self,
        name: str,
        value: Any,
        suffix: Optional[str] = None,
        assign: Optional[Assign] = None,
        kind: str = "",
    ) -> None:
        self.name = name
        self.value = value
        self.suffix = suffix
        self.assign = assign
        self.kind = kind  # of DAP's VariablePresentationHint

    @property
    def settable(self) -> bool:
        return self.assign is not None


class Group:
    """Stands for several children of the same parent."""

    def __init__(self, children: list[Child]) -> None:
        self.children = children


class More:
    """Stands for the items that a page without end leaves out."""

    def __init__(self, children: Children, count: int) -> None:
        self.children = children
        self.count = count


class Lazy:
    """Stands for a value that only code of the program can tell, asked when a person wants it."""

    def __init__(self, read: Callable[[], Any]) -> None:
        self.read = read


class Grouping:
    """How attributes of each kind are shown: "group" under one entry, "inline", or "hide".

    The names are those of the launch option `variablePresentation`.
    """

    KINDS: tuple[str, ...] = ("special", "function", "class", "protected")

    def __init__(self, **modes: str) -> None:
        self._modes: dict[str, str] = {
            "special": "group",
            "function": "group",
            "class": "group",
            "protected": "inline",
        }
        everything = modes.pop("all", None)
        if everything is not None:
            self._modes = dict.fromkeys(self.KINDS, everything)
        self._modes.update(modes)

    def arrange(self, children: Iterable[Child]) -> list[Child]:
        """Return the children with those of the same kind put into groups, which come first."""
        inline: list[Child] = []
        groups: dict[str, list[Child]] = {}
        for child in children:
            kind = _kind_of(child)
            mode = self._modes.get(kind, "inline")
            if mode == "inline":
                inline.append(child)
            elif mode == "group":
                groups.setdefault(kind, []).append(child)
        found = [Child(f"{kind} variables", Group(groups[kind]), "") for kind in self.KINDS if kind in groups]
        return found + inline


def _kind_of(child: Child) -> str:
    if child.name.startswith("__") and child.name.endswith("__"):
        return "special"
    if type(child.value) in _FUNCTIONS or type(child.value).__name__ == "cython_function_or_method":
        return "function"
    if is_a(child.value, type):
        return "class"
    return "protected" if child.name.startswith("_") else ""


_FUNCTIONS = ROUTINES | {BUILTIN, METHOD, staticmethod, classmethod, type([].__len__)}
