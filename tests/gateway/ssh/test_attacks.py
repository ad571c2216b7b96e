"""What attackers do at a gateway: nothing runs, nothing hangs, and who may come in comes in."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.patience import PATIENCE
from tests.support.ssh import Gateway, Home


@pytest.fixture
def gateway(home: Home) -> Iterator[Gateway]:
    with home.gateway("serve", "--listen", "0") as gateway:
        yield gateway


def comes_in(gateway: Gateway) -> None:
    done = gateway.ssh("ps")
    assert done.returncode == 0, done.stderr
    assert "COMMAND" in done.stdout


def exchange(gateway: Gateway, content: bytes) -> bytes:
    """Send something, and read up to the end that the gateway makes."""
    with socket.create_connection(("127.0.0.1", gateway.port), PATIENCE) as connection:
        connection.sendall(content)
        received = b""
        while chunk := connection.recv(4096):
            received += chunk
        return received


GARBAGE = [
    pytest.param(b"POST /attach HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{}", id="browser"),
    pytest.param(b"Content-Length: 2\r\n\r\n{}", id="DAP"),
    pytest.param(b"\0" * 70_000, id="zeros"),
    pytest.param(b"SSH-2.0-x\r\n" + b"\xff" * 5000, id="broken packet"),
    pytest.param(b"SSH-1.5-old\r\n", id="old"),
    pytest.param(b"SSH-2.0-x\r\n\0\0\0\x0c\x0a\x14" + b"\0" * 10, id="truncated key exchange"),
]


@pytest.mark.parametrize("content", GARBAGE)
def test_garbage_is_answered_with_an_end(gateway: Gateway, content: bytes) -> None:
    received = exchange(gateway, content)
    assert received.startswith(b"SSH-2.0-") or received == b""
    gateway.wait_log(r"127\.0\.0\.1 did not log in")
    assert gateway.children() == []
    comes_in(gateway)


def test_a_replayed_stream_opens_nothing(gateway: Gateway) -> None:
    """What a client has sent once, sent again, belongs to keys that were agreed upon once."""
    recorded = _record_login(gateway)
    assert len(recorded) > 1000
    logins = gateway.log.count("logged in")
    exchange(gateway, recorded)
    assert gateway.log.count("logged in") == logins
    comes_in(gateway)


@pytest.mark.parametrize("kept", [30, 900, 1500])
def test_a_truncated_stream_opens_nothing(gateway: Gateway, kept: int) -> None:
    recorded = _record_login(gateway)
    logins = gateway.log.count("logged in")
    with socket.create_connection(("127.0.0.1", gateway.port), PATIENCE) as connection:
        connection.sendall(recorded[:kept])
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(4096):
            continue
    assert gateway.log.count("logged in") == logins
    comes_in(gateway)


@pytest.mark.parametrize("said", [b"", b"SSH-2.0-slow\r\n"])
def test_half_open_connections_by_the_thousand_keep_nobody_out(gateway: Gateway, said: bytes) -> None:
    with ExitStack() as stack:
        for number in range(1000):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", gateway.port), PATIENCE))
            connection.sendall(said)
            if number % 250 == 249:
                comes_in(gateway)
        comes_in(gateway)
        assert len(os.listdir(f"/proc/{gateway.process.pid}/fd")) < 500
        gateway.wait_log(r"127\.0\.0\.1: \d+ connections that did not log in were dropped")
    comes_in(gateway)
    assert gateway.log.count("did not log in:") <= 20


def test_a_session_outlives_a_flood(gateway: Gateway) -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen(gateway.argv("dap"), stdin=pipe, stdout=pipe) as client:
        assert client.stdin is not None
        assert client.stdout is not None
        with ExitStack() as stack:
            for _ in range(200):
                stack.enter_context(socket.create_connection(("127.0.0.1", gateway.port), PATIENCE))
            body = b'{"seq":1,"type":"request","command":"initialize","arguments":{"adapterID":"x"}}'
            client.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            client.stdin.flush()
            assert client.stdout.readline().startswith(b"Content-Length")
        client.stdin.close()
        assert client.wait(PATIENCE) == 0


def test_another_user_of_this_host_does_not_come_in(gateway: Gateway, home: Home) -> None:
    """Who is not the gateway's user has no key of his, and his own is not asked for."""
    assert os.geteuid() == 0, "this test changes its user"
    done = subprocess.run(
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *gateway.argv("ps", user="nobody")],
        capture_output=True, text=True, timeout=PATIENCE, env={"PATH": os.environ["PATH"], "HOME": "/"},
    )  # fmt: skip
    assert done.returncode == 255
    assert "COMMAND" not in done.stdout


