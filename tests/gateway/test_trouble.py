"""Clients that say anything at any time: each request is answered, and the adapter goes on or ends."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from contextlib import suppress

import pytest

from remora.dap.fields import ARGUMENTS
from tests.support.dap import Failed
from tests.support.debuggee import DEBUGGEES
from tests.support.ide import Ide
from tests.support.patience import PATIENCE
from tests.support.pythons import SAME_ROOT

PROGRAM = str(DEBUGGEES / "under_ide.py")
NEWEST = SAME_ROOT[-1].argv0
#: What is about the session itself, and has an effect at any time.
SESSION = {"initialize", "launch", "attach", "disconnect", "cancel"}
REQUESTS = sorted({*ARGUMENTS, "threads", "configurationDone", "no such request", ""} - SESSION)


def test_before_there_is_a_program() -> None:
    with Ide() as ide:
        for initialized in (False, True):
            numbers = [ide.client.send(command) for command in REQUESTS]
            for number in numbers:
                with ide.client.fails(1103):
                    ide.client.response(number)
            if not initialized:
                ide.initialize()
        ide.client.request("cancel", {"requestId": 1})
        ide.disconnect()


@pytest.mark.parametrize("arguments", [None, [], "text", {}, {"program": 1}, {"args": {}}])
def test_wrong_arguments_of_launch(arguments: object) -> None:
    with Ide() as ide:
        ide.initialize()
        with ide.client.fails(1003):
            ide.client.request("launch", arguments)  # type: ignore[arg-type]
        ide.client.wait_event("terminated")
        ide.launch({"code": "import sys; sys.exit(5)"})
        assert ide.exit_code() == 5


def test_wrong_types_while_it_runs() -> None:
    with Ide() as ide:
        ide.launch({"program": PROGRAM, "args": ["wait"], "python": NEWEST})
        for command in REQUESTS:
            wrong: list[object] = [[], 7, {"threadId": "x", "frameId": [], "source": 3, "breakpoints": {}}]
            for arguments in wrong:
                # Some have no arguments that could be wrong.
                if command not in ("terminate", "terminateThreads", "restart"):
                    number = ide.client.send(command, arguments)  # type: ignore[arg-type]
                    try:
                        ide.client.response(number)
                    except Failed as failed:
                        assert failed.id
        assert ide.client.request("threads")["threads"]
        ide.disconnect()


def test_a_second_launch_is_refused() -> None:
    with Ide() as ide:
        ide.launch({"program": PROGRAM, "args": ["wait"], "python": NEWEST})
        for command in ("launch", "attach"):
            with ide.client.fails(1104):
                ide.client.request(command, {"program": PROGRAM})
        ide.disconnect()


def test_requests_that_come_too_early_wait() -> None:
    with Ide() as ide:
        ide.initialize()
        ide.starting = ide.client.send("launch", {"program": PROGRAM, "args": ["show"], "python": NEWEST})
        # Without waiting for `initialized`.
        ide.client.request("setBreakpoints", {"source": {"path": PROGRAM}, "breakpoints": []})
        ide.configured()
        assert ide.exit_code() == 0


def test_messages_that_are_none_are_dropped() -> None:
    with Ide() as ide:
        for content in (b"{", b"[]", b"7", b"\xff\xfe", b"", b'"' + b"[" * 5000):
            ide.client.send_bytes(b"Content-Length: %d\r\n\r\n%b" % (len(content), content))
            told = ide.client.wait_event("output")
            assert "cannot be read" in told["output"]
        for message in ({}, {"type": "event"}, {"type": "response", "request_seq": 9}, {"type": 3}):
            content = json.dumps(message).encode()
            ide.client.send_bytes(b"Content-Length: %d\r\n\r\n%b" % (len(content), content))
        ide.initialize()


@pytest.mark.parametrize("running", [False, True])
def test_fields_that_are_none_are_answered(running: bool) -> None:
    with Ide() as ide:
        ide.initialize()
        if running:
            ide.launch({"program": PROGRAM, "args": ["wait"], "python": NEWEST})
        for seq, number, command, arguments in (
            ("1e999", 0, '"threads"', "{}"),
            ("[]", 0, '"threads"', "{}"),
            ('"x"', 0, '"setBreakpoints"', "1e999"),
            ("103", 103, '"evaluate"', '{"expression": "1", "frameId": 1e999}'),
            ("104", 104, "[1e999]", "{}"),
        ):
            text = f'{{"type": "request", "seq": {seq}, "command": {command}, "arguments": {arguments}}}'
            ide.client.send_bytes(b"Content-Length: %d\r\n\r\n%b" % (len(text), text.encode()))
            with suppress(Failed):
                ide.client.response(number)
        ide.disconnect()


@pytest.mark.parametrize(
    "text",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"Content-Length: 99999999999\r\n\r\n",
        b"Content-Length: -1\r\n\r\n",
        b"\0" * 5000,
    ],
    ids=["http", "huge", "negative", "zeros"],
)
def test_what_is_no_dap_ends_the_session(text: bytes) -> None:
    with Ide() as ide:
        ide.launch({"program": PROGRAM, "args": ["wait"], "python": NEWEST})
        ide.client.send_bytes(text)
        ide.client.wait_closed()
        assert ide.process.wait(PATIENCE) == 0


@pytest.mark.parametrize("content", [b"", b"Content-Le", b"Content-Length: 50\r\n\r\n{"])
def test_a_cut_stream_ends_it(content: bytes) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "remora", "dap"], input=content, capture_output=True, timeout=PATIENCE
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_client_that_does_not_read_stops_nothing_but_the_output() -> None:
    code = "while True: print('x' * 1000)"
    with Ide() as ide:
        ide.launch({"code": code, "python": NEWEST})
        ide.wait_output("x")
    assert ide.process.returncode == 0


def test_pipes_and_files_as_standard_streams(tmp_path: object) -> None:
    body = b'{"seq": 1, "type": "request", "command": "disconnect"}'
    text = b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(text)
        theirs.shutdown(socket.SHUT_WR)
        done = subprocess.run(
            [sys.executable, "-m", "remora", "dap"],
            stdin=ours.fileno(),
            stdout=subprocess.PIPE,
            timeout=PATIENCE,
        )
    assert done.returncode == 0
    assert b'"success":true' in done.stdout
    piped = subprocess.run(
        [sys.executable, "-m", "remora", "dap"], input=text, capture_output=True, timeout=PATIENCE
    )
    assert (piped.returncode, piped.stdout, piped.stderr) == (0, done.stdout, b"")


def test_the_adapter_opens_no_port() -> None:
    with Ide() as ide:
        ide.launch({"program": PROGRAM, "args": ["wait"], "python": NEWEST})
        ide.wait_output("waiting")
        names = [os.readlink(link.path) for link in os.scandir(f"/proc/{ide.process.pid}/fd")]
        inodes = {name[8:-1] for name in names if name.startswith("socket:")}
        for table in ("tcp", "tcp6", "udp", "udp6"):
            with open(f"/proc/{ide.process.pid}/net/{table}", encoding="ascii") as file:
                assert not inodes & {line.split()[9] for line in file}
        ide.disconnect()
