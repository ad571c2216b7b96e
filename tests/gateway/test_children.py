"""Child processes of what an IDE debugs: each gets a session of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from remora import sessions
from remora.gateway.ide.children import fits
from remora.gateway.ide.joining import Handover, fetch
from tests.conftest import StartDebuggee
from tests.support.dap import Failed
from tests.support.debuggee import DEBUGGEES, Debuggee, markers
from tests.support.ide import Ide
from tests.support.pythons import SAME_ROOT, Python, each_python

PROGRAM = DEBUGGEES / "starts_children.py"
WORK = markers(PROGRAM)["work"]
on_newest = pytest.mark.parametrize("python", SAME_ROOT[-1:], ids=str)


@contextmanager
def told(ide: Ide) -> Iterator[Ide]:
    """The session that the IDE begins for the child it is told of next, by the configuration that it gets."""
    request = ide.client.wait_reverse_request("startDebugging")
    ide.client.answer(request, {})
    assert request["arguments"]["request"] == "attach"
    configuration = request["arguments"]["configuration"]
    assert "request" not in configuration
    with Ide(**ide.supports) as child:
        child.configuration = configuration
        yield child


def ready(start: StartDebuggee) -> Debuggee:
    return start("starts_children.py", "run")


def door_of(debuggee: Debuggee) -> Path:
    """The directory in which its children find the way."""
    debuggee.send("path\n")
    return Path(debuggee.wait_line("gave").split()[1])


def an_ide(*args: str) -> Ide:
    return Ide(*args, supportsStartDebuggingRequest=True)


@pytest.mark.parametrize("way", ["fork", "direct", "mp_fork", "mp_spawn"])
@each_python
def test_a_child_has_a_session(python: Python, start: StartDebuggee, way: str) -> None:
    debuggee = ready(start)
    with an_ide() as ide:
        ide.attach({"processId": debuggee.pid})
        debuggee.send(way + "\n")
        with told(ide) as child:
            child.attach(child.configuration, {debuggee.path_inside: [WORK]})
            child.stops_at(WORK)
            process = child.client.wait_event("process")
            assert process["systemProcessId"] == child.configuration["subProcessId"]
            assert process["startMethod"] == "attach"
            child.resume()
            debuggee.wait_line("child 2")
            child.client.wait_event("terminated")
        debuggee.wait_line("gave")
        ide.disconnect()
    debuggee.send("direct\n")
    debuggee.wait_line("gave 3")


@on_newest
@pytest.mark.parametrize("way", ["fork", "direct"])
def test_output_of_a_child_is_shown_in_its_session(python: Python, start: StartDebuggee, way: str) -> None:
    debuggee = ready(start)
    with an_ide() as ide:
        ide.attach({"processId": debuggee.pid, "redirectOutput": True})
        debuggee.send(way + "\n")
        with told(ide) as child:
            child.attach(child.configuration)
            child.wait_output("child 2")
            child.client.wait_event("terminated")
        assert "child 2" not in "".join(event["output"] for event in ide.client.events("output"))


@on_newest
def test_a_forkserver_and_its_child_have_sessions(python: Python, start: StartDebuggee) -> None:
    debuggee = ready(start)
    with an_ide() as ide:
        ide.attach({"processId": debuggee.pid})
        debuggee.send("mp_forkserver\n")
        with told(ide) as server:
            server.attach(server.configuration)
            with told(server) as child:
                child.attach(child.configuration, {debuggee.path_inside: [WORK]})
                child.stops_at(WORK)
                child.resume()
                debuggee.wait_line("child 2")


@on_newest
def test_children_of_a_launched_program(python: Python) -> None:
    code = f"import subprocess, sys; sys.exit(subprocess.call([sys.executable, {str(PROGRAM)!r}, 'child']))"
    with an_ide() as ide:
        ide.launch({"code": code, "python": python.argv0})
        with told(ide) as child:
            child.attach(child.configuration, {str(PROGRAM): [WORK]})
            child.stops_at(WORK)
            child.resume()
            child.client.wait_event("terminated")
        ide.wait_output("child 2")
        assert ide.exit_code() == 3


@pytest.mark.parametrize("kind", ["executor", "pool"])
@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
@pytest.mark.parametrize("python", [SAME_ROOT[0], SAME_ROOT[-1]], ids=str)
def test_a_worker_of_a_pool_has_a_session(
    python: Python, start: StartDebuggee, method: str, kind: str
) -> None:
    debuggee = ready(start)
    with ExitStack() as sessions:
        ide = sessions.enter_context(an_ide())
        ide.attach({"processId": debuggee.pid})
        debuggee.send(f"{kind}_{method}\n")
        if method == "forkserver":
            ide = sessions.enter_context(told(ide))
            ide.attach(ide.configuration)
        worker = sessions.enter_context(told(ide))
        worker.attach(worker.configuration, {debuggee.path_inside: [WORK]})
        for _ in range(3):
            worker.stops_at(WORK)
            worker.resume()
        worker.client.wait_event("terminated")
        debuggee.wait_line(r"gave \[1, 2, 3\]")


@on_newest
def test_a_program_that_replaces_itself_has_a_session_anew(python: Python, start: StartDebuggee) -> None:
    debuggee = ready(start)
    with an_ide() as ide:
        ide.attach({"processId": debuggee.pid})
        debuggee.send("execv\n")
        with told(ide) as after:
            after.attach(after.configuration, {debuggee.path_inside: [WORK]})
            assert after.configuration["subProcessId"] == debuggee.pid
            after.stops_at(WORK)
            ide.client.wait_event("terminated")
            after.resume()
            debuggee.wait_line("child 2")


@pytest.mark.parametrize("way", ["daemon", "pty"])
@on_newest
def test_a_child_of_a_child_that_is_at_its_end(python: Python, start: StartDebuggee, way: str) -> None:
    """It has just been forked when its parent calls `os._exit`, or runs another Python by `exec`."""
    debuggee = ready(start)
    with an_ide() as ide:
        ide.attach({"processId": debuggee.pid})
        debuggee.send(way + "\n")
        with told(ide) as child:
            child.attach(child.configuration)
            with told(child) as last:
                last.attach(last.configuration, {debuggee.path_inside: [WORK]})
                last.stops_at(WORK)
                child.client.wait_event("terminated")
                last.resume()
                debuggee.wait_line("child 2")


@on_newest
def test_a_forked_child_of_a_launched_program_ends_without_a_word(python: Python) -> None:
    with an_ide() as ide:
        code = f"import runpy; print('gave', runpy.run_path({str(PROGRAM)!r})['WAYS']['fork_and_exit']())"
        ide.launch({"code": code, "python": python.argv0})
        with told(ide) as child:
            child.attach(child.configuration)
            child.client.wait_event("terminated")
        assert ide.exit_code() == 0
        written = "".join(body["output"] for body in ide.client.events("output"))
        assert written.split() == ["child", "2", "gave", "3"]


@on_newest
def test_a_child_that_ends_before_its_session_begins_is_no_error(
    python: Python, start: StartDebuggee
) -> None:
    debuggee = ready(start)
    with an_ide() as ide:
        ide.attach({"processId": debuggee.pid})
        debuggee.send("fork\n")
        request = ide.client.wait_reverse_request("startDebugging")
        ide.client.answer(request, {})
        configuration = request["arguments"]["configuration"]
        os.kill(configuration["subProcessId"], signal.SIGKILL)
        debuggee.wait_line("gave 0")
        with an_ide() as child:
            child.initialize()
            child.client.request("attach", configuration)
            child.client.wait_event("terminated")
            assert not child.client.events("output")


@on_newest
def test_a_client_without_reverse_requests_gets_an_event(python: Python, start: StartDebuggee) -> None:
    debuggee = ready(start)
    options = {"processId": debuggee.pid, "justMyCode": False, "stopOnEntry": False, "type": "some"}
    with Ide() as ide:
        ide.attach(options)
        debuggee.send("direct\n")
        configuration = ide.client.wait_event("debugpyAttach")
        pid = configuration["subProcessId"]
        assert configuration == {
            "request": "attach",
            "name": f"Subprocess {pid}",
            "subProcessId": pid,
            "justMyCode": False,
            "type": "some",
        }


@on_newest
def test_a_client_that_takes_no_child_keeps_one_waiting_alone(python: Python, start: StartDebuggee) -> None:
    debuggee = ready(start)
    with Ide() as ide:
        ide.attach({"processId": debuggee.pid})
        debuggee.send("direct\n")
        ide.wait_output("Further ones are not kept waiting", "console")
        debuggee.wait_line("gave 3")
        begun = time.monotonic()
        debuggee.send("fork\n")
        debuggee.wait_line("gave 3")
        assert time.monotonic() - begun < 5
        ide.disconnect()


@pytest.mark.parametrize("wanted", [False, [], ["nothing*"]], ids=str)
@on_newest
def test_children_that_are_not_wanted_go_on(python: Python, start: StartDebuggee, wanted: Any) -> None:
    debuggee = ready(start)
    with an_ide() as ide:
        ide.attach({"processId": debuggee.pid, "subProcess": wanted})
        debuggee.send("direct\n")
        debuggee.wait_line("gave 3")
        ide.disconnect()
        assert "startDebugging" not in ide.client.transcript()


@on_newest
def test_a_child_that_the_client_refuses_goes_on(python: Python, start: StartDebuggee) -> None:
    debuggee = ready(start)
    with an_ide() as ide:
        ide.attach({"processId": debuggee.pid})
        debuggee.send("fork\n")
        begun = time.monotonic()
        ide.client.refuse(ide.client.wait_reverse_request("startDebugging"), "no room")
        debuggee.wait_line("gave 3")
        assert time.monotonic() - begun < 5
        ide.wait_output("no room", "console")


@on_newest
def test_a_child_whose_parent_is_left_goes_on(python: Python, start: StartDebuggee) -> None:
    debuggee = ready(start)
    with an_ide() as ide:
        ide.attach({"processId": debuggee.pid})
        debuggee.send("direct\n")
        configuration = ide.client.wait_reverse_request("startDebugging")["arguments"]["configuration"]
        ide.disconnect()
        debuggee.wait_line("gave 3")
    with an_ide() as late:
        late.initialize()
        with pytest.raises(Failed, match="waits for nobody"):
            late.client.request("attach", configuration)


@on_newest
def test_nothing_is_left_when_the_adapter_is_killed(python: Python, start: StartDebuggee) -> None:
    debuggee = ready(start)
    with an_ide() as ide:
        ide.attach({"processId": debuggee.pid})
        door = door_of(debuggee)
        ide.process.kill()
    debuggee.send("direct\n")
    debuggee.wait_line("gave 3")
    debuggee.send("fork\n")
    debuggee.wait_line("gave 3")
    assert not door.parent.exists()


def test_patterns() -> None:
    command = [sys.executable, "/opt/worker.py", "--fast"]
    assert fits(command, True)
    assert not fits(command, False)
    assert fits(command, ["*/worker.py"])
    assert fits(command, ["nothing", "*worker*fast"])
    assert not fits(command, ["worker.py"])


def test_a_connection_is_had_from_our_user_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    pid = os.getpid()
    with pytest.raises(LookupError):
        fetch(pid)
    ours, theirs = socket.socketpair()

    async def hand_over() -> None:
        handover = Handover(pid, theirs)
        taken = asyncio.create_task(handover.taken())
        try:
            with pytest.raises(OSError, match="in use"):
                Handover(pid, theirs)
            monkeypatch.setattr(sessions, "is_own", lambda sock: False)
            with pytest.raises(LookupError):
                await asyncio.to_thread(fetch, pid)
            assert not taken.done()
            monkeypatch.undo()
            with await asyncio.to_thread(fetch, pid) as connection:
                await taken
                handover.close()
                connection.send(b"x")
                assert ours.recv(1) == b"x"
        finally:
            handover.close()

    with ours:
        asyncio.run(hand_over())
    with pytest.raises(LookupError):
        fetch(pid)
