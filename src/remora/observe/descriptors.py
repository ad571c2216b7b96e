"""What a file descriptor of another process leads to, in words: /proc/PID/fd and /proc/PID/net.

Any thread.
"""

from __future__ import annotations

import os
import socket
from functools import partial

from .kernel import read

_SOCKET = "socket:["
_TABLES = ("tcp", "tcp6", "udp", "udp6")


def describe(pid: int, fd: int) -> str:
    """As in "/tmp/file (fd 3)", "socket 10.0.0.1:5432 (fd 7)", "a pipe (fd 0)"."""
    try:
        target = os.readlink(f"/proc/{pid}/fd/{fd}")
    except OSError:
        return f"fd {fd}"
    if target.startswith(_SOCKET):
        target = _socket(pid, target[len(_SOCKET) : -1])
    elif target.startswith("pipe:"):
        target = "a pipe"
    elif target.startswith("anon_inode:"):
        target = target.removeprefix("anon_inode:").strip("[]")
    return f"{target} (fd {fd})"


def _socket(pid: int, inode: str) -> str:
    for table in _TABLES:
        for line in read(f"/proc/{pid}/net/{table}").splitlines()[1:]:
            words = line.split()
            if words[9] == inode:
                return _internet(table[:3], words[1], words[2])
    for line in read(f"/proc/{pid}/net/unix").splitlines()[1:]:
        words = line.split(maxsplit=7)
        if words[6] == inode:
            return f"unix socket {words[7]}" if len(words) > 7 else "a unix socket"
    return "a socket"


def _internet(protocol: str, local: str, remote: str) -> str:
    here, there = map(_address, (local, remote))
    if there.endswith(":0"):
        return f"{protocol} socket {here}"
    return f"{protocol} socket {here} to {there}"


def _address(text: str) -> str:
    """From the kernel's hexadecimal words, each of them in the byte order of this machine."""
    address, _, port = text.partition(":")
    words = bytes.fromhex(address)
    raw = b"".join(words[start : start + 4][::-1] for start in range(0, len(words), 4))
    family = partial(socket.inet_ntop, socket.AF_INET if len(raw) == 4 else socket.AF_INET6)
    host = family(raw)
    return f"{f'[{host}]' if ':' in host else host}:{int(port, 16)}"
