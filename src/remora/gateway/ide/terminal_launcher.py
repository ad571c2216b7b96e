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
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from remora.gateway.ide.tee import Tee


def main(argv: list[str]) -> int:
    """Run the program to its end; its exit status."""
    if not __package__:
        # Run as a file, of a remora that need not be installed.
        sys.path[0] = __file__.rsplit("/", 4)[0]
    # The program gets Ctrl-C by the terminal itself; a handler, unlike SIG_IGN, is not inherited.
    signal.signal(signal.SIGINT, lambda number, frame: None)
    _adopt_orphans()
    with _connect(argv[1]) as adapter:
        order = receive_sized(adapter)
        if argv[2:3] == ["--"]:
            order["launch"]["args"] = argv[3:]
        started = _start(order, adapter)
        if started is None:
            return 1
        process, tee = started
        orders = _Orders(adapter, process)
        status = _wait(process, tee)
        with suppress(OSError):  # the adapter may be gone
            adapter.sendall(b"%d\n" % status)
        orders.close()
    if orders.takes_children:
        _signal_all(list(_descendants(os.getpid())), signal.SIGKILL)
    waits = order["waitOnAbnormalExit"] if status else order["waitOnNormalExit"]
    if waits and not orders.ended_it:
        _wait_for_key(status)
    return status


def _start(
    order: dict[str, Any], adapter: socket.socket
) -> tuple[subprocess.Popen[bytes], Tee | None] | None:
    """Start the program, and give the adapter what belongs to it, or say why it was not started."""
    from remora.gateway.ide.launching import Launch, explain, start
    from remora.gateway.ide.tee import Tee
    from remora.inject.reasons import AttachError

    plan = Launch(**order["launch"])
    tee = Tee((1, 2)) if order["tee"] else None
    stdout, stderr = tee.inlets if tee else (None, None)
    try:
        process, sock = start(plan, None, stdout, stderr, new_session=False)
    except (OSError, AttachError) as error:
        adapter.sendall(b"-")
        send_sized(adapter, {"error": explain(error, plan)})
        return None
    outlets = tee.outlets if tee else []
    socket.send_fds(adapter, [b"+"], [*outlets, *([sock.fileno()] if sock else ())])
    send_sized(adapter, {"pid": process.pid})
    if sock:
        sock.close()
    if tee:
        tee.start()
    return process, tee


def _wait(process: subprocess.Popen[bytes], tee: Tee | None) -> int:
    """The exit status, when all that the program wrote has been copied."""
    from remora.gateway.ide.launching import shell_status

    status = shell_status(process.wait())
    if tee:
        tee.finish()
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
    """What the adapter says while the program runs.

    Lines of two numbers: signal and whether it is for children, too; or "0 1" to end them with the
    program, whenever that ends; or "0 0" to leave it alone.
    """

    def __init__(self, adapter: socket.socket, process: subprocess.Popen[bytes]) -> None:
        self.ended_it = False
        self.takes_children = False
        self._process = process
        self._adapter = adapter
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Follow no more.  The program has ended."""
        with suppress(OSError):  # the adapter may be gone
            self._adapter.shutdown(socket.SHUT_RD)
        self._thread.join()

    def _follow(self) -> None:
        with self._adapter.makefile("rb") as file:
            for line in file:
                number, group = map(int, line.split())
                if (number, group) == (0, 0):
                    return
                if number:
                    self._signal(number, bool(group))
                else:
                    self.takes_children = True
        self._signal(signal.SIGKILL, True)  # the adapter has ended without a word

    def _signal(self, number: int, group: bool) -> None:
        if self._process.poll() is not None:
            return
        self.ended_it = True
        pid = self._process.pid
        _signal_all([*(_descendants(pid) if group else ()), pid], number)


def _connect(name: str) -> socket.socket:
    """The adapter; only one of our user, or of the one who called sudo, may say what to run."""
    from remora import sessions

    adapter = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    adapter.connect("\0" + name)
    if sessions.peer(adapter)[1] not in (os.getuid(), int(os.environ.get("SUDO_UID", os.getuid()))):
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


def _adopt_orphans() -> None:
    """Have processes whose parent has ended become children of this one; prctl(2), PR_SET_CHILD_SUBREAPER."""
    import ctypes

    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)


def _signal_all(pids: list[int], number: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def _wait_for_key(status: int) -> None:
    print(f"\nThe program has ended with status {status}. Press Enter to close.", end="", flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
