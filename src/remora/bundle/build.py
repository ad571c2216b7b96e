"""Makes the bundle: the modules of the travelling packages that the debuggee gets.

Decides what is in it and under which names; knows the modules as text alone.
"""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Iterator
from pathlib import Path
from typing import TypedDict

HERE = Path(__file__).parent
PACKAGES = ("dap", "agent")
#: Of `marshal`: the newest that every target reads (3.4+).
MARSHAL_VERSION = 4

Modules = dict[str, tuple[str, str, bool]]


class Contents(TypedDict):
    """What the loader's `run` takes: text of the loader, and of each module with file name and is-package."""

    #: Of `digest`: what tells this bundle from others.
    digest: str
    loader: str
    modules: Modules


def build(root: Path = HERE.parent, packages: tuple[str, ...] = PACKAGES) -> Contents:
    """The bundle of `packages`, which are directories of `root` (that of remora itself by default).

    It takes some 200 ms: see `Bundle`, which keeps the result.
    """
    from .minify import minify  # slow to import, and seldom needed

    modules: Modules = {}
    for path in travelling_files(root, packages):
        name, filename, is_package = _place(path.relative_to(root))
        modules[name] = (minify(path.read_text("utf-8")), filename, is_package)
    loader = minify((HERE / "loader.py").read_text("utf-8"))
    return {"digest": digest(root, packages), "loader": loader, "modules": modules}


def digest(root: Path = HERE.parent, packages: tuple[str, ...] = PACKAGES) -> str:
    """A name for all that the bundle is made of, and for what makes it: 64 hexadecimal digits."""
    found = hashlib.sha256()
    for path in (*sorted(HERE.glob("*.py")), *travelling_files(root, packages)):
        found.update(f"{path}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def travelling_files(root: Path = HERE.parent, packages: tuple[str, ...] = PACKAGES) -> Iterator[Path]:
    """The files of which `build` makes modules, in a fixed order."""
    for package in packages:
        yield from sorted((root / package).rglob("*.py"))


def marshalled(contents: Contents) -> bytes:
    """The form in which it is sent; every version of Python that can be a target reads it."""
    return marshal.dumps(dict(contents), MARSHAL_VERSION)


def _place(path: Path) -> tuple[str, str, bool]:
    """Module name, file name and is-package in the debuggee."""
    is_package = path.name == "__init__.py"
    parts = path.parent.parts if is_package else path.with_suffix("").parts
    return ".".join(("_remora", *parts)), f"<remora>/{path.as_posix()}", is_package
