"""`remora listen`: programs dial in, on this host and over SSH, and one console holds them all."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pexpect
import pytest

from tests.support.patience import PATIENCE
from tests.support.ssh import Home

DIALS, CONNECTS = (str(Path(__file__).parent / "programs" / f"{name}.py") for name in ("dials", "connects"))


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


class Listener:
    """`remora listen` on a terminal."""

    def __init__(self, home: Home, port: int, *words: str) -> None:
        self.home, self.port = home, port
        environment = {**home.environment, "TERM": "xterm", "NO_COLOR": "1"}
        self.console = pexpect.spawn(
            sys.executable, ["-m", "remora", "listen", str(port), *words],
            env=environment, encoding="utf-8", timeout=PATIENCE, dimensions=(40, 150),
        )  # fmt: skip
        self.console.expect_exact(f"remora listens on 127.0.0.1:{port} for programs")
        self.console.expect_exact("(remora)")

    @property
    def here(self) -> list[str]:
        return [f"{self.home.runtime}/listener-{self.port}"]

    @property
    def over_ssh(self) -> list[str]:
        return [*self.home.ssh_argv(), "-p", str(self.port), "-s", "127.0.0.1", "dial"]

    def leave(self) -> None:
        self.console.sendline("quit")
        self.console.expect(pexpect.EOF)
        self.console.close()
        assert self.console.exitstatus == 0


@contextmanager
def dialling(*way: str) -> Iterator[subprocess.Popen[str]]:
    program = subprocess.Popen([sys.executable, DIALS, *way], stdout=subprocess.PIPE, text=True)
    with program:
        try:
            yield program
        finally:
            program.kill()


def goes_on(program: subprocess.Popen[str]) -> None:
    """It writes one number after the other, without a gap."""
    assert program.stdout is not None
    first = int(program.stdout.readline())
    assert [int(program.stdout.readline()) for _ in range(30)] == list(range(first + 1, first + 31))


def test_several_programs_are_held_at_once(home: Home, port: int) -> None:
    listener = Listener(home, port)
    console = listener.console
    with dialling(*listener.here) as one:
        console.expect(r"dials.py:\d+")
        console.expect_exact("(remora)")
        console.sendline("p 'of', 1")
        console.expect_exact("('of', 1)")
        with dialling(*listener.over_ssh) as two:
            console.expect_exact("[session 2: ")
            console.sendline("info sessions")
            console.expect(rf"{two.pid} at 127\.0\.0\.1")
            console.sendline("session 2")
            console.expect(r"dials.py:\d+")
            console.sendline("import os ;; p os.getpid()")
            console.expect_exact(str(two.pid))
            console.sendline("session 1")
            console.expect(r"dials.py:\d+")
            console.sendline("import os ;; p os.getpid()")
            console.expect_exact(str(one.pid))
            listener.leave()
            goes_on(one)
            goes_on(two)


def test_a_killed_listener_leaves_the_programs(home: Home, port: int) -> None:
    listener = Listener(home, port)
    with dialling(*listener.here) as one, dialling(*listener.over_ssh) as two:
        listener.console.expect_exact("[session 2: ")
        listener.console.kill(9)
        goes_on(one)
        goes_on(two)
    listener.console.close(force=True)


def test_a_batch_is_for_the_first(home: Home, port: int) -> None:
    listener = subprocess.Popen(
        [sys.executable, "-m", "remora", "listen", str(port), "--batch", "-e", "p number > 0"],
        env=home.environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with listener:
        assert listener.stdout is not None
        listener.stdout.readline()
        with dialling(f"{home.runtime}/listener-{port}"):
            assert listener.stdout.read().endswith("True\n")
        assert listener.wait(PATIENCE) == 0


def test_two_cannot_listen_at_one_port(home: Home, port: int) -> None:
    listener = Listener(home, port)
    done = subprocess.run(
        [sys.executable, "-m", "remora", "listen", str(port)],
        env=home.environment, capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
    listener.leave()


@pytest.mark.parametrize("options", ['command="remora ps"', 'environment="REMORA_ROLE=observer"'])
def test_a_limited_key_brings_no_program(home: Home, port: int, options: str) -> None:
    listener = Listener(home, port)
    home.authorize(options)
    try:
        done = subprocess.run(listener.over_ssh, input="", capture_output=True, text=True, timeout=PATIENCE)
        assert "subsystem request failed" in done.stderr
    finally:
        home.authorize()
    listener.leave()


@pytest.mark.parametrize(
    "content", [b"", b"\0\0\0\4null", b"\xff" * 100, b"POST / HTTP/1.1\r\n\r\n", b"\0\0\0\2{}"]
)
def test_what_is_no_program_harms_nobody(home: Home, port: int, content: bytes) -> None:
    listener = Listener(home, port)
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.connect(listener.here[0])
        stranger.sendall(content)
        stranger.shutdown(socket.SHUT_WR)
        stranger.settimeout(PATIENCE)
        with suppress(ConnectionResetError):  # it did not read all of it
            assert stranger.recv(1) == b""
    with dialling(*listener.here):
        listener.console.expect(r"dials.py:\d+")
        listener.leave()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2"])
def test_a_program_that_calls_connect(home: Home, port: int, host: str) -> None:
    """The second address is of this host, and not known as such: the program gets there by SSH."""
    listener = subprocess.Popen(
        [sys.executable, "-m", "remora", "listen", f"{host}:{port}", "--batch", "-e", "p number > 0"],
        env=home.environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with listener:
        assert listener.stdout is not None
        assert f'remora.connect("{host}:{port}")' in listener.stdout.readline()
        with subprocess.Popen(
            [sys.executable, CONNECTS, f"{host}:{port}"],
            env=home.environment,
            stdout=subprocess.PIPE,
            text=True,
        ) as program:
            try:
                assert listener.stdout.read().endswith("True\n")
                goes_on(program)
            finally:
                program.kill()
        assert listener.wait(PATIENCE) == 0
