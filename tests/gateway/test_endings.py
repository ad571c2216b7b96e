"""How a session ends: by the program, by the client, in whichever state either of them is."""

from __future__ import annotations

import os
import select
import signal
from pathlib import Path

import pytest

from tests.support.debuggee import DEBUGGEES, markers
from tests.support.ide import Ide
from tests.support.patience import PATIENCE
from tests.support.pythons import SAME_ROOT

SOURCE = DEBUGGEES / "under_ide.py"
LINES = markers(SOURCE)
PROGRAM = str(SOURCE)
NEWEST = SAME_ROOT[-1].argv0

both = pytest.mark.parametrize("no_debug", [False, True], ids=["debug", "noDebug"])


def program(*args: str, **options: object) -> dict[str, object]:
    return {"program": PROGRAM, "args": list(args), "python": NEWEST, **options}


class Watched:
    """A process, to wait for its end."""

    def __init__(self, pid: int) -> None:
        self._fd = os.pidfd_open(pid)

    def ends(self) -> bool:
        return bool(select.select([self._fd], [], [], 20)[0])

    def runs(self) -> bool:
        return not select.select([self._fd], [], [], 0)[0]


def started(ide: Ide, options: dict[str, object]) -> Watched:
    """The program, which has written "waiting"."""
    ide.launch(options)
    pid = ide.client.wait_event("process")["systemProcessId"]
    ide.wait_output("waiting")
    return Watched(pid)


@both
def test_terminate_lets_it_clean_up(no_debug: bool) -> None:
    with Ide() as ide:
        started(ide, program("clean_up", noDebug=no_debug))
        ide.client.request("terminate")
        ide.wait_output("cleaned up")
        assert ide.exit_code() == 128 + signal.SIGINT


def test_terminate_at_a_breakpoint() -> None:
    with Ide() as ide:
        ide.launch(program("clean_up"), {PROGRAM: [LINES["wait"]]})
        ide.stops_at(LINES["wait"])
        ide.client.request("terminate")
        ide.wait_output("cleaned up")
        assert ide.exit_code() == 128 + signal.SIGINT


def test_only_interrupt_what_shall_not_be_killed() -> None:
    code = """
import time
while True:
    try:
        print("waiting", flush=True)
        while True:
            time.sleep(0.01)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
"""
    with Ide() as ide:
        ide.launch({"code": code, "python": NEWEST, "onTerminate": "KeyboardInterrupt"})
        ide.wait_output("waiting")
        ide.client.request("terminate")
        ide.wait_output("interrupted")
        ide.wait_output("waiting")
        ide.disconnect()


def test_terminate_ends_what_does_not_want_to() -> None:
    """It is asked twice, some seconds apart, before it is killed."""
    with Ide() as ide:
        started(ide, program("stay"))
        ide.client.request("terminate")
        assert ide.exit_code() == 128 + signal.SIGKILL


@both
@pytest.mark.parametrize("vanish", [False, True], ids=["disconnects", "vanishes"])
def test_what_was_launched_ends_with_the_client(no_debug: bool, vanish: bool) -> None:
    with Ide() as ide:
        watched = started(ide, program("stay", noDebug=no_debug))
        if not vanish:
            ide.disconnect()
            assert ide.exit_code() == 128 + signal.SIGKILL
    assert watched.ends()
    assert ide.process.returncode == 0


def test_it_ends_at_a_breakpoint_too() -> None:
    with Ide() as ide:
        ide.launch(program("wait"), {PROGRAM: [LINES["wait"]]})
        watched = Watched(ide.client.wait_event("process")["systemProcessId"])
        ide.stops_at(LINES["wait"])
    assert watched.ends()


def test_it_ends_before_it_was_configured() -> None:
    with Ide() as ide:
        ide.initialize()
        ide.begin("launch", program("wait"))
        threads = Path(f"/proc/{ide.process.pid}/task").glob("*/children")
        (child,) = "".join(file.read_text() for file in threads).split()
        watched = Watched(int(child))
    assert watched.ends()


def test_it_ends_while_it_is_being_started(tmp_path: Path) -> None:
    """An interpreter that takes its time: the client goes before it has said anything."""
    fifo = tmp_path / "pid"
    os.mkfifo(fifo)
    slow = tmp_path / "python"
    slow.write_text(f"#!/bin/sh\necho $$ > {fifo}\nexec sleep 600\n")
    slow.chmod(0o755)
    with Ide() as ide:
        ide.initialize()
        ide.client.send("launch", program("wait", python=str(slow)))
        watched = Watched(int(fifo.read_text()))
        early = ide.client.send("threads")
    assert early
    assert watched.ends()


def test_a_signal_ends_the_adapter_and_the_program() -> None:
    with Ide() as ide:
        watched = started(ide, program("stay"))
        ide.process.send_signal(signal.SIGTERM)
        assert watched.ends()
        assert ide.process.wait(PATIENCE) == 0


@both
def test_children_end_with_it(tmp_path: Path, no_debug: bool) -> None:
    file = tmp_path / "child"
    with Ide() as ide:
        ide.launch(program("with_child", str(file), noDebug=no_debug, subProcess=False))
        ide.wait_output("child")
        child = Watched(int(file.read_text()))
        ide.disconnect()
    assert child.ends()


def test_children_may_outlive_it(tmp_path: Path) -> None:
    file = tmp_path / "child"
    options = program("with_child", str(file), subProcess=False, terminateChildProcesses=False)
    with Ide() as ide:
        ide.launch(options)
        ide.wait_output("child")
        pid = int(file.read_text())
        child = Watched(pid)
        ide.disconnect()
    assert child.runs()
    os.kill(pid, signal.SIGKILL)
    assert child.ends()


def test_a_program_may_be_left_to_go_on(tmp_path: Path) -> None:
    """What it writes goes nowhere then, and does not end it."""
    go, done = tmp_path / "go", tmp_path / "done"
    os.mkfifo(go)
    code = f"""
print("waiting", flush=True)
open({str(go)!r}).read()
for i in range(10_000):
    print("x" * 100, flush=True)
open({str(done)!r}, "w").close()
"""
    with Ide() as ide:
        ide.launch({"code": code, "python": NEWEST})
        watched = Watched(ide.client.wait_event("process")["systemProcessId"])
        ide.wait_output("waiting")
        ide.disconnect(terminateDebuggee=False)
        assert ide.client.events("exited") == []
        assert len(ide.client.events("terminated")) == 1
    assert watched.runs()
    go.write_text("")
    assert watched.ends()
    assert done.exists()


def test_every_request_is_answered_when_the_program_dies() -> None:
    with Ide() as ide:
        watched = started(ide, program("wait"))
        evaluating = ide.client.send("evaluate", {"expression": "__import__('time').sleep(60)"})
        ide.client.request("threads")
        process = next(m["body"] for way, m in ide.client.log if m.get("event") == "process")
        os.kill(process["systemProcessId"], signal.SIGKILL)
        with ide.client.fails(1603):
            ide.client.response(evaluating)
        assert ide.exit_code() == 128 + signal.SIGKILL
        with ide.client.fails(1603):
            ide.client.request("threads")
        assert watched.ends()
