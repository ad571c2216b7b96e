"""The words in which children of values are described."""

from __future__ import annotations

from .static import ABSENT, BUILTIN, METHOD, ROUTINES, is_a

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterable, Mapping, Optional

    from .children import Children

    Assign = Callable[[Any], None]


class Child:
    """One entry under a value.

    `prefix` and `suffix` around the parent's expression make the child's; there
    is none if `suffix` is None.  `assign` sets the child anew; None if it cannot be set.
    `value` may also be a `Group`, `More` or `Lazy`.  `key`, if there is one, is what `name` is the text of.
    """

    __slots__ = ("assign", "key", "kind", "name", "prefix", "suffix", "value")

    def __init__(
        self,
        name: str,
        value: Any,
        suffix: Optional[str] = None,
        assign: Optional[Assign] = None,
        kind: str = "",
        prefix: str = "",
        key: Any = ABSENT,
    ) -> None:
        self.name = name
        self.prefix = prefix
        self.value = value
        self.suffix = suffix
        self.assign = assign
        self.kind = kind  # of DAP's VariablePresentationHint
        self.key = key

    @property
    def settable(self) -> bool:
        return self.assign is not None


class Group:
    """Stands for several children of the same parent, which `read` gives."""

    def __init__(self, read: Callable[[], list[Child]]) -> None:
        self.read = read


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
    _MODES = ("group", "inline", "hide")

    def __init__(self, chosen: Optional[Mapping[str, Any]] = None) -> None:
        """`chosen` is that option: what it does not say, or says wrongly, is as its "all", or "group"."""
        self._modes: dict[str, str] = dict.fromkeys(self.KINDS, "group")
        if chosen is None:
            self._modes["protected"] = "inline"
            return
        for kind in self.KINDS:
            wanted = [chosen.get(kind), chosen.get("all"), "group"]
            self._modes[kind] = next(mode for mode in wanted if mode in self._MODES)

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
        found = [_group(kind, groups[kind].copy) for kind in self.KINDS if kind in groups]
        return found + inline

    def groups_of(self, kinds: Iterable[str], read: Callable[[], Iterable[Child]]) -> list[Child]:
        """Return the groups of these kinds, as far as such are wanted, without reading what is in them."""

        def members(wanted: str) -> Callable[[], list[Child]]:
            return lambda: [child for child in read() if _kind_of(child) == wanted]

        return [_group(kind, members(kind)) for kind in kinds if self._modes[kind] == "group"]


def place_of(name: str) -> tuple[int, str]:
    """Return the key to sort names by: those that begin with an underscore, or two, come after the rest."""
    return (2 if name.startswith("__") else 1 if name.startswith("_") else 0), name


def _group(kind: str, read: Callable[[], list[Child]]) -> Child:
    return Child(f"{kind} variables", Group(read), "")


def _kind_of(child: Child) -> str:
    if child.name.startswith("__") and child.name.endswith("__"):
        return "special"
    if type(child.value) in _FUNCTIONS or type(child.value).__name__ == "cython_function_or_method":
        return "function"
    if is_a(child.value, type):
        return "class"
    return "protected" if child.name.startswith("_") else ""


_FUNCTIONS = ROUTINES | {BUILTIN, METHOD, staticmethod, classmethod, type([].__len__)}
