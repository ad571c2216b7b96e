"""The order of a session's first requests, and when the debuggee counts as stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from remora.client import Client, Disconnected, RequestFailed, Session
from remora.client.session import Ended
from remora.dap import errors
from tests.support.fake_adapter import FakeAdapter
from tests.support.patience import PATIENCE

Test = Callable[[Session, FakeAdapter], Coroutine[Any, Any, None]]
STOP = {"reason": "breakpoint", "threadId": 1, "allThreadsStopped": True}


def session_of(test: Test) -> Callable[[], None]:
    async def run() -> None:
        adapter, stream = FakeAdapter.open()
        session = Session(await Client.open(stream))
        await test(session, adapter)
        await session.client.aclose()
        await adapter.aclose()

    def run_test() -> None:
        asyncio.run(asyncio.wait_for(run(), 20))

    run_test.__name__ = test.__name__
    return run_test


@session_of
async def test_attach_configures_between_initialized_and_response(
    session: Session, adapter: FakeAdapter
) -> None:
    adapter.replies["setBreakpoints"] = {"breakpoints": []}

    async def configure() -> None:
        await session.client.request("setBreakpoints", {"source": {"path": "a.py"}, "breakpoints": []})

    await session.start("attach", {"processId": 5}, configure)
    assert adapter.commands() == ["initialize", "attach", "setBreakpoints", "configurationDone"]
    assert adapter.arguments("attach") == {"processId": 5}
    assert adapter.arguments("initialize")["linesStartAt1"] is True
    assert session.capabilities == {"supportsConfigurationDoneRequest": True}


@session_of
async def test_adapter_may_answer_attach_at_once_and_lack_configuration(
    session: Session, adapter: FakeAdapter
) -> None:
    def start(arguments: dict[str, Any]) -> dict[str, Any]:
        asyncio.get_running_loop().call_soon(adapter.event, "initialized")
        return {}

    adapter.replies.update({"initialize": {}, "attach": start})
    await session.start("attach", {})
    assert adapter.commands() == ["initialize", "attach"]


@session_of
async def test_failed_attach_is_told_at_once(session: Session, adapter: FakeAdapter) -> None:
    adapter.replies["attach"] = errors.tracing_unavailable("coverage holds it.")
    with pytest.raises(RequestFailed, match="coverage holds it"):
        await session.start("attach", {})


@session_of
async def test_wait_stop(session: Session, adapter: FakeAdapter) -> None:
    waiting = asyncio.create_task(session.wait_stop(timeout=PATIENCE))
    adapter.event("stopped", STOP)
    assert await waiting == STOP
    assert session.stopped == STOP
    assert await session.wait_stop(timeout=0) == STOP


@session_of
async def test_resume_forgets_the_stop_before_the_next_comes(session: Session, adapter: FakeAdapter) -> None:
    adapter.event("stopped", STOP)
    await session.wait_stop(10)
    step = {"reason": "step", "threadId": 1}

    def next_(arguments: dict[str, Any]) -> dict[str, Any]:
        # So fast that the stop overtakes the response.
        adapter.event("stopped", step)
        return {}

    adapter.replies["next"] = next_
    await session.resume("next", 1, {"granularity": "line"})
    assert await session.wait_stop(10) == step
    assert adapter.arguments("next") == {"threadId": 1, "granularity": "line"}


@session_of
async def test_failed_resume_leaves_the_stop(session: Session, adapter: FakeAdapter) -> None:
    adapter.event("stopped", STOP)
    await session.wait_stop(10)
    adapter.replies["next"] = errors.no_such_thread(1)
    with pytest.raises(RequestFailed):
        await session.resume("next", 1)
    assert await session.wait_stop(0) == STOP


@session_of
async def test_another_client_may_continue(session: Session, adapter: FakeAdapter) -> None:
    adapter.event("stopped", STOP)
    await session.wait_stop(10)
    adapter.event("continued", {"threadId": 2})
    adapter.event("output", {"output": "x"})
    await session.client.wait_event("output", timeout=PATIENCE)
    assert session.stopped == STOP
    adapter.event("continued", {"threadId": 1})
    await session.client.wait_event("continued", timeout=PATIENCE)
    assert not vars(session)["stopped"]
    with pytest.raises(TimeoutError):
        await session.wait_stop(0)


@session_of
async def test_end_of_the_debuggee(session: Session, adapter: FakeAdapter) -> None:
    adapter.event("exited", {"exitCode": 3})
    adapter.event("terminated")
    with pytest.raises(Ended, match="exited with status 3"):
        await session.wait_stop(10)
    assert session.exit_code == 3


@session_of
async def test_end_of_the_stream(session: Session, adapter: FakeAdapter) -> None:
    waiting = asyncio.create_task(session.wait_stop(10))
    await adapter.aclose()
    with pytest.raises(Disconnected):
        await waiting


@session_of
async def test_snapshot(session: Session, adapter: FakeAdapter) -> None:
    def variables(arguments: dict[str, Any]) -> dict[str, Any]:
        return {"variables": [{"name": f"v{arguments['variablesReference']}"}]}

    adapter.replies |= {
        "threads": {"threads": [{"id": 1, "name": "MainThread"}]},
        "stackTrace": {"stackFrames": [{"id": 11, "name": "f"}, {"id": 12, "name": "g"}], "totalFrames": 9},
        "scopes": {
            "scopes": [
                {"name": "Locals", "variablesReference": 21, "expensive": False},
                {"name": "Globals", "variablesReference": 22, "expensive": True},
            ]
        },
        "variables": variables,
    }
    snapshot = await session.snapshot(1, levels=2)
    assert [frame["name"] for frame in snapshot.frames] == ["f", "g"]
    assert snapshot.total_frames == 9
    assert [(key, value[0]["name"]) for key, value in snapshot.variables.items()] == [(21, "v21")]
    assert adapter.arguments("scopes") == {"frameId": 11}
    assert adapter.commands() == ["threads", "stackTrace", "scopes", "variables"]


@session_of
async def test_disconnect_closes(session: Session, adapter: FakeAdapter) -> None:
    await session.disconnect()
    assert adapter.arguments("disconnect") == {"terminateDebuggee": False}
    with pytest.raises(Disconnected):
        await session.client.request("threads")


@session_of
async def test_a_stop_of_before_is_learnt(session: Session, adapter: FakeAdapter) -> None:
    def threads(arguments: dict[str, Any]) -> dict[str, Any]:
        adapter.event("stopped", STOP)
        return {"threads": []}

    adapter.replies["threads"] = threads
    await session.start("attach", {}, at_once=True)
    assert session.stopped is None
    await session.learn_stops()
    assert session.stopped == STOP


@session_of
async def test_nothing_is_learnt_at_the_end_of_a_session(session: Session, adapter: FakeAdapter) -> None:
    await session.start("attach", {}, at_once=True)
    adapter.replies["threads"] = errors.program_ended()
    await session.learn_stops()
    await session.client.aclose()
    await session.learn_stops()
    assert session.stopped is None
