"""`remora stack`: what every thread of a process does, seen from outside; nothing is run in it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from . import CommandError
from .targets import pid_of

if TYPE_CHECKING:
    import argparse

    from remora.observe.picture import Picture
    from remora.observe.reader import Reader


def run(options: argparse.Namespace) -> int:
    """Print the picture of what `options.target` names."""
    from remora.observe.reader import Reader

    with Reader() as reader:
        reader.start()  # its imports take longer than ours
        picture = _picture(options, pid_of(options.target), reader)
    if options.json:
        print(json.dumps(picture.as_json(), indent=2))
        return 0
    from remora.observe import text
    from remora.terminal.style import Style, is_coloured

    for line in text.lines(picture, Style(is_coloured(sys.stdout))):
        print(line)
    return 0


def _picture(options: argparse.Namespace, target: int, reader: Reader) -> Picture:
    from remora.observe.frozen import CannotLook, look

    try:
        return look(target, locals=options.locals, native=options.native, pause=options.pause, reader=reader)
    except CannotLook as error:
        raise CommandError(str(error)) from None
