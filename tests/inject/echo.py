"""A bundle whose agent answers everything in capital letters, and checks on what an attach leaves behind."""

from __future__ import annotations

import marshal
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from remora.inject.attach import Attached
from remora.inject.process import Process
from remora.inject.ptrace.x86_64 import BLOCKING
from tests.support.patience import PATIENCE

LOADER = """
def run(sock, loaded, hello):
    sock.sendall(len(loaded["compiled"]).to_bytes(8, "big") + loaded["compiled"])
    if "program" in hello:
        sock.sendall(repr(hello["program"]).encode())
    while True:
        received = sock.recv(65536)
        if not received:
            break
        sock.sendall(received.upper())
    sock.close()
"""


class EchoBundle:
    """Remembers what it has been asked and given."""

    def __init__(self, loader: str = LOADER, compiled: bytes = b"") -> None:
        self.asked: list[tuple[dict[str, Any], str | None]] = []
        self.kept: list[tuple[bytes, str | None]] = []
        self._blob = marshal.dumps({"loader": loader, "compiled": compiled}, 2)

    def blob(self, hello: Mapping[str, Any], origin: str | None = None) -> bytes:
        self.asked.append((dict(hello), origin))
        return self._blob

    def compiled(self, hello: Mapping[str, Any], blob: bytes, origin: str | None = None) -> None:
        self.kept.append((blob, origin))


def assert_answers(attached: Attached) -> None:
    """It does, and then its connection is closed, which ends the agent."""
    with attached.socket as sock:
        sock.settimeout(PATIENCE)
        sock.sendall(b"hello")
        assert sock.recv(100) == b"HELLO"


class Footprint:
    """What a process has that an attach could leave behind."""

    def __init__(self, pid: int) -> None:
        self.threads = sorted(os.listdir(f"/proc/{pid}/task"))
        directory = Path(f"/proc/{pid}/task/{Process(pid).thread}")
        self.files = sorted(os.readlink(directory / "fd" / name) for name in os.listdir(directory / "fd"))
        maps = (directory / "maps").read_text().splitlines()
        self.code = [line for line in maps if " r-xp 00000000 00:00 0 " in line]  # of no file
        process = Process(pid)
        self.tracer = process.tracer()
        self.handled = process.handled_signals() & 0x7FFFFFFF  # without those of the C library
        status = (directory / "status").read_text().splitlines()
        self.blocked = [line for line in status if line.startswith("SigBlk")]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Footprint) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        return repr(vars(self))


def is_at_rest(process: Process) -> bool:
    """All its threads wait: no signal can come between a look at what has come and the wait."""
    return all(process.state(tid) == "Z" or process.syscall(tid) in BLOCKING for tid in process.tids())


def eventually(observe: Callable[[], object], expected: object) -> None:
    """Observe again and again until it is as expected: what ends in another process tells nobody."""
    deadline = time.monotonic() + PATIENCE
    while (observed := _observed(observe)) != expected:
        assert time.monotonic() < deadline, f"{observed!r} and not {expected!r}"
        time.sleep(0.001)


def _observed(observe: Callable[[], object]) -> object:
    try:
        return observe()
    except (FileNotFoundError, ProcessLookupError) as error:
        return error  # a thread or a file of it has just gone
