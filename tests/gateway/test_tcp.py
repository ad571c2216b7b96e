"""`remora dap --listen`: who may come in, and that each has a session of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.conftest import StartDebuggee
from tests.support.dap import SyncClient
from tests.support.patience import PATIENCE
from tests.support.pythons import SAME_ROOT, Python

on_newest = pytest.mark.parametrize("python", SAME_ROOT[-1:], ids=str)


def listening(*args: str) -> tuple[subprocess.Popen[str], str, int]:
    process = subprocess.Popen(
        [sys.executable, "-m", "remora", "dap", "--listen", *args], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    words = process.stdout.readline().split()
    assert words[:3] == ["remora", "dap", "listens"]
    host, _, port = words[-1].rpartition(":")
    return process, host.strip("[]"), int(port)


@pytest.fixture(params=["0", "127.0.0.2:0", "[::1]:0"])
def server(request: pytest.FixtureRequest) -> Iterator[tuple[str, int]]:
    process, host, port = listening(request.param)
    try:
        yield host, port
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


def connected(server: tuple[str, int]) -> SyncClient:
    return SyncClient(socket.create_connection(server))


@on_newest
def test_sessions_are_apart(server: tuple[str, int], python: Python, start: StartDebuggee) -> None:
    debuggee = start("loop.py")
    first, second = connected(server), connected(server)
    for client in (first, second):
        client.request("initialize", {"adapterID": "test"})
        number = client.send("attach", {"processId": debuggee.pid})
        client.wait_event("initialized")
        client.request("configurationDone")
        client.response(number)
    first.close()
    assert second.request("threads")["threads"]
    second.request("disconnect")
    second.wait_closed()
    second.close()
    connected(server).close()


@pytest.mark.parametrize("names", ["nothing", "us"])
@on_newest
def test_a_client_that_names_no_process_gets_the_one_of_the_command_line(
    python: Python, start: StartDebuggee, names: str
) -> None:
    debuggee = start("loop.py")
    process, host, port = listening("0", str(debuggee.pid))
    client = connected((host, port))
    try:
        client.request("initialize", {"adapterID": "test"})
        options = {"connect": {"host": host, "port": port}} if names == "us" else {}
        client.send("attach", options)
        client.wait_event("initialized")
        client.request("configurationDone")
        assert client.wait_event("process")["systemProcessId"] == debuggee.pid
        client.request("disconnect")
    finally:
        client.close()
        process.kill()
        process.communicate()


def test_others_are_turned_away() -> None:
    if os.geteuid():
        pytest.skip("only root can be somebody else")
    process, host, port = listening("0")
    try:
        code = (
            # That user may not see the files of this interpreter.
            "import os, socket, sys; 'a'.encode('idna'); os.setuid(65534)\n"
            f"s = socket.create_connection(({host!r}, {port}))\n"
            "try: s.sendall(b'Content-Length: 46\\r\\n\\r\\n')\n"
            "except OSError: pass\n"
            "try: print(s.recv(100))\n"
            "except ConnectionError: print(b'')\n"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE)
        assert (done.stdout, done.stderr) == ("b''\n", "")
        client = connected((host, port))
        with client.fails(1103):
            client.request("threads")
        client.close()
    finally:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


@pytest.mark.parametrize(
    ("address", "status", "text"),
    [
        ("0.0.0.0:0", 1, "0.0.0.0 is not of this host alone"),
        ("example.org:1", 1, "example.org is not of this host alone"),
        ("many", 2, "invalid"),
        ("70000", 2, "invalid"),
    ],
)
def test_addresses_that_are_refused(address: str, status: int, text: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "remora", "dap", "--listen", address],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == status
    assert text in done.stderr


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "remora", "dap", "--listen", str(port)], capture_output=True, text=True
        )
    assert done.returncode == 1
    assert (
        done.stderr
        == f"remora: cannot listen on 127.0.0.1:{port}: Address already in use; give another port\n"
    )


@on_newest
def test_sessions_of_children_find_the_same_server(
    python: Python, server: tuple[str, int], start: StartDebuggee
) -> None:
    debuggee = start("starts_children.py", "run")
    parent = connected(server)
    parent.request("initialize", {"adapterID": "test", "supportsStartDebuggingRequest": True})
    parent.send("attach", {"processId": debuggee.pid})
    parent.wait_event("initialized")
    parent.request("configurationDone")
    debuggee.send("direct\n")
    configuration = parent.wait_reverse_request("startDebugging")["arguments"]["configuration"]
    child = connected((configuration["connect"]["host"], configuration["connect"]["port"]))
    child.request("initialize", {"adapterID": "test"})
    child.send("attach", configuration)
    child.wait_event("initialized")
    child.request("configurationDone")
    debuggee.wait_line("gave 3")
    child.wait_event("terminated")
    parent.close()
    child.close()
