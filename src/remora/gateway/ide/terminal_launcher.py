"""What runs in an editor's terminal, or by sudo: it starts the program there, and tells the adapter of it.

    python terminal_launcher.py NAME [-- ARGS ...]

NAME is that of the adapter's abstract unix socket, from which comes what to
run; ARGS, if there, are the program's, as a shell has read them.  The program
is the child of this process, which ends with its exit status.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any


def main(argv: list[str]) -> int:
    """Run the program to its end; its exit status."""
    if not __package__:
        # Run as a file, of a remora that need not be installed.
        sys.path[0] = __file__.rsplit("/", 4)[0]
    from remora.gateway.ide.launching import Launch, explain, shell_status, start
    from remora.inject.reasons import AttachError

    # The program gets Ctrl-C by the terminal itself; a handler, unlike SIG_IGN, is not inherited.
    signal.signal(signal.SIGINT, lambda number, frame: None)
    adapter = _connect(argv[1])
    order = receive_sized(adapter)
    if argv[2:3] == ["--"]:
        order["launch"]["args"] = argv[3:]
    plan = Launch(**order["launch"])
    try:
        process, sock = start(plan, None, None, None, new_session=False)
    except (OSError, AttachError) as error:
        adapter.sendall(b"-")
        send_sized(adapter, {"error": explain(error, plan)})
        return 1
    socket.send_fds(adapter, [b"+"], [sock.fileno()] if sock else [])
    send_sized(adapter, {"pid": process.pid})
    if sock:
        sock.close()
    orders = _Orders(adapter, process)
    status = shell_status(process.wait())
    with suppress(OSError):  # the adapter may be gone
        adapter.sendall(b"%d\n" % status)
    waits = order["waitOnAbnormalExit"] if status else order["waitOnNormalExit"]
    if waits and not orders.ended_it:
        _wait_for_key(status)
    return status


def send_sized(sock: socket.socket, content: dict[str, Any]) -> None:
    encoded = json.dumps(content).encode()
    sock.sendall(len(encoded).to_bytes(4, "big") + encoded)


def receive_sized(sock: socket.socket) -> dict[str, Any]:
    """Raises `EOFError` when the other end goes."""
    with sock.makefile("rb", buffering=0) as file:
        size = int.from_bytes(_exactly(file, 4), "big")
        received: dict[str, Any] = json.loads(_exactly(file, size))
        return received


class _Orders:
    """What the adapter says while the program runs: "signal group\\n", and "0 0\\n" to leave it alone."""

    def __init__(self, adapter: socket.socket, process: subprocess.Popen[bytes]) -> None:
        self.ended_it = False
        self._process = process
        self._file = adapter.makefile("rb")
        threading.Thread(target=self._follow, daemon=True).start()

    def _follow(self) -> None:
        for line in self._file:
            number, group = map(int, line.split())
            if number == 0:
                return
            self._signal(number, bool(group))
        self._signal(signal.SIGKILL, True)  # the adapter has ended without a word

    def _signal(self, number: int, group: bool) -> None:
        if self._process.poll() is not None:
            return
        self.ended_it = True
        pid = self._process.pid
        for each in [*(list(_descendants(pid)) if group else ()), pid]:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(each, number)


def _connect(name: str) -> socket.socket:
    """The adapter; only one of our user, or of the one who called sudo, may say what to run."""
    from remora.gateway.ide import peers

    adapter = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    adapter.connect("\0" + name)
    if peers.unix_uid(adapter) not in (os.getuid(), int(os.environ.get("SUDO_UID", os.getuid()))):
        raise PermissionError("the adapter's socket belongs to another user")
    return adapter


def _exactly(file: Any, size: int) -> bytes:
    content = b""
    while len(content) < size:
        chunk = file.read(size - len(content))
        if not chunk:
            raise EOFError
        content += chunk
    return content


def _descendants(pid: int) -> Iterator[int]:
    """Its children, their children, and so on."""
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as file:
                for child in map(int, file.read().split()):
                    yield child
                    yield from _descendants(child)


def _wait_for_key(status: int) -> None:
    print(f"\nThe program has ended with status {status}. Press Enter to close.", end="", flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
