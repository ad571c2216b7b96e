"""The command `remora`: from arguments to the module of a sub-command, and from its end to an exit status.

Decides exit codes and how errors are told; knows no sub-command, those are in
`parser`.  This file alone also runs on Python 3.8 to 3.10, to say that the
command needs a newer one.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence

DONE, FAILED, USAGE = 0, 1, 2
#: What a shell says of a program that Ctrl-C has ended.
INTERRUPTED = 130


class CommandError(Exception):
    """A request failed: one line that says what, why, and what to do."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command `remora` with these arguments (the process's own by default); its exit status."""
    if sys.version_info < (3, 11):
        running = ".".join(map(str, sys.version_info[:2]))
        return _fail(
            "the command needs Python 3.11 or newer, and this is " + running + "; "
            "install it there: it attaches to programs of every version from 3.8 on"
        )
    from . import parser

    _open_standard_streams()
    try:
        options = parser.parse(argv)
        return parser.load(options)(options)
    except SystemExit as end:  # argparse has said everything
        return end.code if isinstance(end.code, int) else DONE
    except CommandError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _give_up_stdout()
        return FAILED


def _open_standard_streams() -> None:
    """Those that we were started without lead nowhere: else what we open first would be taken for one."""
    for descriptor, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != descriptor:
                os.dup2(opened, descriptor)
                os.close(opened)
            setattr(sys, name, os.fdopen(descriptor, mode))


def _fail(text: str) -> int:
    print("remora: " + text, file=sys.stderr)
    return FAILED


def _give_up_stdout() -> None:
    """Whoever read our output has gone: what is left in the buffer goes nowhere, without a complaint."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
