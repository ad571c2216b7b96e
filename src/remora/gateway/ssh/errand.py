"""What a gateway starts for a client: remora's command line, in a process that ends with the gateway.

    python -P -m remora.gateway.ssh.errand PARENT WORD ...

Makes the terminal that it was given, if any, its own; and has the kernel tell
when the gateway is gone, however that ended.  Main thread.

Source: prctl(2), PR_SET_PDEATHSIG; tty_ioctl(4), TIOCSCTTY.
"""

from __future__ import annotations

import fcntl
import os
import runpy
import signal
import sys
import termios

_SET_DEATH_SIGNAL = 1


def main(argv: list[str]) -> None:
    """Run the command line; does not come back."""
    parent, *words = argv[1:]
    # Ignored signals are inherited, as from `nohup`.
    for number in (signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _end_with(int(parent))
    if os.isatty(0):
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    sys.argv[1:] = words
    runpy.run_module("remora", run_name="__main__", alter_sys=True)


def _end_with(parent: int) -> None:
    import ctypes

    ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGHUP, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit(1)


if __name__ == "__main__":
    main(sys.argv)