def test_a_link_in_the_place_of_the_key_is_refused(home: Home) -> None:
    with Home() as other:
        directory = other.path / ".config" / "remora"
        directory.mkdir(parents=True, mode=0o700)
        (directory / "ssh_host_ed25519_key").symlink_to(home.key)
        done = subprocess.run(
            [sys.executable, "-m", "remora", "serve", "--listen", "0"],
            env=other.environment, capture_output=True, text=True, timeout=PATIENCE,
        )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_too_many_keys_end_the_connection(gateway: Gateway, home: Home) -> None:
    keys = [home.make_key(f"other{number}") for number in range(12)]
    argv = gateway.argv("ps", key=keys[0])
    argv[1:1] = [word for key in keys[1:] for word in ("-i", str(key))]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 255
    assert "Too many" in done.stderr
    comes_in(gateway)


@pytest.fixture
def password_file(home: Home) -> str:
    path = home.path / "password"
    path.write_text("correct horse\n")
    path.chmod(0o600)
    return str(path)


def test_a_password_only_where_it_was_switched_on(home: Home, password_file: str) -> None:
    home.authorize(key=home.stranger)
    try:
        with home.gateway("serve", "--listen", "0", "--password-file", password_file) as gateway:
            assert _by_password(gateway, "correct horse").returncode == 0
            assert _by_password(gateway, "wrong").returncode == 255
            gateway.wait_log("with a password: it is wrong")
            for secret in ("correct horse", "wrong horse"):
                assert secret not in gateway.log
            for name in ("cmdline", "environ"):
                assert "horse" not in Path(f"/proc/{gateway.process.pid}/{name}").read_text()
    finally:
        home.authorize()


def test_a_password_that_others_can_read_is_refused(home: Home, password_file: str) -> None:
    os.chmod(password_file, 0o644)
    done = subprocess.run(
        [sys.executable, "-m", "remora", "serve", "--listen", "0", "--password-file", password_file],
        env=home.environment, capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 1
    assert "others can read" in done.stderr


def _by_password(gateway: Gateway, password: str) -> subprocess.CompletedProcess[str]:
    script = gateway.home.path / "askpass"
    script.write_text(f"#!/bin/sh\necho '{password}'\n")
    script.chmod(0o700)
    argv = [word if word != "BatchMode=yes" else "NumberOfPasswordPrompts=1" for word in gateway.argv("ps")]
    environment = {**gateway.home.environment, "SSH_ASKPASS": str(script), "SSH_ASKPASS_REQUIRE": "force"}
    return subprocess.run(argv, env=environment, capture_output=True, text=True, timeout=PATIENCE)


def _record_login(gateway: Gateway) -> bytes:
    """What OpenSSH sends in a session, met on the way."""
    import threading

    recorded = bytearray()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def carry(source: socket.socket, sink: socket.socket, copy: bytearray | None) -> None:
            while chunk := source.recv(4096):
                if copy is not None:
                    copy += chunk
                sink.sendall(chunk)
            sink.shutdown(socket.SHUT_WR)

        def serve() -> None:
            client, _ = listener.accept()
            with client, socket.create_connection(("127.0.0.1", gateway.port)) as server:
                back = threading.Thread(target=carry, args=(server, client, None))
                back.start()
                carry(client, server, recorded)
                back.join()

        thread = threading.Thread(target=serve)
        thread.start()
        argv = [
            str(listener.getsockname()[1]) if word == str(gateway.port) else word
            for word in gateway.argv("ps")
        ]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=PATIENCE)
        thread.join(PATIENCE)
    assert done.returncode == 0, done.stderr
    return bytes(recorded)
