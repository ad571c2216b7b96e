"""`remora completion`: a script that teaches a shell the commands and their options."""

from __future__ import annotations

import argparse

from . import parser


def run(options: argparse.Namespace) -> int:
    """Print the script."""
    import shtab

    print(shtab.complete(parser.build(), options.shell))
    return 0
