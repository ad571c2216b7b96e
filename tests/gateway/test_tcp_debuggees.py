"""Debuggees at the other end of a TCP connection: `connect` and `listen`, with any maker's adapter there."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from remora.dap.framing import Decoder, encode
from tests.support.ide import Ide
from tests.support.patience import PATIENCE
from tests.support.ssh import Home

#: Says less than our agent would.
CAPABILITIES = {"supportsConfigurationDoneRequest": True, "supportsModulesRequest": True}


class OtherAdapter:
    """Answers every request; asks its client for a terminal when it is told to `launchTerminal`."""

    def __init__(self, open_connection: Callable[[], socket.socket]) -> None:
        self.received: list[dict[str, Any]] = []
        self._open_connection = open_connection
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def join(self) -> None:
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()

    def _serve(self) -> None:
        decoder = Decoder()
        with self._open_connection() as sock:
            while content := sock.recv(1 << 16):
                for message in decoder.feed(content):
                    self.received.append(message)
                    for answer in self._answers(message):
                        sock.sendall(encode(answer))
                    if message.get("command") == "disconnect":
                        return

    def _answers(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        if message["type"] != "request":
            return [{"seq": 9, "type": "event", "event": "answered", "body": message["body"]}]
        command = message["command"]
        response = {"seq": 1, "type": "response", "request_seq": message["seq"], "success": True}
        answers: list[dict[str, Any]] = [{**response, "command": command, "body": {}}]
        if command == "initialize":
            answers[0]["body"] = CAPABILITIES
        if command == "attach":
            answers.append({"seq": 2, "type": "event", "event": "initialized"})
        if command == "launchTerminal":
            answers.append(
                {"seq": 3, "type": "request", "command": "runInTerminal", "arguments": {"args": ["a"]}}
            )
        return answers


def hold_session(ide: Ide, other: OtherAdapter) -> None:
    capabilities = ide.client.wait_event("capabilities")["capabilities"]
    assert capabilities["supportsModulesRequest"] is True
    assert capabilities["supportsSetVariable"] is False
    ide.configured()
    ide.client.request("launchTerminal")
    request = ide.client.wait_reverse_request("runInTerminal")
    assert request["arguments"] == {"args": ["a"]}
    ide.client.answer(request, {"shellProcessId": 1})
    assert ide.client.wait_event("answered") == {"shellProcessId": 1}
    ide.disconnect()
    other.join()
    attach = next(message for message in other.received if message.get("command") == "attach")
    assert attach["arguments"] == {"justMyCode": False}
    (left,) = [message for message in other.received if message.get("command") == "disconnect"]
    assert left["arguments"] == {"terminateDebuggee": False}


@pytest.mark.parametrize("old", [False, True], ids=["connect", "host and port"])
def test_connect(old: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        other = OtherAdapter(lambda: listener.accept()[0])
        address = {"host": "127.0.0.1", "port": listener.getsockname()[1]}
        with Ide() as ide:
            ide.initialize()
            ide.begin("attach", {"justMyCode": False, **(address if old else {"connect": address})})
            hold_session(ide, other)


@pytest.mark.parametrize(
    "host", [{}, {"host": "localhost"}, {"host": "::1"}], ids=["default", "name", "IPv6"]
)
def test_listen(host: dict[str, str]) -> None:
    with Ide() as ide:
        ide.initialize()
        ide.starting = ide.client.send("attach", {"justMyCode": False, "listen": {"port": 0, **host}})
        address = ide.client.wait_event("debugpyWaitingForServer")
        assert address["host"] == host.get("host", "127.0.0.1")
        other = OtherAdapter(lambda: socket.create_connection((address["host"], address["port"])))
        ide.client.wait_event("initialized")
        hold_session(ide, other)


def test_listen_for_a_program_that_calls_connect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes to a socket of the user's, by the number of the port."""
    monkeypatch.setenv("REMORA_RUNTIME_DIR", str(tmp_path / "run"))
    code = "import remora, sys, time; remora.connect(sys.argv[1])\nwhile True: time.sleep(0.01)"
    with Ide() as ide:
        ide.initialize()
        ide.starting = ide.client.send("attach", {"listen": {"port": 0}, "stopOnEntry": True})
        port = ide.client.wait_event("debugpyWaitingForServer")["port"]
        with subprocess.Popen([sys.executable, "-c", code, f"127.0.0.1:{port}"]) as program:
            try:
                ide.client.wait_event("initialized")
                ide.client.request("configurationDone")
                assert ide.client.wait_event("process")["systemProcessId"] == program.pid
                ide.client.wait_event("stopped")
            finally:
                program.kill()


def test_other_hosts_come_by_ssh_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    with Home() as home:
        home.authorize()
        for name, value in home.environment.items():
            monkeypatch.setenv(name, value)
        with Ide() as ide:
            ide.initialize()
            ide.starting = ide.client.send("attach", {"listen": {"host": "0.0.0.0", "port": 0}})
            port = ide.client.wait_event("debugpyWaitingForServer")["port"]
            with socket.create_connection(("127.0.0.1", port)) as stranger:
                assert stranger.recv(4) == b"SSH-", "no bare port"
            code = "import remora, sys, time; remora.connect(sys.argv[1])\nwhile True: time.sleep(0.01)"
            # This address stands for another host: a program goes there by SSH.
            with subprocess.Popen([sys.executable, "-c", code, f"127.0.0.2:{port}"]) as program:
                try:
                    ide.client.wait_event("initialized")
                    ide.client.request("configurationDone")
                    assert ide.client.wait_event("process")["systemProcessId"] == program.pid
                    thread = ide.client.request("threads")["threads"][0]["id"]
                    ide.client.request("pause", {"threadId": thread})
                    ide.client.wait_event("stopped")
                    ide.client.request("disconnect")
                finally:
                    program.kill()


def test_listening_ends_with_the_client() -> None:
    with Ide() as ide:
        ide.initialize()
        number = ide.client.send("attach", {"listen": {"port": 0}})
        port = ide.client.wait_event("debugpyWaitingForServer")["port"]
        early = ide.client.send("threads")
        ide.client.request("cancel", {"requestId": number})
        with ide.client.fails(1102):
            ide.client.response(number)
        with ide.client.fails(1603):
            ide.client.response(early)
        ide.client.wait_event("terminated")
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))
        ide.client.send("attach", {"listen": {"port": 0}})
        ide.client.wait_event("debugpyWaitingForServer")
        ide.disconnect()


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, Ide() as ide, ide.client.fails(1602):
        ide.client.request("attach", {"listen": {"port": taken.getsockname()[1]}})


def test_the_other_end_goes() -> None:
    code = "import socket, sys; socket.create_connection(('127.0.0.1', int(sys.argv[1]))).recv(10)"
    with Ide() as ide:
        ide.initialize()
        number = ide.client.send("attach", {"listen": {"port": 0}})
        port = ide.client.wait_event("debugpyWaitingForServer")["port"]
        subprocess.run([sys.executable, "-c", code, str(port)], check=True, timeout=PATIENCE)
        with ide.client.fails(1602):
            ide.client.response(number)
        ide.client.wait_event("terminated")
