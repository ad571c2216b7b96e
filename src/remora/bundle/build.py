"""Makes the bundle: the modules of the travelling packages that the debuggee gets.

Decides what is in it and under which names; knows the modules as text alone.
"""

from __future__ import annotations

import marshal
from pathlib import Path
from typing import TypedDict

from .minify import minify

PACKAGES = ("dap", "agent")
#: Of `marshal`: the newest that every target reads (3.4+).
MARSHAL_VERSION = 4

Modules = dict[str, tuple[str, str, bool]]


class Contents(TypedDict):
    """What the loader's `run` takes: text of the loader, and of each module with file name and is-package."""

    loader: str
    modules: Modules


def build(root: Path | None = None, packages: tuple[str, ...] = PACKAGES) -> Contents:
    """The bundle of `packages`, which are directories of `root` (that of remora itself by default)."""
    root = root or Path(__file__).parent.parent
    modules: Modules = {}
    for package in packages:
        for path in sorted((root / package).rglob("*.py")):
            name, filename, is_package = _place(path.relative_to(root))
            modules[name] = (minify(path.read_text("utf-8")), filename, is_package)
    loader = (Path(__file__).parent / "loader.py").read_text("utf-8")
    return {"loader": minify(loader), "modules": modules}


def marshalled(contents: Contents) -> bytes:
    """The form in which it is sent; every version of Python that can be a target reads it."""
    return marshal.dumps(dict(contents), MARSHAL_VERSION)


def _place(path: Path) -> tuple[str, str, bool]:
    """Module name, file name and is-package in the debuggee."""
    is_package = path.name == "__init__.py"
    parts = path.parent.parts if is_package else path.with_suffix("").parts
    return ".".join(("_remora", *parts)), f"<remora>/{path.as_posix()}", is_package
