"""The interpreters that the tests run debuggees on: the one place that lists them.

Tests run on the Python of the virtual environment; what they debug runs on
each of these.  Interpreters that this machine lacks are in `missing()`, which
`tests/support/install.py` installs and `tests/unit/support/test_pythons.py`
asserts to be empty, so that nothing is left out silently.

`REMORA_PYTHONS=3.8,3.14` narrows a run.  `REMORA_DEBIAN_TREE` names a Debian
root tree to use instead of the one in `.cache`.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

#: Found on this machine: of pyenv, on PATH, or installed by uv.
ON_HOST = ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13")
#: Those of Debian sid, which run in a root tree of their own, with their own C library.
IN_DEBIAN = ("3.13", "3.14", "3.15")

CHECKOUT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Python:
    """An interpreter, and how to run it."""

    #: As in "3.8".
    version: str
    #: What it is called inside `root`.
    argv0: str
    #: The directory that is "/" for it.
    root: Path

    def __str__(self) -> str:
        return self.version if self.root == Path("/") else f"{self.version}-debian"

    def command(self, *args: str | os.PathLike[str]) -> list[str]:
        """The argument vector that runs it.  Paths among `args` are those inside its root."""
        words = [self.argv0, *(os.fspath(arg) for arg in args)]
        return words if self.root == Path("/") else ["chroot", str(self.root), *words]

    def path_inside(self, path: str | os.PathLike[str]) -> str:
        """The name under which the interpreter knows a file.  Raises `ValueError` if it cannot see it."""
        return str(Path("/") / Path(path).resolve().relative_to(self.root.resolve()))

    def at_least(self, version: str) -> bool:
        return _numbers(self.version) >= _numbers(version)

    @contextmanager
    def directory(self) -> Iterator[Path]:
        """A new directory that the interpreter sees too, gone afterwards."""
        with tempfile.TemporaryDirectory(prefix="remora-test-", dir=self.root / "tmp") as name:
            os.chmod(name, 0o755)
            yield Path(name).resolve()


def missing() -> list[str]:
    """What the tests need and this machine lacks, as in "3.8" or "3.14-debian"."""
    found = {str(python) for python in ALL}
    return [name for name in _wanted_names() if name not in found]


def debian_tree() -> Path:
    """Where the Debian root tree is, or is to be."""
    return Path(os.environ.get("REMORA_DEBIAN_TREE") or CHECKOUT / ".cache" / "debian-sid")


def find() -> list[Python]:
    """The interpreters that are wanted and here."""
    wanted = _wanted_names()
    found = [python for version in ON_HOST if (python := _on_host(version))]
    found += [python for version in IN_DEBIAN if (python := _in_debian(version))]
    return [python for python in found if str(python) in wanted]


def _wanted_names() -> list[str]:
    names = [*ON_HOST, *(f"{version}-debian" for version in IN_DEBIAN)]
    chosen = os.environ.get("REMORA_PYTHONS")
    if not chosen:
        return names
    versions = {version.strip() for version in chosen.split(",")}
    return [name for name in names if name in versions or name.partition("-")[0] in versions]


def _on_host(version: str) -> Python | None:
    program = f"python{version}"
    candidates = [
        *_newest_first(Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser() / "versions", version),
        *(Path(directory) for directory in os.get_exec_path()),
        *_newest_first(_uv_directory(), version),
    ]
    for directory in candidates:
        if _is_program(directory / program):
            return Python(version, str(directory / program), Path("/"))
    return None


def _in_debian(version: str) -> Python | None:
    name = f"/usr/bin/python{version}"
    tree = debian_tree()
    if not shutil.which("chroot") or not (tree / name[1:]).exists():
        return None
    return Python(version, name, tree)


def _newest_first(directory: Path, version: str) -> list[Path]:
    """The `bin` directories of a version among installations that have their version in their names."""
    pattern = re.compile(rf"(?:cpython-)?{re.escape(version)}\.(\d+)(?:-linux-.*)?")
    names = os.listdir(directory) if directory.is_dir() else []
    matches = [match for name in names if (match := pattern.fullmatch(name))]
    matches.sort(key=lambda match: int(match[1]), reverse=True)
    return [directory / match[0] / "bin" for match in matches]


def _uv_directory() -> Path:
    """Where uv keeps interpreters, by its documented rule."""
    chosen = os.environ.get("UV_PYTHON_INSTALL_DIR")
    state = Path(os.environ.get("XDG_DATA_HOME", "~/.local/share")).expanduser()
    return Path(chosen) if chosen else state / "uv" / "python"


def _is_program(path: Path) -> bool:
    """Whether this is an interpreter itself, and not a script that looks for one, as pyenv's are."""
    try:
        with path.open("rb") as file:
            return file.read(4) == b"\x7fELF"
    except OSError:
        return False


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


#: The interpreters that are here.
ALL = find()

#: `@each_python` above a test that takes `python`.
each_python = pytest.mark.parametrize("python", ALL, ids=str)

#: Those that see the same files as the tests, the checkout among them.
SAME_ROOT = [python for python in ALL if python.root == Path("/")]

#: `@each_python_here` is for tests whose debuggees need the checkout.
each_python_here = pytest.mark.parametrize("python", SAME_ROOT, ids=str)
