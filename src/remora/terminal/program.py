"""Which program is debugged: the file or module that it runs, by which its breakpoints are kept."""

from __future__ import annotations

import ast
import os

from ..client import RequestFailed
from ..folders import state_folder
from .debuggee import Debuggee

#: In the program: the absolute path of what runs as `__main__`, or what Python was told to run.
_MAIN = (
    "(lambda os, sys: os.path.abspath(getattr(sys.modules['__main__'], '__file__', None) or sys.argv[0]))"
    "(__import__('os'), __import__('sys'))"
)


def breakpoints_folder() -> str:
    return os.path.join(state_folder(), "breakpoints")


async def main_path(debuggee: Debuggee) -> str | None:
    """The path of the program's main file; None when it does not tell."""
    body = {"expression": _MAIN, "context": "clipboard"}
    try:
        answer = await debuggee.client.request("evaluate", body)
        path = ast.literal_eval(answer["result"])
    except (RequestFailed, ValueError, SyntaxError):
        return None
    # What a program says of itself may be anything.
    return path if isinstance(path, str) and path.isprintable() else None


def breakpoints_file(path: str) -> str:
    """The file in which the breakpoints of a program are kept, by the path of its main file."""
    from zlib import crc32

    return os.path.join(breakpoints_folder(), f"{os.path.basename(path)}-{crc32(path.encode()):08x}")
