"""`remora stack`: what every thread of a process does, seen from outside; nothing is run in it."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from remora.settings import seconds

from . import CommandError
from .targets import core_or_pid_of

if TYPE_CHECKING:
    import argparse

    from remora.observe.picture import Picture
    from remora.observe.reader import Reader
    from remora.terminal.style import Style


def run(options: argparse.Namespace) -> int:
    """Print the picture of what `options.target` names."""
    from remora.observe.reader import Reader

    _settle_watch(options)
    if options.observe and (options.pause or options.native):
        options.parser.error("--observe pauses nothing, which --pause and --native do")
    with Reader() as reader:
        if options.native:
            reader.start()  # its imports take longer than ours
        target = core_or_pid_of(options.target, may_be_file=not options.observe)
        if options.watch is not None:
            return _watch(options, target, reader)
        picture = _picture(options, target, reader)
    if options.json:
        print(json.dumps(picture.as_json(), indent=2))
        return 0
    from remora.observe import text
    from remora.terminal.style import Style, is_coloured

    for line in text.lines(picture, Style(is_coloured(sys.stdout))):
        print(line)
    return 0


def _settle_watch(options: argparse.Namespace) -> None:
    """Turn the word after --watch into seconds, or, if there is no other, into the target."""
    if options.watch is None:
        return
    if options.target is None and options.watch:
        options.watch, options.target = "", options.watch
    try:
        options.watch = seconds(options.watch or "1")
    except ValueError:
        options.parser.error(f"argument --watch: no number of seconds: {options.watch!r}")


def _watch(options: argparse.Namespace, target: int | Path, reader: Reader) -> int:
    """Show it again and again, until the user or the process ends."""
    from remora.observe import text

    from . import watching

    last: Picture | None = None

    def take(style: Style) -> list[str]:
        nonlocal last
        try:
            last = _picture(options, target, reader)
        except CommandError as error:
            if last is None or not os.path.exists(f"/proc/{target}"):
                raise
            last = replace(last, notes=(f"as it was before, because {error}",))
        return [json.dumps(last.as_json())] if options.json else list(text.lines(last, style))

    try:
        watching.watch(take, options.watch, between="" if options.json else "\n")
    except CommandError:
        if last is None:
            raise
        print(f"process {target} has ended", file=sys.stderr if options.json else sys.stdout)
    return 0


def _picture(options: argparse.Namespace, target: int | Path, reader: Reader) -> Picture:
    from remora.observe.frozen import CannotLook, look

    try:
        return look(
            target,
            locals=options.locals,
            native=options.native,
            pause=options.pause,
            executable=options.executable,
            time_limit=options.time_limit,
            reader=reader,
        )
    except CannotLook as error:
        raise CommandError(str(error)) from None
