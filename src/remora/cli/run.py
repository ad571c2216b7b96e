"""`remora run`: a program started under the debugger, with its own input, output and exit status."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from remora.terminal import preload

from . import CommandError
from .starting import start

if TYPE_CHECKING:
    import argparse

    from remora.inject.launch import Launched

    from .session import Reached


def run(options: argparse.Namespace) -> int:
    """Start the program, hold the session, and give back the program's exit status."""
    if options.kind == "file" and not os.path.exists(options.value):
        raise CommandError(f"there is no file {options.value!r}")
    if options.listen is not None:
        from .served import run as serve

        return serve(options)
    preload(interactive=not options.batch and sys.stdin.isatty())
    launched = [_launch(options)]

    def relaunch() -> Reached:
        launched[0].process.wait()
        launched[0] = _launch(options)
        return launched[0].socket, launched[0].process.pid

    from .session import converse

    first = launched[0].socket, launched[0].process.pid
    status = converse(first, options, "launch", local_sources=True, relaunch=relaunch)
    return _end(launched[0].process) or status


def _launch(options: argparse.Namespace) -> Launched:
    from remora.inject.launch import Program

    return start(Program(options.kind, options.value, options.args), options)


def _end(process: subprocess.Popen[bytes]) -> int:
    """Wait for the program; Ctrl-C is its own from here on."""
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        status = process.wait()
    finally:
        signal.signal(signal.SIGINT, previous)
    return status if status >= 0 else 128 - status
