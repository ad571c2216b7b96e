"""Who is at the other end of a TCP connection on this host, as the kernel has it.

Any thread.

Source: proc(5), /proc/net/tcp.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import struct

_ROOT = 0


def is_allowed(sock: socket.socket) -> bool:
    """Whether the peer of a loopback connection is of our user, or root, who may do everything anyway."""
    return tcp_uid(sock) in (os.geteuid(), _ROOT)


def tcp_uid(sock: socket.socket) -> int | None:
    """The user who owns the other end of a TCP connection; None if it is not of this host."""
    table = "/proc/net/tcp6" if sock.family == socket.AF_INET6 else "/proc/net/tcp"
    theirs, ours = _row_address(sock.getpeername()), _row_address(sock.getsockname())
    with open(table, encoding="ascii") as file:
        for line in file:
            fields = line.split()
            if fields[1:3] == [theirs, ours]:
                return int(fields[7])
    return None


def is_loopback(host: str) -> bool:
    """Whether an address is of this host alone; a name may mean anything but `localhost`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _row_address(address: tuple[str, int] | tuple[str, int, int, int]) -> str:
    """As in those tables: words of 32 bits, in the processor's byte order."""
    packed = ipaddress.ip_address(address[0].partition("%")[0]).packed
    words = struct.unpack(f">{len(packed) // 4}I", packed)
    return (
        "".join(f"{int.from_bytes(word.to_bytes(4, 'big'), 'little'):08X}" for word in words)
        + f":{address[1]:04X}"
    )
