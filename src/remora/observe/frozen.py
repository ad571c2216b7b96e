"""A picture of a process, or of what is left of one in a core file; no instruction is run in it.

The way in from other packages.  Must not know how a picture is shown.  One thread at a time.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from . import cores, living
from .cores import is_core
from .looking import CannotLook, Wish
from .memory import enrich
from .picture import Picture
from .reader import Reader

__all__ = ["CannotLook", "is_core", "look"]


def look(
    target: int | Path,
    *,
    locals: bool = False,
    native: bool = False,
    pause: bool = False,
    executable: Path | None = None,
    time_limit: float = 10.0,
    reader: Reader | None = None,
) -> Picture:
    """The picture of a process, by its pid, or of a core file.  Raises `CannotLook`.

    The process is stopped meanwhile for `pause` and `native`, and else is not.  `executable` is for
    core files: the program, if it is not where it was.  After `time_limit` seconds whatever reads is
    ended.  Who looks again and again keeps a `reader`.
    """
    wish = Wish(locals, native, pause, executable, time_limit)
    with ExitStack() as stack:
        reader = reader or stack.enter_context(Reader())
        if isinstance(target, Path):
            return enrich(cores.look(target, wish, reader), target, executable)
        return living.look(target, wish, reader)
