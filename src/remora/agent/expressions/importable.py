"""Which modules an `import` would find: by the files there are, and without importing one.

What finders of the program would find is not known, since they are its code.
Any thread.
"""

from __future__ import annotations

import os
import sys

from ..inspection.static import RunsCode, attribute, instance_dict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

_ENDINGS = (".py", ".so")
#: Entries of a directory that are looked at.
_MOST = 5_000


def modules_in(package: str) -> set[str]:
    """The names of the modules in a package, "" for those in none; nothing if there is no such package."""
    found = {name for path in _paths(package) for name in _modules_at(path)}
    return found if package else found.union(sys.builtin_module_names)


def _paths(package: str) -> Iterator[str]:
    """Where the modules of a package are looked for."""
    known: Any = sys.path
    rest: list[str] = []
    while package:
        loaded = sys.modules.get(package)
        if loaded is not None:
            known = _path_of(loaded)
            break
        package, _, last = package.rpartition(".")
        rest.insert(0, last)
    for path in list(known) if type(known) is list else ():
        if type(path) is str:
            yield os.path.join(path or os.curdir, *rest)


def _path_of(package: Any) -> Any:
    try:
        path = attribute(package, "__path__")
    except (RunsCode, AttributeError):
        return None
    # That of a package without `__init__` (PEP 420) is computed, from a list.
    return path if type(path) is list else (instance_dict(path) or {}).get("_path")


def _modules_at(path: str) -> Iterator[str]:
    try:
        entries = os.listdir(path)
    except (OSError, ValueError):
        return
    for entry in entries[:_MOST]:
        name = entry.partition(".")[0]
        if not name.isidentifier() or name == "__init__":
            continue
        if entry.endswith(_ENDINGS) or _is_package(os.path.join(path, entry)):
            yield name


def _is_package(path: str) -> bool:
    return os.path.isfile(os.path.join(path, "__init__.py"))
