"""The bundle in the form that a given target can take at once: compiled, if it ever was.

Decides what compiled code is kept, where, and for whom.  Compiled code comes
from targets, and is run by other targets: it must not carry anything from the
processes of one user, or from inside a container, to those of another.  So it
is kept under the origin of the process that compiled it, and found again by
that alone.  Files that others could have written are not read.

The text form is kept too, since making it takes longer than an attach may.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from ..folders import cache_folder
from . import build

#: Bytes; a compiled bundle that is larger is none.
SIZE_LIMIT = 8 * 1024 * 1024
#: Compiled bundles kept, the least recently written going first.
KEPT = 40


class Bundle:
    """The bundle of the packages below `root`, as bytes to send."""

    def __init__(self, cache_dir: Path | None = None, root: Path | None = None) -> None:
        """`cache_dir` is `$XDG_CACHE_HOME/remora` by default, `root` remora's own package."""
        self._directory = cache_dir or Path(cache_folder())
        self._root = root or build.HERE.parent

    @cached_property
    def source(self) -> bytes:
        """The bundle as text, which every target can take."""
        name = self._name("text")
        kept = _read_own(self._directory, name)
        if not kept:
            kept = build.marshalled(build.build(self._root))
            self._keep(name, kept)
        return kept

    def blob(self, hello: Mapping[str, Any], origin: str | None = None) -> bytes:
        """What to send to the target that said `hello`: compiled for its `tag` and `magic` if there is such.

        Nothing if the target has it still from another session, which it says by `digest`.

        `origin` is what `inject.process.origin_of` says of the target's pid, which the caller
        must know from the kernel and not from the target.  Without it the
        bundle is sent as text.
        """
        if hello.get("digest") == self._digest:
            return b""
        compiled = b"" if origin is None else _read_own(self._directory, self._name_for(hello, origin))
        return compiled or self.source

    def compiled(self, hello: Mapping[str, Any], blob: bytes, origin: str | None = None) -> None:
        """Keep what the target sent back, for targets of the same `tag`, `magic` and origin.

        A cache that cannot be written, or that others can write, is done without.
        """
        if origin is not None and blob:
            self._keep(self._name_for(hello, origin), blob)

    def _keep(self, name: str, blob: bytes) -> None:
        if len(blob) > SIZE_LIMIT:
            return
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            if _is_own(self._directory.stat()):
                _write(self._directory, name, blob)
                _forget_oldest(self._directory)
        except OSError:
            return

    def _name_for(self, hello: Mapping[str, Any], origin: str) -> str:
        return self._name("compiled", str(hello.get("tag")), str(hello.get("magic")), origin)

    def _name(self, *key: str) -> str:
        return hashlib.sha256((self._digest + repr(key)).encode()).hexdigest() + ".bundle"

    @cached_property
    def _digest(self) -> str:
        return build.digest(self._root)


def _is_own(status: os.stat_result) -> bool:
    return status.st_uid == os.geteuid() and not status.st_mode & 0o077


def _read_own(directory: Path, name: str) -> bytes:
    """Empty if there is no such file that nobody else could have written."""
    try:
        if not _is_own(directory.stat()):
            return b""
        fd = os.open(directory / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return b""
    with open(fd, "rb") as file:
        status = os.fstat(fd)
        trusted = _is_own(status) and stat.S_ISREG(status.st_mode) and status.st_size <= SIZE_LIMIT
        return file.read() if trusted else b""


def _write(directory: Path, name: str, content: bytes) -> None:
    temporary = directory / f"{name}.{os.urandom(8).hex()}"
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with open(fd, "wb") as file:
            file.write(content)
        os.replace(temporary, directory / name)
    except BaseException:
        os.unlink(temporary)
        raise


def _forget_oldest(directory: Path) -> None:
    kept = sorted(directory.glob("*.bundle*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[KEPT:]:
        path.unlink(missing_ok=True)
