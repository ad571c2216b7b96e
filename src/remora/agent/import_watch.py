"""Tells when the program imports a certain module, by a finder that is there until then.

Runs on the thread that imports.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, Callable, Optional


class ImportWatch:
    """Stands first in `sys.meta_path`, and finds nothing by itself."""

    def __init__(self, name: str, imported: Callable[[], None]) -> None:
        self._name = name
        self._imported = imported

    def place(self) -> None:
        """Watch from now on; the module is not there yet."""
        finders: Any = sys.meta_path
        if self not in finders:
            finders.insert(0, self)

    def remove(self) -> None:
        """Watch no more."""
        finders: Any = sys.meta_path
        if self in finders:
            finders.remove(self)

    def find_spec(self, name: str, path: Any = None, target: Optional[ModuleType] = None) -> Any:
        """What the other finders find, with a loader that tells when it is done.  Source: PEP 451."""
        if name != self._name:
            return None
        self.remove()
        for finder in list(sys.meta_path):
            spec: Any = finder.find_spec(name, path, target)
            if spec is not None:
                if spec.loader is not None:
                    spec.loader = _Telling(spec, self._imported)
                return spec
        return None


class _Telling:
    """Puts the loader back for which it stands, and has that do the work."""

    def __init__(self, spec: Any, imported: Callable[[], None]) -> None:
        self._spec = spec
        self._loader = spec.loader
        self._imported = imported

    def create_module(self, spec: Any) -> Any:
        return self._loader.create_module(spec)

    def exec_module(self, module: Any) -> None:
        self._spec.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._imported()
