"""Every request gets exactly one answer, whatever it says and whenever it comes, and the session goes on."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path
from typing import Any

import pytest

from remora.agent.handlers import all_handlers
from remora.dap.fields import ARGUMENTS, SHAPES
from remora.dap.framing import encode
from remora.inject.attach import attach
from tests.conftest import StartDebuggee
from tests.support.dap import Failed, SyncClient
from tests.support.pythons import ALL, Python, each_python
from tests.support.session import BUNDLE, Session, attached

COMMANDS = sorted(handler.command for handler in all_handlers())
#: Requests that would end the session or the program.
ENDING = ("disconnect", "terminate", "attach", "launch")
HANDLERS = Path(__file__).parents[2] / "src" / "remora" / "agent" / "handlers"


def raw(dbg: Session, command: str, arguments: Any) -> dict[str, Any]:
    """The error that a request is answered with, whose arguments may be anything; {} for success."""
    try:
        dbg.client.request(command, arguments)
    except Failed as failed:
        error: dict[str, Any] = failed.body["error"]
        return error
    return {}


def goes_on(dbg: Session) -> None:
    """The session works, and nothing was answered twice."""
    dbg.client.request("continue", {"threadId": dbg.client.request("threads")["threads"][0]["id"]})
    dbg.break_at("body")
    dbg.client.wait_event("stopped", lambda body: body["reason"] == "breakpoint")
    dbg.break_at()
    answered = [message["request_seq"] for way, message in dbg.client.log if "request_seq" in message]
    assert len(answered) == len(set(answered))
    assert dbg.client.events("output") == []


@each_python
def test_capabilities_are_those_of_the_handlers(start: StartDebuggee) -> None:
    debuggee = start("loop.py")
    attached_ = attach(debuggee.pid, BUNDLE)
    with attached_.socket:
        client = SyncClient(attached_.socket)
        capabilities = client.request("initialize", {"adapterID": "test", "unknownField": [1]})
    declared = {name for handler in all_handlers() for name in handler.capabilities}
    assert set(capabilities) == declared
    for name, value in capabilities.items():
        words = re.fullmatch(r"supports(\w+)Request", name)
        if words:
            command = words[1][0].lower() + words[1][1:]
            assert value is (command in COMMANDS), name
    assert {each["filter"] for each in capabilities["exceptionBreakpointFilters"]} == {
        "raised",
        "uncaught",
        "userUnhandled",
    }


@each_python
def test_no_request_works_before_the_session(start: StartDebuggee) -> None:
    attached_ = attach(start("loop.py").pid, BUNDLE)
    with attached_.socket:
        client = SyncClient(attached_.socket)
        for command in COMMANDS:
            if command not in ("initialize", "cancel", *ENDING):
                with client.fails(1103):
                    client.request(command)
        with client.fails(1002):
            client.request("launch", {})
        client.request("disconnect")
        client.wait_closed()


@each_python
def test_requests_that_need_a_stop_are_refused_while_the_program_runs(start: StartDebuggee) -> None:
    with attached(start("loop.py")) as dbg:
        for command in ("next", "stepIn", "stepOut", "stackTrace", "exceptionInfo"):
            dbg.refuses(1101, command, threadId=1)
        dbg.refuses(1101, "goto", threadId=1, targetId=1)
        dbg.refuses(1202, "stepInTargets", frameId=1)
        dbg.refuses(1104, "attach")
        dbg.refuses(1001, "nonsense")
        dbg.refuses(1001, "")
        assert dbg.client.request("gotoTargets", {"source": {"path": dbg.path}, "line": 1}) == {"targets": []}
        for command in ("continue", "next", "pause", "stackTrace"):
            dbg.refuses(1201, command, threadId=12345)
        goes_on(dbg)


@each_python
def test_what_runs_the_program(python: Python, start: StartDebuggee) -> None:
    debuggee = start("loop.py")
    with attached(debuggee) as dbg:
        body = dbg.client.request("debugpySystemInfo")
    assert body["python"]["version"].startswith(python.version + ".")
    assert body["python"]["implementation"]["name"] == "cpython"
    assert body["process"]["executable"].startswith("/")
    assert body["process"]["bitness"] == 64


WRONG: list[Any] = [None, True, -1, 0, 1.5, 10**30, "", [], [None], {}, {"path": 1}]


@pytest.mark.parametrize("command", [each for each in COMMANDS if each not in ENDING])
def test_wrong_arguments(command: str, session: Session) -> None:
    """Whatever stands in any field: an answer that blames the client, never an error of ours."""
    fields: dict[str, Any] = SHAPES[ARGUMENTS[command]][1] if command in ARGUMENTS else {}
    required = SHAPES[ARGUMENTS[command]][0] if command in ARGUMENTS else ()
    base = dict.fromkeys(required, 1)
    for name in {*fields, *required}:
        for value in WRONG:
            error = raw(session, command, {**base, name: value})
            assert error.get("id") != 1500, (name, value, error)
    strange: tuple[Any, ...] = ([], "text", 1, False)
    for arguments in strange:
        assert raw(session, command, arguments)["id"] == 1003


def test_a_path_that_no_file_can_have(start: StartDebuggee) -> None:
    with attached(start("loop.py")) as dbg:
        assert raw(dbg, "remora/resolveSource", {"path": "\ud800"}).get("id") != 1500


@pytest.fixture
def session(start: StartDebuggee) -> Any:
    with attached(start("loop.py")) as dbg:
        yield dbg
        goes_on(dbg)


@pytest.fixture
def python(request: pytest.FixtureRequest) -> Any:
    """The newest interpreter, for tests of what does not depend on it."""
    return getattr(request, "param", ALL[-1])


MALFORMED = [
    b"Content-Length: 3\r\n\r\n{x}",
    b"Content-Length: 4\r\n\r\nnull",
    b"Content-Length: 2\r\n\r\n[]",
    b"Content-Length: 2\r\n\r\n\xff\xfe",
    b"Content-Length: 0\r\n\r\n",
    encode({"seq": 900, "type": "nonsense"}),
    encode({"seq": 901, "type": "response", "request_seq": 77, "success": True, "command": "x"}),
    encode({"seq": 902, "type": "event", "event": "x"}),
    encode({"type": "event"}),
]


def write(dbg: Session, content: bytes) -> None:
    sock: socket.socket = dbg.client._sock
    sock.sendall(content)


@each_python
def test_malformed_messages(start: StartDebuggee) -> None:
    with attached(start("loop.py")) as dbg:
        for content in MALFORMED:
            write(dbg, content)
            dbg.client.request("threads")
        complaints = [dbg.client.wait_event("output") for _ in range(5)]
        assert {each["category"] for each in complaints} == {"important"}
        goes_on(dbg)


@each_python
def test_requests_with_strange_envelopes_are_answered(start: StartDebuggee) -> None:
    with attached(start("loop.py")) as dbg:
        for envelope in (
            {"type": "request", "seq": "five", "command": "threads"},
            {"type": "request", "command": "threads"},
            {"type": "request", "seq": 5000},
            {"type": "request", "seq": 5001, "command": 7},
            {"type": "request", "seq": 5002, "command": None},
            {"type": "request", "seq": 5003, "command": ["threads"]},
            {"type": "request", "seq": -1, "command": "threads"},
        ):
            before = sum("request_seq" in message for _, message in dbg.client.log)
            write(dbg, encode(envelope))
            dbg.client.request("threads")
            after = sum("request_seq" in message for _, message in dbg.client.log)
            assert after == before + 2, (envelope, dbg.client.transcript())


@each_python
def test_what_is_no_dap_stream_is_cut(start: StartDebuggee) -> None:
    debuggee = start("loop.py")
    with attached(debuggee) as dbg, attached(debuggee) as other:
        write(dbg, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        dbg.client.wait_closed()
        goes_on(other)


@each_python
def test_many_requests_in_one_write_and_one_in_many(start: StartDebuggee) -> None:
    with attached(start("loop.py")) as dbg:
        together = [{"seq": 1000 + n, "type": "request", "command": "threads"} for n in range(200)]
        write(dbg, b"".join(map(encode, together)))
        for n in range(200):
            assert dbg.client.response(1000 + n)["threads"]
        for byte in encode({"seq": 2000, "type": "request", "command": "threads"}):
            write(dbg, bytes([byte]))
        assert dbg.client.response(2000)["threads"]
        goes_on(dbg)


@each_python
def test_a_client_that_does_not_read_is_dropped_and_slows_nobody(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with attached(debuggee) as deaf, attached(debuggee) as dbg:
        deaf.break_at("double", logMessage="{'x' * 100000}")
        dbg.tell("count 3000")
        debuggee.wait_line("gave 5998")
        dbg.break_at("double")
        dbg.tell("count 1")
        dbg.stops_at("double")
        assert json.loads(json.dumps(dbg.stack()))
