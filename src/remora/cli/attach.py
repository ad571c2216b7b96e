"""`remora attach`: a console on a process that is running."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from remora import sessions
from remora.terminal import preload

from .targets import core_or_pid_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable


def run(options: argparse.Namespace) -> int:
    """Attach to the process that `options.target` names, and hold the session."""
    target = core_or_pid_of(options.target, may_be_file=not options.observe)
    preload(interactive=not options.batch and sys.stdin.isatty())
    if options.outside or isinstance(target, Path):
        return _look(target, options)
    return converse_with(target, options)


def converse_with(
    pid: int, options: argparse.Namespace, on_attached: Callable[[], None] = lambda: None
) -> int:
    """Attach to the process, or look at it from outside where that cannot be; the exit status."""
    from remora.bundle.cache import Bundle
    from remora.inject.attach import attach
    from remora.inject.reasons import AttachError

    try:
        attached = attach(pid, Bundle())
    except AttachError as error:
        from .outside import look_instead

        return look_instead(pid, options, error)
    on_attached()
    from .session import converse

    return converse((attached.socket, pid), options, "attach", local_sources=bool(sessions.shares_root(pid)))


def _look(target: int | Path, options: argparse.Namespace) -> int:
    from .outside import look, look_at_process

    if isinstance(target, int):
        return look_at_process(target, options)
    place = {"core": str(target)}
    if options.executable is not None:
        place["executable"] = options.executable
    return look(place, options, local_sources=True)
