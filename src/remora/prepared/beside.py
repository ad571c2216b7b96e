"""A gateway beside the program, for `remora.listen("HOST:PORT")`: what speaks to the network is never in it.

Decides which command that is, and what it is told.  Any thread of the program.
"""

from __future__ import annotations

import sys

from .detached import start
from .dialling import place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

#: Not for the gateway, which is no program to be debugged.
_NOT_PASSED_ON = ("REMORA_LISTEN", "REMORA_CONNECT", "PYTHONBREAKPOINT")


def serve(address: str) -> None:
    """Have the gateway serve this process at "[HOST:]PORT" until it ends; it says where on standard error.

    Raises `ValueError` for what is no address, `FileNotFoundError` if there is
    no command `remora` here, and `OSError` if none can be started.
    """
    import os

    where = place(address, lowest=0)
    if where.user:
        raise ValueError("%r names a user; whom the gateway lets in, their keys say" % address)
    command = _command()
    if command is None:
        raise FileNotFoundError("there is no command 'remora' on the PATH to serve %s with" % address)
    host = "[%s]" % where.host if ":" in where.host else where.host or "127.0.0.1"
    words = ["env", *(word for name in _NOT_PASSED_ON for word in ("-u", name)), command]
    words += ["serve", "--listen", "%s:%d" % (host, where.port), "--program", str(os.getpid())]
    fd = os.open(os.devnull, os.O_RDWR)
    try:
        start(words, fd, quiet=False)
    finally:
        os.close(fd)


def _command() -> Optional[str]:
    """The command of this interpreter's own environment, or that on the PATH."""
    import os

    for folder in (os.path.dirname(sys.executable or ""), *os.get_exec_path()):
        path = os.path.join(folder, "remora")
        if folder and os.access(path, os.X_OK):
            return path
    return None
