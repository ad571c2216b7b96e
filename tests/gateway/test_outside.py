"""Programs that nobody gets into: `remora dap` tells why, and shows them from outside."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from tests.conftest import StartDebuggee
from tests.support.dap import Failed
from tests.support.debuggee import Debuggee
from tests.support.ide import Ide
from tests.support.patience import PATIENCE
from tests.support.pythons import ALL, SAME_ROOT, Python, each_python, each_python_here
from tests.support.tracer import traced

on_newest = pytest.mark.parametrize("python", SAME_ROOT[-1:], ids=str)


def attach_outside(ide: Ide, debuggee: Debuggee, **options: object) -> dict[str, object]:
    """The body of `stopped`."""
    ide.attach({"processId": debuggee.pid, **options})
    stopped: dict[str, object] = ide.client.wait_event("stopped")
    assert stopped["description"] == "Seen from outside"
    return stopped


@each_python
def test_a_gil_that_is_never_released(python: Python, start: StartDebuggee) -> None:
    debuggee = start("keeps_gil.py")
    debuggee.wait_blocked("nanosleep")
    with Ide() as ide:
        stopped = attach_outside(ide, debuggee)
        assert stopped["threadId"] == debuggee.pid
        ide.wait_output("does not release the GIL", "important")
        ide.wait_output(f"A picture of process {debuggee.pid} from outside", "console")
        process = ide.client.wait_event("process")
        assert (process["systemProcessId"], process["startMethod"]) == (debuggee.pid, "attach")
        threads = ide.client.request("threads")["threads"]
        assert "holds the GIL" in next(each["name"] for each in threads if each["id"] == debuggee.pid)
        frames = ide.client.request("stackTrace", {"threadId": debuggee.pid})["stackFrames"]
        assert [each["line"] for each in frames] == [
            debuggee.line_of(marker) for marker in ("held", "recursion", "recursion", "module")
        ]
        assert {each["source"]["path"] for each in frames} == {debuggee.path_inside}
        (scope,) = ide.client.request("scopes", {"frameId": frames[0]["id"]})["scopes"]
        reference = {"variablesReference": scope["variablesReference"]}
        variables = ide.client.request("variables", reference)["variables"]
        values = {each["name"]: each["value"] for each in variables}
        assert (values["depth"], values["password"].strip("'\"")) == ("0", "hunter2")
        assert "[1, 2, 3]" in values["numbers"]
        source = {"source": frames[0]["source"], "sourceReference": 0}
        assert ide.client.request("source", source)["content"] == debuggee.path.read_text()
        with ide.client.fails(1605):
            ide.client.request("continue", {"threadId": debuggee.pid})
        ide.disconnect()
    assert debuggee.is_running()


@each_python
def test_stopped_by_a_signal_and_let_go_on(python: Python, start: StartDebuggee) -> None:
    debuggee = start("loop.py")
    debuggee.stop()
    with Ide() as ide:
        attach_outside(ide, debuggee)
        ide.wait_output("is stopped by a signal", "important")
        lines = [debuggee.line_of("body")]
        source = {"path": debuggee.path_inside}
        ide.client.request(
            "setBreakpoints", {"source": source, "breakpoints": [{"line": each} for each in lines]}
        )
        assert state_of(debuggee.pid) == "T", "looking lets nothing go on"
        debuggee.signal(signal.SIGCONT)
        # What was set waits for a session that gets in.
        assert not ide.client.wait_event("capabilities")["capabilities"]["supportsConditionalBreakpoints"]
        ide.client.request("restart")
        after = ide.client.wait_event("capabilities")["capabilities"]
        assert after == {**ide.capabilities, "supportsRemoraRefreshRequest": False}
        ide.stops_at(lines[0])
        ide.disconnect()
    assert debuggee.is_running()


@each_python
def test_the_gil_is_released_after_all(python: Python, start: StartDebuggee) -> None:
    debuggee = start("frozen_on_request.py")
    reads = "ctypes.PyDLL(None).read(0, ctypes.create_string_buffer(1), 1)"
    debuggee.send(f"print('wedged', flush=True) or {reads}\n")
    debuggee.wait_line("wedged")
    debuggee.wait_blocked("read")
    with Ide() as ide:
        attach_outside(ide, debuggee)
        ide.wait_output("does not release the GIL", "important")
        debuggee.send("\n")
        ide.wait_output(f"Process {debuggee.pid} has released the GIL: it can be attached to", "important")
        ide.client.request("restart")
        assert ide.client.request("evaluate", {"expression": "6 * 7", "context": "repl"})["result"] == "42"
        ide.disconnect()
    assert debuggee.is_running()


@each_python
@pytest.mark.parametrize("how", ["running", "stopped"])
def test_traced_by_another(python: Python, start: StartDebuggee, how: str) -> None:
    debuggee = start("blocked.py")
    debuggee.wait_blocked()
    with Ide() as ide:
        with traced(debuggee.pid, how) as tracer:
            attach_outside(ide, debuggee)
            ide.wait_output(f"is being traced already, by python (pid {tracer})", "important")
            assert ide.client.request("stackTrace", {"threadId": debuggee.pid})["stackFrames"]
        ide.wait_output(f"Process {debuggee.pid} is not traced any more", "important")
        ide.disconnect()
    assert debuggee.is_running()


@each_python_here
def test_a_core_file(start: StartDebuggee, tmp_path: Path) -> None:
    debuggee = start("keeps_gil.py")
    debuggee.wait_blocked("nanosleep")
    core = str(debuggee.dump_core(tmp_path))
    with Ide() as ide:
        ide.attach({"core": core})
        stopped = ide.client.wait_event("stopped")
        assert f"core file {core} from outside" in stopped["text"]
        assert "systemProcessId" not in ide.client.wait_event("process")
        frames = ide.client.request("stackTrace", {"threadId": stopped["threadId"]})["stackFrames"]
        assert frames[0]["line"] == debuggee.line_of("held")
        (scope,) = ide.client.request("scopes", {"frameId": frames[0]["id"]})["scopes"]
        reference = {"variablesReference": scope["variablesReference"]}
        variables = ide.client.request("variables", reference)["variables"]
        assert "[1, 2, 3]" in {each["name"]: each["value"] for each in variables}["numbers"]
        source = {"source": frames[0]["source"], "sourceReference": 0}
        assert ide.client.request("source", source)["content"] == debuggee.path.read_text()
        ide.disconnect()


@on_newest
def test_on_request(python: Python, start: StartDebuggee) -> None:
    debuggee = start("loop.py")
    with Ide() as ide:
        attach_outside(ide, debuggee, outside=True)
        assert not [each for each in ide.client.events("output") if each["category"] == "important"]
        capabilities = ide.client.wait_event("capabilities")["capabilities"]
        assert capabilities["supportsRemoraRefreshRequest"] is True
        assert capabilities["supportsStepInTargetsRequest"] is False
        assert capabilities["supportsRestartRequest"] is True
        ide.client.request("remora/refresh")
        ide.client.wait_event("stopped")
        ide.client.request("restart")
        ide.client.wait_event("stopped")
        with ide.client.fails(1605):
            ide.client.request("disconnect", {"terminateDebuggee": True})
        ide.disconnect()
    assert debuggee.is_running()


@pytest.mark.parametrize("python", [each for each in ALL if each.at_least("3.11")], ids=str)
def test_a_program_whose_first_thread_has_ended(python: Python, start: StartDebuggee) -> None:
    debuggee = start("main_ends.py")
    with Ide() as ide:
        stopped = attach_outside(ide, debuggee, outside=True)
        frames = ide.client.request("stackTrace", {"threadId": stopped["threadId"]})["stackFrames"]
        own = next(each for each in frames if each["source"].get("path") == debuggee.path_inside)
        source = {"source": own["source"], "sourceReference": 0}
        assert ide.client.request("source", source)["content"] == debuggee.path.read_text()
        ide.disconnect()


@on_newest
def test_never_if_that_is_said(python: Python, start: StartDebuggee) -> None:
    debuggee = start("loop.py")
    debuggee.stop()
    with Ide() as ide:
        ide.initialize()
        with pytest.raises(Failed, match=f"remora stack {debuggee.pid}"):
            ide.client.request("attach", {"processId": debuggee.pid, "outside": False})
        ide.client.wait_event("terminated")
        ide.disconnect()


@on_newest
def test_the_end_of_the_program(python: Python, start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with Ide() as ide:
        attach_outside(ide, debuggee, outside=True)
        debuggee.wait_end()
        with pytest.raises(Failed, match=f"process {debuggee.pid}"):
            ide.client.request("remora/refresh")
        assert ide.client.request("threads")["threads"], "the picture is there as long as it is looked at"
        ide.disconnect()


def test_refusals() -> None:
    with Ide() as ide:
        ide.initialize()
        for options, id, text in (
            ({"processId": 1 << 30, "outside": True}, 1602, "there is no process 1073741824"),
            ({"connect": {"port": 1}, "outside": True}, 1003, "outside is for a process of this host"),
            ({"core": ""}, 1003, "core must be a string that is not empty"),
            ({"core": "/no/such/core"}, 1602, "/no/such/core"),
            ({"core": __file__}, 1602, "is no core file"),
            ({"core": __file__, "executable": 1}, 1003, "executable must be a string"),
            ({"core": "/tmp/core", "processId": 1}, 1003, "exactly one of"),
        ):
            with pytest.raises(Failed, match=text) as failed:
                ide.client.request("attach", options)
            assert failed.value.id == id
            ide.client.wait_event("terminated")
        ide.disconnect()


@pytest.mark.parametrize("option", ["--observe", "--only"])
def test_who_may_only_look_at_programs_gets_no_file(option: str) -> None:
    with Ide(option, "1073741824") as ide:
        ide.initialize()
        with pytest.raises(Failed) as failed:
            ide.client.request("attach", {"core": "/etc/hostname"})
        assert "/etc/hostname" not in failed.value.message
        ide.disconnect()


def state_of(pid: int) -> str:
    """The kernel's letter, which a signal that was just sent may take a moment to change."""
    deadline = time.monotonic() + PATIENCE
    while True:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            state = file.read().rpartition(")")[2].split()[0]
        if state in "TZ" or time.monotonic() > deadline:
            return state
