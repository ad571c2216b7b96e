"""What the client makes of responses, events, requests of the adapter, and the end of the stream."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from remora.client import Client, Disconnected, RequestFailed, RequestTimeout
from remora.dap import errors
from tests.support.fake_adapter import HOLD, FakeAdapter
from tests.support.patience import PATIENCE

Test = Callable[[Client, FakeAdapter], Coroutine[Any, Any, None]]


def connected(test: Test) -> Callable[[], None]:
    """Run a test with a client of a fake adapter."""

    async def run() -> None:
        adapter, stream = FakeAdapter.open()
        client = await Client.open(stream)
        await test(client, adapter)
        await client.aclose()
        await adapter.aclose()

    def run_test() -> None:
        asyncio.run(asyncio.wait_for(run(), 20))

    run_test.__name__ = test.__name__
    run_test.__doc__ = test.__doc__
    return run_test


@connected
async def test_request_returns_the_body(client: Client, adapter: FakeAdapter) -> None:
    adapter.replies["threads"] = {"threads": [{"id": 1, "name": "MainThread"}]}
    assert await client.request("threads") == {"threads": [{"id": 1, "name": "MainThread"}]}
    assert "arguments" not in adapter.requests[0]


@connected
async def test_requests_may_be_answered_in_another_order(client: Client, adapter: FakeAdapter) -> None:
    adapter.replies["evaluate"] = HOLD
    responses = [client.send("evaluate", {"expression": text}) for text in "abc"]
    requests = [await adapter.wait_request("evaluate", count) for count in (1, 2, 3)]
    for request in reversed(requests):
        adapter.answer(request, {"result": request["arguments"]["expression"].upper()})
    assert [body["result"] for body in await asyncio.gather(*responses)] == ["A", "B", "C"]
    assert [request["seq"] for request in requests] == [1, 2, 3]


@connected
async def test_failed_request_tells_text_and_id(client: Client, adapter: FakeAdapter) -> None:
    adapter.replies["scopes"] = errors.no_such_frame(7)
    with pytest.raises(RequestFailed) as failure:
        await client.request("scopes", {"frameId": 7})
    assert failure.value.id == 1202
    assert failure.value.text == "Frame 7 is gone, since its thread went on. Ask for the stack again."
    assert failure.value.body["error"]["variables"] == {"frame": "7"}


@connected
async def test_failure_without_a_body_still_has_a_text(client: Client, adapter: FakeAdapter) -> None:
    adapter.replies["pause"] = HOLD
    response = client.send("pause")
    request = await adapter.wait_request("pause")
    adapter.send({"type": "response", "request_seq": request["seq"], "command": "pause", "success": False})
    with pytest.raises(RequestFailed, match="'pause' failed"):
        await response


@connected
async def test_standard_message_is_kept(client: Client, adapter: FakeAdapter) -> None:
    adapter.replies["stackTrace"] = errors.not_stopped()
    with pytest.raises(RequestFailed) as failure:
        await client.request("stackTrace", {"threadId": 1})
    assert failure.value.message == "notStopped"


@connected
async def test_request_can_time_out(client: Client, adapter: FakeAdapter) -> None:
    adapter.replies["evaluate"] = HOLD
    with pytest.raises(RequestTimeout, match=r"'evaluate' within 0\.01 s"):
        await client.request("evaluate", {"expression": "x"}, timeout=0.01)
    # A late answer disturbs nobody.
    adapter.answer(await adapter.wait_request("evaluate"), {"result": "1"})
    adapter.replies["threads"] = {"threads": []}
    assert await client.request("threads") == {"threads": []}


@connected
async def test_pending_requests_fail_when_the_stream_ends(client: Client, adapter: FakeAdapter) -> None:
    adapter.replies["evaluate"] = HOLD
    response, event = client.send("evaluate", {"expression": "x"}), client.expect_event("stopped")
    await adapter.wait_request("evaluate")
    await adapter.aclose()
    for waiting in (response, event, client.send("threads"), client.expect_event("stopped")):
        with pytest.raises(Disconnected, match="closed the connection"):
            await waiting
    await client.wait_closed()


@connected
async def test_what_is_no_dap_ends_the_connection(client: Client, adapter: FakeAdapter) -> None:
    adapter.replies["evaluate"] = HOLD
    response = client.send("evaluate")
    adapter.send_bytes(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
    with pytest.raises(Disconnected, match="no Debug Adapter Protocol"):
        await response


@connected
async def test_broken_message_is_left_out(client: Client, adapter: FakeAdapter) -> None:
    reported: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context))
    stopped = client.expect_event("stopped")
    adapter.send_bytes(b"Content-Length: 3\r\n\r\n{]}")
    adapter.event("stopped", {"reason": "pause"})
    assert await stopped == {"reason": "pause"}
    assert [context["message"] for context in reported] == ["The adapter sent a broken message."]


@connected
async def test_events_come_in_order_to_each_callback(client: Client, adapter: FakeAdapter) -> None:
    first: list[str] = []
    second: list[str] = []
    forget = client.on("output", lambda body: first.append(body["output"]))
    client.on("output", lambda body: second.append(body["output"]))
    for text in "ab":
        adapter.event("output", {"output": text})
    await client.wait_event("output", lambda body: body["output"] == "b", timeout=PATIENCE)
    forget()
    adapter.event("output", {"output": "c"})
    await client.wait_event("output", timeout=PATIENCE)
    assert (first, second) == (["a", "b"], ["a", "b", "c"])


@connected
async def test_failing_callback_is_reported_and_the_client_lives(
    client: Client, adapter: FakeAdapter
) -> None:
    reported: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context))

    def fail(body: dict[str, Any]) -> None:
        raise ValueError("on purpose")

    client.on("output", fail)
    adapter.event("output", {"output": "x"})
    await client.wait_event("output", timeout=PATIENCE)
    assert [str(context["exception"]) for context in reported] == ["on purpose"]


@connected
async def test_request_of_the_adapter_is_answered(client: Client, adapter: FakeAdapter) -> None:
    async def start(arguments: dict[str, Any]) -> dict[str, Any]:
        return {"started": arguments["request"]}

    client.on_request("startDebugging", start)
    answered = await adapter.wait_response(adapter.reverse_request("startDebugging", {"request": "attach"}))
    assert answered["body"] == {"started": "attach"}
    refused = await adapter.wait_response(adapter.reverse_request("runInTerminal"))
    assert refused["success"] is False
    assert refused["message"] == "Unknown request 'runInTerminal'."


@connected
async def test_nothing_is_kept_of_what_is_done(client: Client, adapter: FakeAdapter) -> None:
    adapter.replies["threads"] = {"threads": []}
    for _ in range(10):
        stopped = client.expect_event("stopped")
        adapter.event("stopped", {"reason": "step"})
        await asyncio.gather(stopped, client.request("threads"))
    kept = vars(client)
    assert not kept["_pending"]
    assert not kept["_expected"]
    assert not kept["_callbacks"]["stopped"]
