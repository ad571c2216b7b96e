"""The blocking client of the tests tells what came, and what did not."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from remora.dap import errors, messages
from remora.dap.framing import encode
from tests.support.dap import NothingCame, SyncClient


@pytest.fixture
def ends() -> Iterator[tuple[SyncClient, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield SyncClient(ours, timeout=5), theirs


def test_responses_and_events_wait_for_whoever_asks(ends: tuple[SyncClient, socket.socket]) -> None:
    client, adapter = ends
    first, second = client.send("threads"), client.send("scopes")
    sent = [
        messages.event("stopped", {"reason": "step"}),
        messages.response({"seq": second, "command": "scopes"}, {"scopes": []}),
        messages.event("stopped", {"reason": "pause"}),
        messages.error_response({"seq": first, "command": "threads"}, errors.not_stopped()),
    ]
    adapter.sendall(b"".join(map(encode, sent)))
    assert client.response(second) == {"scopes": []}
    with client.fails(1101):
        client.response(first)
    assert client.wait_event("stopped", lambda body: body["reason"] == "pause") == {"reason": "pause"}
    assert client.events("stopped") == [{"reason": "step"}]
    assert [way for way, _ in client.log] == [">", ">", "<", "<", "<", "<"]


def test_reverse_request(ends: tuple[SyncClient, socket.socket]) -> None:
    client, adapter = ends
    adapter.sendall(encode({**messages.request("startDebugging"), "seq": 9}))
    client.answer(client.wait_reverse_request("startDebugging"), {})
    assert b'"request_seq":9' in adapter.recv(4096)


def test_end_of_the_connection_shows_the_conversation(ends: tuple[SyncClient, socket.socket]) -> None:
    client, adapter = ends
    client.send("threads")
    adapter.shutdown(socket.SHUT_WR)
    with pytest.raises(NothingCame, match=r"(?s)event 'stopped'.*> .*threads"):
        client.wait_event("stopped")
    client.wait_closed()


def test_silence_is_told(ends: tuple[SyncClient, socket.socket]) -> None:
    client, _ = ends
    client.timeout = 0.01
    with pytest.raises(NothingCame, match=r"Nothing came within 0\.01 s: event 'stopped'"):
        client.wait_event("stopped")


def test_wrong_error_and_no_error_are_told(ends: tuple[SyncClient, socket.socket]) -> None:
    client, adapter = ends
    adapter.sendall(encode(messages.error_response({"seq": 1, "command": "pause"}, errors.not_stopped())))
    with pytest.raises(AssertionError, match="paus"), client.fails(1102):
        client.request("pause")
    with pytest.raises(NothingCame, match="no error 1102"), client.fails(1102):
        pass
