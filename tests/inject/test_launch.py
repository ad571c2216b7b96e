"""Starting programs with the agent in them."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from remora.inject import reasons
from remora.inject.launch import Launched, Program, launch
from tests.inject.echo import EchoBundle
from tests.support.patience import PATIENCE
from tests.support.pythons import Python, each_python

ON_MAIN = """
def run(sock, loaded, hello):
    import os, threading
    sock.sendall(bytes(8))
    main = threading.current_thread() is threading.main_thread()
    answer = main, os.get_inheritable(sock.fileno()), sorted(hello)
    sock.sendall(repr(answer).encode())
    sock.close()
"""
HELLO = ["digest", "magic", "on_disconnect", "pid", "present", "program", "tag"]


def start(python: Python, bundle: EchoBundle, *options: str) -> Launched:
    command, *words = python.command(*options)
    program = Program("file", "a b'.py", ["x", '"'])
    return launch(program, bundle, python=command, python_args=words, stderr=subprocess.PIPE)


def ended(launched: Launched) -> str:
    """What it has sent when it has ended, and well."""
    with launched.socket as sock, launched.process as process:
        received = b"".join(iter(lambda: sock.recv(1000), b""))
        _, errors = process.communicate(timeout=PATIENCE)
        assert (process.returncode, errors) == (0, b"")
        return received.decode()


@each_python
def test_the_agent_gets_the_program(python: Python) -> None:
    bundle = EchoBundle(compiled=b"compiled")
    launched = start(python, bundle, "-X", "dev" if python.at_least("3.9") else "utf8")
    program = ast.literal_eval(launched.socket.recv(1000).decode())
    assert (program["kind"], program["value"], program["args"]) == ("file", "a b'.py", ["x", '"'])
    launched.socket.sendall(b"hello")
    assert launched.socket.recv(1000) == b"HELLO"
    launched.socket.shutdown(1)
    assert ended(launched) == ""
    [(hello, origin)] = bundle.asked
    assert hello["pid"] == launched.process.pid
    assert bundle.kept == [(b"compiled", origin)]
    assert origin


@each_python
def test_the_agent_runs_on_the_main_thread_and_its_socket_is_not_inherited(python: Python) -> None:
    assert ended(start(python, EchoBundle(ON_MAIN))) == repr((True, False, HELLO))


def test_a_python_that_does_not_start() -> None:
    with pytest.raises(reasons.AttachError) as caught:
        launch(Program("code", "1"), EchoBundle(), python=sys.executable, python_args=["--no-such-option"])
    assert caught.value.reason is reasons.NOT_STARTED


def test_a_program_that_is_not_python() -> None:
    with pytest.raises(reasons.AttachError) as caught:
        launch(Program("code", "1"), EchoBundle(), python="true")
    assert caught.value.reason is reasons.NOT_STARTED


def test_a_python_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        launch(Program("code", "1"), EchoBundle(), python=str(tmp_path / "python"))
