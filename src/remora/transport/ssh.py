"""A stream over the system's `ssh`, to a subsystem on another host.

Its configuration, agent, known hosts and jump hosts are the user's own; what
it asks (a passphrase, whether a host key is right) it asks on the terminal.
"""

from __future__ import annotations

import signal

from .command import CommandStream, open_command
from .place import Place


async def open_ssh(place: Place, subsystem: str) -> CommandStream:
    """Raises `OSError` if there is no ssh.  On the main thread."""
    # Ctrl-C, which the terminal sends to ssh as well, is for the console alone; ssh keeps what it inherits.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return await open_command(place.subsystem(subsystem))
    finally:
        signal.signal(signal.SIGINT, before)
