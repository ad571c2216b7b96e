"""Being prepared from the first moment on, by the environment: what the line of `remora site` calls.

Decides what the variables mean.  Runs on the main thread, before the program;
nothing that goes wrong here reaches it.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Mapping

LISTEN, CONNECT = "REMORA_LISTEN", "REMORA_CONNECT"
_OFF = ("", "0", "no")
_WAIT = "wait"


def begin(environ: Mapping[str, str]) -> None:
    """Listen if `REMORA_LISTEN` says so ("wait": and wait for a client); dial what `REMORA_CONNECT` names.

    An interpreter that is to ignore the environment (`-E`, `-I`) ignores these, too.
    """
    if sys.flags.ignore_environment:
        return
    wanted, address = environ.get(LISTEN, ""), environ.get(CONNECT, "")
    try:
        from . import api

        if wanted not in _OFF:
            api.listen(wait=wanted == _WAIT)
        if address:
            api.connect(address)
    except Exception as error:
        if sys.stderr is not None:
            sys.stderr.write("remora: %s=%s %s=%s: %s\n" % (LISTEN, wanted, CONNECT, address, error))
