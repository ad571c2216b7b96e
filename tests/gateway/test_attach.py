"""Programs that an IDE attaches to: by pid, name or address, and how it leaves them."""

from __future__ import annotations

import re

import pytest

from tests.conftest import StartDebuggee
from tests.support.dap import Failed
from tests.support.ide import Ide
from tests.support.pythons import SAME_ROOT, Python, each_python

LOOP = "loop.py"
on_newest = pytest.mark.parametrize("python", SAME_ROOT[-1:], ids=str)


@each_python
def test_attach_stop_detach(python: Python, start: StartDebuggee) -> None:
    debuggee = start(LOOP)
    with Ide() as ide:
        ide.attach({"processId": debuggee.pid}, {debuggee.path_inside: [debuggee.line_of("body")]})
        ide.stops_at(debuggee.line_of("body"))
        ide.disconnect()
    assert debuggee.is_running()


@on_newest
@pytest.mark.parametrize("form", ["text", "target", "name"])
def test_ways_to_name_a_process(python: Python, start: StartDebuggee, form: str) -> None:
    debuggee = start(LOOP)
    option = {
        "text": {"processId": str(debuggee.pid)},
        "target": {"target": str(debuggee.pid)},
        "name": {"target": str(debuggee.path.parent)},
    }[form]
    with Ide() as ide:
        ide.attach(option)
        process = ide.client.wait_event("process")
        assert (process["systemProcessId"], process["startMethod"]) == (debuggee.pid, "attach")


@on_newest
def test_the_program_goes_on_when_the_ide_vanishes(python: Python, start: StartDebuggee) -> None:
    debuggee = start(LOOP)
    with Ide() as ide:
        ide.attach({"processId": debuggee.pid}, {debuggee.path_inside: [debuggee.line_of("body")]})
        ide.stops_at(debuggee.line_of("body"))
    with Ide() as ide:  # which could not set a breakpoint in a program that stands still
        ide.attach({"processId": debuggee.pid}, {debuggee.path_inside: [debuggee.line_of("handler")]})
        ide.stops_at(debuggee.line_of("handler"))


@on_newest
def test_end_of_an_attached_program(python: Python, start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with Ide() as ide:
        ide.attach({"processId": debuggee.pid})
        debuggee.wait_end()
        ide.client.wait_event("terminated")
        with ide.client.fails(1603):
            ide.client.request("threads")
        ide.disconnect()


@on_newest
def test_disconnect_may_end_it(python: Python, start: StartDebuggee) -> None:
    debuggee = start(LOOP)
    with Ide() as ide:
        ide.attach({"processId": debuggee.pid})
        ide.disconnect(terminateDebuggee=True)
    assert debuggee.wait_end() == -9


def test_refusals_are_told_and_the_adapter_goes_on() -> None:
    with Ide() as ide:
        ide.initialize()
        for options, id, text in (
            ({"processId": 1 << 30}, 1602, r"no process 1073741824\. Look for the right one"),
            ({"target": "no such program at all"}, 1602, "no Python process has"),
            ({"connect": {"port": 1}}, 1602, r"nobody answers at 127\.0\.0\.1:1 "),
            ({"processId": 2, "connect": {"port": 1}}, 1003, "exactly one of"),
            ({}, 1003, "exactly one of 'processId', 'target', 'connect', 'listen', 'core' must be given"),
            ({"processId": "many"}, 1003, "processId must be a process id"),
        ):
            with pytest.raises(Failed) as failed:
                ide.client.request("attach", options)
            assert failed.value.id == id
            assert re.search(text, failed.value.message)
            ide.client.wait_event("terminated")
        assert not ide.client.events("initialized")
        ide.launch({"code": "import sys; sys.exit(4)"})
        assert ide.exit_code() == 4
