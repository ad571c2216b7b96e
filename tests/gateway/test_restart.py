"""`restart`: the program begins anew, and the client finds everything as it has set it."""

from __future__ import annotations

import pytest

from tests.conftest import StartDebuggee
from tests.support.debuggee import DEBUGGEES, markers
from tests.support.ide import Ide
from tests.support.pythons import SAME_ROOT, Python

SOURCE = DEBUGGEES / "under_ide.py"
LINES = markers(SOURCE)
PROGRAM = str(SOURCE)
NEWEST = SAME_ROOT[-1].argv0


def test_a_launched_program_begins_anew() -> None:
    with Ide() as ide:
        options = {"program": PROGRAM, "args": ["show"], "python": NEWEST}
        # An earlier breakpoint, which is gone: the ids of the two runs would differ.
        ide.launch(options, {PROGRAM: [LINES["wait"], LINES["show"]]})
        assert ide.capabilities["supportsRestartRequest"]
        for _ in range(3):
            stop = ide.client.wait_event("stopped")
            assert stop["hitBreakpointIds"] == [1]
            ide.client.request("restart", {})
        assert ide.client.events("initialized") == ide.client.events("exited") == []
        ide.stops_at(LINES["show"])
        pids = [event["systemProcessId"] for event in ide.client.events("process")]
        assert len(set(pids)) == 4
        ide.client.request("setBreakpoints", {"source": {"path": PROGRAM}, "breakpoints": []})
        ide.client.request("restart", {"arguments": {**options, "args": ["leave", "6"]}})
        assert ide.exit_code() == 6
        assert ide.client.events("terminated") == []


def test_a_program_that_has_ended() -> None:
    with Ide() as ide:
        ide.launch({"program": PROGRAM, "args": ["leave", "2"], "python": NEWEST})
        assert ide.exit_code() == 2
        ide.client.wait_event("exited")
        ide.client.request("restart")
        assert ide.exit_code() == 2


def test_one_without_a_debugger() -> None:
    with Ide() as ide:
        ide.launch({"program": PROGRAM, "args": ["wait"], "python": NEWEST, "noDebug": True})
        ide.wait_output("waiting")
        ide.client.request("restart")
        ide.wait_output("waiting")
        ide.disconnect()


def test_one_that_cannot_begin_again() -> None:
    with Ide() as ide:
        ide.launch({"program": PROGRAM, "args": ["wait"], "python": NEWEST})
        with ide.client.fails(1601):
            ide.client.request("restart", {"arguments": {"program": PROGRAM, "python": "/no/python"}})
        ide.client.wait_event("terminated")
        ide.disconnect()


@pytest.mark.parametrize("python", SAME_ROOT[-1:], ids=str)
def test_an_attached_program_goes_on_and_is_attached_to_again(python: Python, start: StartDebuggee) -> None:
    debuggee = start("loop.py")
    with Ide() as ide:
        ide.attach({"processId": debuggee.pid}, {debuggee.path_inside: [debuggee.line_of("body")]})
        ide.stops_at(debuggee.line_of("body"))
        ide.client.request("restart")
        ide.stops_at(debuggee.line_of("body"))
        ide.disconnect()
    assert debuggee.is_running()
