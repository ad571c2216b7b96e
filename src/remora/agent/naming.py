"""Functions by name, among what the program has loaded.

A name is `function`, `Class.method`, `module.function`, or `module:name` where
it is to be plain what is the module (also the end of a path: `shop/cart.py:total`).
With `*` it is a pattern: `*` stands for any part of one name, and at the end,
after a dot, for everything below: `handle_*`, `Cart.*`, `shop.cart.*`.

Looks only into the namespaces of modules and classes, and runs nothing of theirs.
"""

from __future__ import annotations

import sys

from .patterns import is_pattern, matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any, Callable, Iterator

_CLASSES_DEEP = 5


class FunctionName:
    """What a client calls one function, or several."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._where, _, self._dotted = text.strip().rpartition(":")
        self.is_pattern = is_pattern(self._dotted)
        if self._dotted == "*" or self._dotted.endswith(".*"):
            self._dotted += "*"
        self._last = self._dotted.rpartition(".")[2]

    def means(self, code: CodeType, path: str, module: str, qualified: Callable[[], str]) -> bool:
        """Whether it is the name of `code`, in the file `path` and the namespace of `module`.

        `qualified` gives the function's qualified name, which may cost something to find.
        """
        if not self._fits(self._last, code.co_name) or not self._is_in(path, module):
            return False
        name = qualified()
        if self.is_pattern:
            return "<" not in name and any(
                self._fits(self._dotted, tail) for tail in _tails(module, name, path)
            )
        return self._dotted in _tails(module, name, path)

    def functions(self) -> Iterator[tuple[CodeType, dict[str, Any]]]:
        """The code of each such function that stands in a module or in a class there, with its module."""
        for module in list(sys.modules.values()):
            namespace = namespace_of(module)
            name, file = str(namespace.get("__name__")), str(namespace.get("__file__", ""))
            if self._is_in(file, name):
                for code in self._all_in(namespace) if self.is_pattern else self._walk(namespace, name):
                    yield code, namespace

    def _fits(self, wanted: str, name: str) -> bool:
        return matches(wanted, name, ".") if self.is_pattern else wanted == name

    def _is_in(self, path: str, module: str) -> bool:
        where = self._where
        return not where or where in (module, path) or path.endswith("/" + where)

    def _all_in(self, namespace: dict[str, Any]) -> Iterator[CodeType]:
        """All functions; whether they are meant is for `means` to say."""
        for value in _members(namespace, str(namespace.get("__name__")), _CLASSES_DEEP):
            code = _code_of(value)
            if code is not None and self._fits(self._last, code.co_name):
                yield code

    def _walk(self, namespace: dict[str, Any], module: str) -> Iterator[CodeType]:
        parts = self._dotted.split(".")
        for first in range(len(parts)):
            prefix = ".".join(parts[:first])
            if prefix and module != prefix and not module.endswith("." + prefix):
                continue
            found: Any = namespace.get(parts[first])
            for part in parts[first + 1 :]:
                found = found.__dict__.get(part) if isinstance(found, type) else None
            code = _code_of(found)
            if code is not None:
                yield code


def namespace_of(module: Any) -> dict[str, Any]:
    """The names in a module, had without running what lazy modules do when they are looked at."""
    try:
        namespace = object.__getattribute__(module, "__dict__")
    except AttributeError:
        return {}
    return namespace if isinstance(namespace, dict) else {}


def _tails(module: str, qualified: str, path: str) -> list[str]:
    """`a.b`, `C.m` → `a.b.C.m`, `b.C.m`, `C.m`, `m`; a program's main module goes by its file's name, too."""
    full = "%s.%s" % (module, qualified)
    if module == "__main__":
        full = "%s.%s" % (path.rpartition("/")[2].partition(".")[0], full)
    parts = full.split(".")
    tails = [".".join(parts[first:]) for first in range(len(parts))]
    if module == "__main__":
        tails.append("%s.%s" % (parts[0], qualified))
    return tails


def _members(namespace: Any, module: str, depth: int) -> Iterator[Any]:
    for value in list(namespace.values()):
        if not isinstance(value, type):
            yield value
        elif depth and value.__module__ == module:
            yield from _members(value.__dict__, module, depth - 1)


def _code_of(value: Any) -> CodeType | None:
    """The code of a function, also behind decorators that say what they wrap."""
    for _ in range(20):
        inner = None
        if type(value) in (staticmethod, classmethod):
            inner = value.__func__
        elif type(value) is property:
            inner = value.fget
        elif type(value) is type(_code_of):
            inner = value.__dict__.get("__wrapped__")
            if inner is None:
                code: CodeType = value.__code__
                return code
        if inner is None:
            return None
        value = inner
    return None
