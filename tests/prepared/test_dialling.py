"""Programs that dial out: on this host to a socket, to another one by what stands for ssh here."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from remora import sessions
from remora.inject import handshake
from remora.prepared import dialling
from tests.inject.echo import eventually
from tests.support.dap import SyncClient
from tests.support.debuggee import Debuggee
from tests.support.pythons import Python, each_python
from tests.support.session import BUNDLE, Session

from .conftest import Prepared, tell

PORT = 10270


@pytest.fixture
def listen_at(sessions_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the program looks for listeners is where the tests make them."""
    monkeypatch.setenv("REMORA_RUNTIME_DIR", str(sessions_directory))


@contextmanager
def listener() -> Iterator[socket.socket]:
    bare = sessions.listen(sessions.listener_socket(PORT))
    with socket.socket(fileno=bare.detach()) as listening:
        listening.settimeout(10)
        try:
            yield listening
        finally:
            sessions.remove(sessions.listener_socket(PORT))


def accepted(listening: socket.socket, debuggee: Debuggee) -> Session:
    """The session of the next program that dials in."""
    sock, _ = listening.accept()
    handshake.introduce(sock, b"", BUNDLE, None, 10)
    return Session(SyncClient(sock), debuggee, stop=False)


@each_python
def test_a_program_dials_until_somebody_listens(prepare: Prepared, listen_at: None) -> None:
    debuggee = prepare()
    assert tell(debuggee, f"remora.connect('localhost:{PORT}')") == "None"
    assert tell(debuggee, "works()") == "3"
    with listener() as listening:
        session = accepted(listening, debuggee)
        debuggee.send("calls_breakpoint(1)\n")
        session.stops_at("call")
        assert session.threads() == {"MainThread": 1}
        session.detach()
        session.client.close()
        debuggee.wait_line("^= 1")
    threads = "len(sys._current_frames())"
    eventually(lambda: tell(debuggee, threads), "1")


@each_python
def test_it_dials_again_if_it_is_to(prepare: Prepared, listen_at: None) -> None:
    debuggee = prepare()
    assert tell(debuggee, f"remora.connect('{PORT}', again=True)") == "None"
    with listener() as listening:
        for _ in range(2):
            session = accepted(listening, debuggee)
            session.detach()
            session.client.close()
    with listener() as listening:
        accepted(listening, debuggee).client.close()
    assert tell(debuggee, "works()") == "3"


@each_python
def test_it_can_wait(prepare: Prepared, listen_at: None) -> None:
    debuggee = prepare()
    debuggee.send(f"remora.connect('{PORT}', wait=True, timeout=0.01)\n")
    assert debuggee.wait_line("^remora") == f"remora: process {debuggee.pid} waits for a debugger at {PORT}"
    debuggee.wait_line("^= None")
    debuggee.send(f"remora.connect('{PORT}', wait=True)\n")
    debuggee.wait_line("waits for a debugger")
    with listener() as listening:
        session = accepted(listening, debuggee)
        debuggee.wait_line("^= None")
        session.client.close()


@each_python
def test_a_forked_child_dials_for_itself(prepare: Prepared, listen_at: None) -> None:
    debuggee = prepare()
    assert tell(debuggee, f"remora.connect('{PORT}')") == "None"
    debuggee.send("forked(None)\n")
    child = int(debuggee.wait_line("^child ").split()[1])
    pids = set()
    with listener() as listening:
        for _ in range(2):
            sock, _ = listening.accept()
            pids.add(handshake.introduce(sock, b"", BUNDLE, None, 10)["pid"])
            sock.close()
    assert pids == {debuggee.pid, child}
    os.kill(child, 9)


@each_python
def test_who_listens_and_says_nothing_of_use_is_left(prepare: Prepared, listen_at: None) -> None:
    debuggee = prepare()
    assert tell(debuggee, f"remora.connect('{PORT}')") == "None"
    with listener() as listening:
        for content in (b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"\xff" * 64):
            sock, _ = listening.accept()
            sock.sendall(content)
            sock.close()
        session = accepted(listening, debuggee)
        session.client.close()
    assert tell(debuggee, "works()") == "3"


@each_python
def test_a_wrong_address_is_said_at_once(prepare: Prepared) -> None:
    debuggee = prepare()
    debuggee.send("remora.connect('-oProxyCommand=x')\n")
    debuggee.wait_line("ValueError: '-oProxyCommand=x' is no name of a host")


@pytest.mark.parametrize(
    ("address", "user", "host", "port"),
    [
        ("devbox", "", "devbox", 1027),
        ("devbox:5", "", "devbox", 5),
        ("me@devbox:5", "me", "devbox", 5),
        ("5", "", "", 5),
        (":5", "", "", 5),
        ("[::1]:5", "", "::1", 5),
        ("fe80::1", "", "fe80::1", 1027),
    ],
)
def test_addresses(address: str, user: str, host: str, port: int) -> None:
    found = dialling.place(address)
    assert (found.user, found.host, found.port) == (user, host, port)


@pytest.mark.parametrize("address", ["devbox:x", "devbox:0", "devbox:70000", "a@-b:5", "-a@b"])
def test_no_addresses(address: str) -> None:
    with pytest.raises(ValueError, match="is no"):
        dialling.place(address)


#: Stands for ssh: says what it was called with, and connects its streams to the socket whose path it finds.
SSH = """\
#!/bin/sh
echo "$@" >> "$(dirname "$0")/calls"
exec {python} -c '
import os, socket, sys, threading
sock = socket.socket(socket.AF_UNIX)
sock.connect(sys.argv[1])
def pump():
    while True:
        content = os.read(0, 65536)
        if not content:
            break
        sock.sendall(content)
    sock.shutdown(1)
threading.Thread(target=pump, daemon=True).start()
while True:
    content = sock.recv(65536)
    if not content:
        os._exit(0)
    os.write(1, content)
' "$(dirname "$0")/there"
"""


@each_python
def test_another_host_is_reached_beside_the_program(python: Python, prepare: Prepared, shared: Path) -> None:
    folder = shared / "bin"
    folder.mkdir()
    ssh = folder / "ssh"
    ssh.write_text(SSH.replace("{python}", python.argv0))
    ssh.chmod(0o755)
    debuggee = prepare()
    tell(debuggee, f"os.environ.update(PATH='{python.path_inside(folder)}:/usr/bin:/bin')")
    tell(debuggee, "__import__('signal').signal(17, lambda *args: say('a child has ended')) and None")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "there"))
        listening.listen()
        listening.settimeout(10)
        tell(debuggee, "remora.connect('me@devbox:2222')")
        session = accepted(listening, debuggee)
        debuggee.send("calls_breakpoint(1)\n")
        session.stops_at("call")
        session.go()
        debuggee.wait_line("^= 1")
        # Nothing that the program's own `wait` could meet.
        debuggee.send("os.waitpid(-1, os.WNOHANG)\n")
        debuggee.wait_line("ChildProcessError")
        session.client.close()
    calls = (folder / "calls").read_text().splitlines()
    assert calls[0].endswith("-p2222 -s -- me@devbox dial")
    assert "a child has ended" not in debuggee.output


@each_python
def test_where_there_is_no_ssh_nothing_happens(prepare: Prepared) -> None:
    debuggee = prepare()
    assert tell(debuggee, "os.environ.update(PATH='/nowhere')") == "None"
    assert tell(debuggee, "remora.connect('devbox')") == "None"
    assert tell(debuggee, "works()") == "3"
    assert debuggee.wait_end() == 0
    assert debuggee.output == "ready\n= None\n= None\n= 3\n"
