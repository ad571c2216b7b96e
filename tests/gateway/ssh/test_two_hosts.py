"""Program on one host, person on another: two network namespaces with a link between them."""

from __future__ import annotations

import json
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.support.patience import PATIENCE
from tests.support.ssh import Gateway, Home, until

PROGRAMS = Path(__file__).parent / "programs"
WAITS, COUNTS, DIALS = (str(PROGRAMS / f"{name}.py") for name in ("waits", "counts", "dials"))
#: Addresses of the program's host and the person's.
THERE, HERE = "10.213.77.1", "10.213.77.2"
REMORA = [sys.executable, "-m", "remora"]
USER = pwd.getpwuid(os.geteuid()).pw_name


class Hosts:
    """Two of them, and the link."""

    def __init__(self) -> None:
        self.names = [f"remora-{os.getpid()}-{side}" for side in ("there", "here")]
        self.there, self.here = (["ip", "netns", "exec", name] for name in self.names)

    def make(self, stack: ExitStack) -> None:
        for name in self.names:
            ip("netns", "add", name)
            stack.callback(ip, "netns", "del", name)
            ip("-n", name, "link", "set", "lo", "up")
        ip(
            "-n",
            self.names[0],
            "link",
            "add",
            "wire",
            "type",
            "veth",
            "peer",
            "name",
            "wire",
            "netns",
            self.names[1],
        )
        for name, address in zip(self.names, (THERE, HERE), strict=True):
            ip("-n", name, "address", "add", f"{address}/24", "dev", "wire")
            ip("-n", name, "link", "set", "wire", "up")

    def cut(self) -> None:
        ip("-n", self.names[1], "link", "set", "wire", "down")


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@pytest.fixture
def hosts() -> Iterator[Hosts]:
    assert os.geteuid() == 0, "network namespaces are root's to make"
    with ExitStack() as stack:
        hosts = Hosts()
        hosts.make(stack)
        yield hosts


@pytest.fixture
def home() -> Iterator[Home]:
    with Home() as home:
        yield home


def argv(gateway: Gateway, hosts: Hosts, *words: str, key: Path | None = None) -> list[str]:
    return [*hosts.here, *gateway.argv(*words, key=key, host=THERE)]


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)


def test_server_there_and_client_here(hosts: Hosts, home: Home) -> None:
    with home.gateway("run", "--listen", "0.0.0.0:0", WAITS, prefix=hosts.there) as gateway:
        place = f"{USER}@{THERE}:{gateway.port}"
        done = gateway.remora("connect", place, "--batch", "-e", "next", "-e", "p 6 * 7", prefix=hosts.here)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.endswith("\n42\n")
        assert "import sys" in done.stdout
        gateway.wait_log("running", output=True)
        done = run(argv(gateway, hosts, "attach", "--batch", "-e", "'p total'"))
        assert done.stdout.endswith("\n3\n")
        gateway.wait_log(rf"{HERE} logged in with key")


def test_a_host_without_the_key_is_refused(hosts: Hosts, home: Home) -> None:
    with home.gateway("serve", "--listen", f"{THERE}:0", prefix=hosts.there) as gateway:
        assert run(argv(gateway, hosts, "ps", key=home.stranger)).returncode == 255
        gateway.wait_log(rf"{HERE} was refused as '{USER}' with key SHA256:")
        home.authorize(f'from="{THERE}"')
        assert run(argv(gateway, hosts, "ps")).returncode == 255
        home.authorize(f'from="{HERE}"')
        assert run(argv(gateway, hosts, "ps")).returncode == 0


def test_loopback_is_what_others_do_not_reach(hosts: Hosts, home: Home) -> None:
    with home.gateway("serve", "--listen", "0", prefix=hosts.there) as gateway:
        done = run(argv(gateway, hosts, "ps"))
        assert "Connection refused" in done.stderr


def test_an_editor_here_and_a_program_there(hosts: Hosts, home: Home) -> None:
    with home.gateway("run", "--listen", "0.0.0.0:0", WAITS, prefix=hosts.there) as gateway:
        adapter = subprocess.Popen(
            [*hosts.here, *REMORA, "dap", "--connect", f"{USER}@{THERE}:{gateway.port}"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=home.environment,
        )  # fmt: skip
        with adapter:
            editor = Editor(adapter)
            editor.request("initialize", adapterID="x")
            editor.request("attach", stopOnEntry=True)
            editor.event("initialized")
            editor.request("configurationDone")
            stop = editor.event("stopped")
            editor.request("stackTrace", threadId=stop["body"]["threadId"])
            frame = editor.response("stackTrace")["body"]["stackFrames"][0]
            assert (frame["source"]["path"], frame["line"]) == (WAITS, 3)
            editor.request("disconnect")
            editor.response("disconnect")
        assert adapter.wait(PATIENCE) == 0
        gateway.wait_log("running", output=True)


@pytest.mark.timeout(150)
def test_a_cut_line_leaves_the_program_that_goes_on(hosts: Hosts, home: Home) -> None:
    with home.gateway("run", "--listen", "0.0.0.0:0", COUNTS, prefix=hosts.there) as gateway:
        client = subprocess.Popen(
            [*hosts.here, *REMORA, "connect", f"{USER}@{THERE}:{gateway.port}"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=home.environment,
        )  # fmt: skip
        with client:
            assert client.stdout is not None
            assert client.stdin is not None
            while "--" not in client.stdout.readline():
                continue
            assert gateway.output == ""
            hosts.cut()
            assert client.stdout.read() is not None  # it says that the connection is lost, and ends
            client.wait(PATIENCE)
        assert until(lambda: "\n5\n" in gateway.output, 60)
        assert until(lambda: gateway.children() == [])


def test_a_program_there_dials_in_here(hosts: Hosts, home: Home) -> None:
    listener = subprocess.Popen(
        [*hosts.here, *REMORA, "listen", f"{HERE}:1027", "--batch", "-e", "p number > 0"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, env=home.environment,
    )  # fmt: skip
    with listener:
        assert listener.stdout is not None
        listener.stdout.readline()
        way = [*home.ssh_argv(), "-p", "1027", "-s", HERE, "dial"]
        with subprocess.Popen(
            [*hosts.there, sys.executable, DIALS, *way], stdout=subprocess.DEVNULL, start_new_session=True
        ) as program:
            try:
                assert listener.stdout.read().endswith("True\n")
                assert program.poll() is None
            finally:
                os.killpg(program.pid, signal.SIGKILL)


class Editor:
    """A DAP client on the pipes of an adapter."""

    def __init__(self, adapter: subprocess.Popen[bytes]) -> None:
        assert adapter.stdin is not None
        assert adapter.stdout is not None
        self._out, self._in = adapter.stdin, adapter.stdout
        self._sequence = 0

    def request(self, command: str, **arguments: object) -> None:
        self._sequence += 1
        message = {"seq": self._sequence, "type": "request", "command": command, "arguments": arguments}
        body = json.dumps(message).encode()
        self._out.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._out.flush()

    def event(self, name: str) -> dict[str, Any]:
        return self._next("event", name)

    def response(self, command: str) -> dict[str, Any]:
        message = self._next("command", command)
        assert message["success"], message
        return message

    def _next(self, key: str, value: str) -> dict[str, Any]:
        while True:
            header = self._in.readline()
            assert header, "the adapter has ended"
            self._in.readline()
            message: dict[str, Any] = json.loads(self._in.read(int(header.split()[1])))
            if message.get(key) == value:
                return message
