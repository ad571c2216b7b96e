"""The gateway beside a program that listens on a port."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

from tests.inject.echo import eventually
from tests.support.patience import PATIENCE
from tests.support.pythons import Python, each_python_here

from .conftest import Prepared, tell

#: Where the command `remora` is that the tests are of.
BIN = Path(sys.executable).parent


@each_python_here
def test_it_is_no_child_and_ends_with_the_program(
    python: Python, prepare: Prepared, shared: Path, sessions_directory: Path
) -> None:
    debuggee = prepare(env={"XDG_CONFIG_HOME": str(shared / "config")})
    tell(debuggee, f"os.environ.update(PATH='{BIN}:/usr/bin:/bin')")
    # The command's interpreter needs its own packages, and not the tests' copy of a few.
    tell(debuggee, "os.environ.pop('PYTHONPATH')")
    assert tell(debuggee, "remora.listen('127.0.0.1:0')").endswith(f"/program-{debuggee.pid}")
    said = debuggee.wait_line("^remora listens on 127.0.0.1:")
    port = int(said.split(":")[1].split()[0])
    assert os.readlink(sessions_directory / f"port-{port}") == f"program-{debuggee.pid}"
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as sock:
        assert sock.recv(8) == b"SSH-2.0-"
    debuggee.send("os.waitpid(-1, os.WNOHANG)\n")
    debuggee.wait_line("ChildProcessError")
    eventually(lambda: is_free(port), True)
    assert os.listdir(sessions_directory) == []


def is_free(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) != 0


@each_python_here
def test_without_the_command_the_program_goes_on(prepare: Prepared) -> None:
    debuggee = prepare()
    tell(debuggee, "os.environ.update(PATH='/nowhere') or setattr(sys, 'executable', '')")
    debuggee.send("remora.listen('127.0.0.1:0')\n")
    debuggee.wait_line(
        f"^remora: process {debuggee.pid} is not served at 127.0.0.1:0: there is no command 'remora'"
    )
    debuggee.wait_line("^= /")


@each_python_here
def test_an_address_that_is_none_is_said_at_once(prepare: Prepared) -> None:
    debuggee = prepare()
    debuggee.send("remora.listen('me@127.0.0.1:1027')\n")
    debuggee.wait_line("ValueError: 'me@127.0.0.1:1027' names a user")
