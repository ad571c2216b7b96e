"""Functions by name, among what the program has loaded: `function`, `Class.method`, `module:name`.

Looks only into the namespaces of modules and classes, and runs nothing of theirs.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any, Iterator


def functions_named(name: str) -> Iterator[tuple[CodeType, dict[str, Any]]]:
    """The code of each function of that name at the top of a module, or in a class there, with its module."""
    where, _, dotted = name.rpartition(":")
    parts = dotted.split(".")
    for module in list(sys.modules.values()):
        namespace = getattr(module, "__dict__", None)
        if not isinstance(namespace, dict) or not _is_meant(namespace, where):
            continue
        code = _code_of(_walk(namespace, parts))
        if code is not None:
            yield code, namespace


def _is_meant(namespace: dict[str, Any], where: str) -> bool:
    file = str(namespace.get("__file__", ""))
    return not where or where in (namespace.get("__name__"), file) or file.endswith("/" + where)


def _walk(namespace: dict[str, Any], parts: list[str]) -> Any:
    found: Any = namespace.get(parts[0])
    for part in parts[1:]:
        found = found.__dict__.get(part) if isinstance(found, type) else None
    return found


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
