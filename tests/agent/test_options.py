"""Options of `launch`, and options of the interpreter that a debugger is not to stumble over."""

from __future__ import annotations

from pathlib import Path

import pytest

from remora.inject.launch import Program
from tests.agent.test_launch import Started, folder, started
from tests.conftest import StartDebuggee
from tests.support.pythons import Python, each_python
from tests.support.session import attached

__all__ = ["folder"]

pytestmark = each_python

STRICT = ("-W", "error", "-B", "-O", "-S")


@pytest.mark.parametrize(
    ("kind", "name"), [("file", "launched.py"), ("module", "package"), ("module", "package.module")]
)
def test_stop_on_entry(python: Python, folder: Path, kind: str, name: str) -> None:
    with started(python, Program(kind, name, ["0"]), folder) as it:
        it.begin(debugOptions=["StopOnEntry"])
        stop = it.client.wait_event("stopped")
        assert stop["reason"] == "entry"
        frame = it.client.request("stackTrace", {"threadId": stop["threadId"]})["stackFrames"][0]
        assert (frame["name"], frame["line"]) == ("<module>", 1)
        assert frame["source"]["path"].startswith(python.path_inside(folder))
        it.client.request("continue", {"threadId": stop["threadId"]})
        assert it.end()[0] == 0


@pytest.mark.parametrize(("how", "stops"), [("0", False), ("3", True)])
def test_an_exit_that_tells_of_a_failure_is_an_exception(
    python: Python, folder: Path, how: str, stops: bool
) -> None:
    with started(python, Program("file", "launched.py", [how]), folder) as it:
        it.begin(filters=("uncaught",))
        assert it.process.stdin
        it.process.stdin.close()
        it.process.stdin = None
        if stops:
            stop = it.client.wait_event("stopped")
            assert (stop["reason"], stop["text"]) == ("exception", "SystemExit")
            it.client.request("continue", {"threadId": stop["threadId"]})
        it.client.wait_event("terminated")
        assert it.client.events("stopped") == []
        assert it.end()[0] == int(how)


@pytest.mark.parametrize("options", [STRICT, ("-I", "-W", "error"), ("-OO", "-b", "-bb", "-W", "error")])
def test_launch_under_strict_options(python: Python, folder: Path, options: tuple[str, ...]) -> None:
    (folder / "strict.py").write_text("import sys\n\n\ndef f(x):\n    return x\n\n\nf(1)\nprint('done')\n")
    with started(python, Program("file", "strict.py"), folder, options) as it:
        it.begin(filters=("raised", "uncaught", "userUnhandled"), stopOnEntry=True)
        _walk_through(it)
        status, output, errors = it.end()
    assert (status, output, errors) == (0, "done\n", "")


def _walk_through(it: Started) -> None:
    stop = it.client.wait_event("stopped")
    thread = {"threadId": stop["threadId"]}
    source = it.client.request("stackTrace", thread)["stackFrames"][0]["source"]
    it.client.request("setBreakpoints", {"source": source, "breakpoints": [{"line": 5, "condition": "x"}]})
    it.client.request("setFunctionBreakpoints", {"breakpoints": [{"name": "f"}]})
    it.client.request("continue", thread)
    assert it.client.wait_event("stopped")["reason"] == "breakpoint"
    frame = it.client.request("stackTrace", thread)["stackFrames"][0]["id"]
    for context in ("repl", "watch", "hover", "clipboard"):
        body = it.client.request("evaluate", {"expression": "x", "frameId": frame, "context": context})
        assert body["result"] == "1"
    for scope in it.client.request("scopes", {"frameId": frame})["scopes"]:
        it.client.request("variables", {"variablesReference": scope["variablesReference"]})
    for command in ("stepOut", "next"):
        it.client.request(command, thread)
        it.client.wait_event("stopped")
    it.client.request("continue", thread)
    it.client.wait_event("terminated")
    assert it.client.events("output") == []


@pytest.mark.parametrize("options", [STRICT, ("-I", "-W", "error")])
def test_attach_under_strict_options(start: StartDebuggee, options: tuple[str, ...]) -> None:
    debuggee = start("on_request.py", options=options)
    with attached(debuggee, redirectOutput=True) as dbg:
        dbg.client.request("setExceptionBreakpoints", {"filters": ["raised", "uncaught", "userUnhandled"]})
        dbg.break_at("double", condition="i == 1")
        dbg.tell("count 3")
        dbg.stops_at("double")
        dbg.shows("i", "1")
        assert dbg.variables()["i"] == "1"
        assert dbg.step("next")[0] == "count"
        dbg.go()
        debuggee.wait_line("gave 4")
        dbg.detach()
    debuggee.send("count 4\n")
    debuggee.wait_line("gave 6")
    assert debuggee.output.split("\n") == ["ready", "gave 4", "gave 6", ""]
