"""The open files and sockets of the program, by descriptor, and the objects that hold them.

Descriptors of the debugger are left out. To find the objects, the program is held up for some 30 ms for each
million that it has.
"""

from __future__ import annotations

import _socket
import gc
import io
import os

from ..agent.inspection.presentation import printable, type_name
from ..agent.inspection.static import instance_dict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

    from . import Arguments

ARGUMENTS: Arguments = (
    {"name": "pattern", "help": "only those whose path or address has this in it"},
    {"name": "--kind", "choices": ("file", "socket", "pipe", "device", "other"), "help": "only these"},
)

#: States of TCP, as in the kernel's tcp_states.h.
_STATES = ("", "established", "syn-sent", "syn-recv", "fin-wait-1", "fin-wait-2", "time-wait", "closed",
           "close-wait", "last-ack", "listening", "closing", "new-syn-recv")  # fmt: skip
_MODES = ("r", "w", "rw")


def collect(pattern: str = "", kind: str = "") -> dict[str, Any]:
    """Return `files` (number, kind, name, mode, position, size, state, `held_by`) and the `limit` of them."""
    if not os.path.isdir("/proc/self/fd"):
        return {"refusal": "there is no /proc where the program runs"}
    objects = gc.get_objects()
    own, holders, sockets = set(_own_descriptors(objects)), _holders(objects), _sockets()
    del objects
    found = [
        {**file, "held_by": holders.get(file["number"], [])}
        for file in _descriptors(sockets)
        if file["number"] not in own
    ]
    return {
        "files": [each for each in found if pattern in each["name"] and kind in ("", each["kind"])],
        "limit": _limit(),
    }


def _descriptors(sockets: dict[str, tuple[str, str]]) -> Iterator[dict[str, Any]]:
    for number in sorted(int(name) for name in os.listdir("/proc/self/fd")):
        try:
            name = os.readlink("/proc/self/fd/%d" % number)
            status = os.fstat(number)
            with open("/proc/self/fdinfo/%d" % number, encoding="ascii", errors="replace") as file:
                lines = dict(line.split(":", 1) for line in file if ":" in line)
        except OSError:
            continue  # closed meanwhile, as that of the list of them
        kind = _kind(name, status.st_mode)
        details: dict[str, Any] = {"mode": _MODES[min(int(lines.get("flags", "0"), 8) & 3, 2)]}
        if kind == "file":
            details.update(position=int(lines.get("pos", "0")), size=status.st_size)
        if kind == "socket":
            name, details["state"] = sockets.get(name[8:-1], (name, ""))
        yield {"number": number, "kind": kind, "name": printable(name), **details}


def _kind(name: str, mode: int) -> str:
    if name.startswith("socket:"):
        return "socket"
    if name.startswith("pipe:"):
        return "pipe"
    if name.startswith("/") and mode & 0o170000 in (0o100000, 0o040000):
        return "file"
    return "device" if name.startswith("/dev/") else "other"


def _holders(objects: list[Any]) -> dict[int, list[str]]:
    """Return the types of the objects that hold each descriptor."""
    found: dict[int, list[str]] = {}
    for each in objects:
        cls = type(each)
        for base in (io.FileIO, _socket.socket):
            if issubclass(cls, base):
                number = _number(base, each)
                if number >= 0:
                    found.setdefault(number, []).append(type_name(each, full=True))
    return found


def _number(base: Any, value: Any) -> int:
    """Return the descriptor of a file or socket, without code of the program; -1 of a closed one."""
    try:
        number: int = base.fileno(value)
    except ValueError:
        return -1
    return number


def _own_descriptors(objects: list[Any]) -> Iterator[int]:
    """Yield the descriptors of the agent: its sockets, and the pipe that wakes its thread."""
    for each in objects:
        if str(type(each).__module__).startswith("_remora."):
            for name, value in (instance_dict(each) or {}).items():
                if isinstance(value, _socket.socket):
                    yield _number(_socket.socket, value)
                elif type(value) is int and name in ("_wake_read", "_wake_write"):
                    yield value


def _sockets() -> dict[str, tuple[str, str]]:
    """Return address and state of the sockets of this network namespace, by inode; see proc_net(5)."""
    found = {}
    for protocol in ("tcp", "tcp6", "udp", "udp6"):
        for words in _table(protocol):
            if len(words) > 9:
                addresses = [_address(text) for text in words[1:3]]
                number = int(words[3], 16)
                is_connected = not addresses[1].endswith(":0")
                text = " -> ".join(addresses) if is_connected else addresses[0]
                known = _STATES[number] if protocol.startswith("tcp") and number < len(_STATES) else ""
                found[words[9]] = ("%s %s" % (protocol, text), known)
    for words in _table("unix"):
        if len(words) > 6:
            state = (
                "listening"
                if int(words[3], 16) & 0x10000
                else ("", "", "", "connected")[int(words[5], 16) & 3]
            )
            found[words[6]] = (" ".join(["unix", *words[7:8]]), state)
    return found


def _table(name: str) -> list[list[str]]:
    try:
        with open("/proc/self/net/" + name, encoding="utf-8", errors="replace") as file:
            return [line.split() for line in file.read().splitlines()[1:]]
    except OSError:
        return []  # a kernel without IPv6, say


def _address(text: str) -> str:
    """Return `127.0.0.1:80` of `0100007F:0050`, whose words of 4 bytes are in the order of the processor."""
    host, _, port = text.partition(":")
    raw = bytes.fromhex(host)
    octets = b"".join(raw[start : start + 4][::-1] for start in range(0, len(raw), 4))
    family = _socket.AF_INET if len(octets) == 4 else _socket.AF_INET6
    name = _socket.inet_ntop(family, octets)
    return "%s:%d" % (name if len(octets) == 4 else "[" + name + "]", int(port, 16))


def _limit() -> int:
    """Return how many descriptors the process may have."""
    with open("/proc/self/limits", encoding="utf-8") as file:
        line = next(line for line in file if line.startswith("Max open files"))
    words = line.split()
    return int(words[3]) if words[3].isdigit() else -1
