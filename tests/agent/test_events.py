"""Events that are not asked for: modules, threads, breakpoints; each at its time, to those it concerns."""

from __future__ import annotations

from tests.conftest import StartDebuggee
from tests.support.pythons import each_python
from tests.support.session import attached

pytestmark = each_python


def test_modules_are_told_when_their_code_is_shown(start: StartDebuggee) -> None:
    debuggee = start("own_code_on_request.py")
    with attached(debuggee, justMyCode=False) as dbg:
        dbg.break_at("hook")
        dbg.tell("loads(1)")
        dbg.stops_at("hook")
        told = {body["module"]["name"]: body for body in dbg.client.events("module")}
        assert {"__main__", "json", "json.decoder"} <= set(told)
        assert told["__main__"]["reason"] == "new"
        assert told["__main__"]["module"]["isUserCode"] is True
        assert told["json"]["module"]["isUserCode"] is False
        assert told["json"]["module"]["package"] == "json"
        count = len(dbg.client.events("module"))
        dbg.go()
        dbg.stops_at("hook")
        assert len(dbg.client.events("module")) == count
        body = dbg.client.request("modules")
        assert body["totalModules"] == len(body["modules"])
        names = [each["name"] for each in body["modules"]]
        assert "functools" in names and not any("remora" in name for name in names)
        page = dbg.client.request("modules", {"startModule": 1, "moduleCount": 2})
        assert [each["name"] for each in page["modules"]] == names[1:3]


def test_nothing_comes_before_initialized(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with attached(debuggee, stop=True, redirectOutput=True) as dbg:
        events = [message["event"] for _, message in dbg.client.log if message["type"] == "event"]
        assert events[0] == "initialized"
        assert events.index("process") < events.index("stopped")


def test_a_breakpoint_is_told_of_once(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    (debuggee.directory / "latecomer.py").write_text("# comment\n\ndef late(x):\n    return x\n")
    path = debuggee.python.path_inside(debuggee.directory / "latecomer.py")
    with attached(debuggee) as dbg:
        arguments = {"source": {"path": path}, "breakpoints": [{"line": 2}, {"line": 4}]}
        first, second = dbg.client.request("setBreakpoints", arguments)["breakpoints"]
        assert (first["verified"], first["line"], first["reason"]) == (False, 3, "pending")
        assert "not loaded" in first["message"] and "moved to line 3" in first["message"]
        dbg.tell("load latecomer")
        for _ in range(2):
            dbg.stopped("breakpoint")
            dbg.go()
        debuggee.wait_line("gave 2")
        changed = [body["breakpoint"] for body in dbg.client.events("breakpoint")]
        assert [each["id"] for each in changed] == [first["id"], second["id"]]
        assert all(each["verified"] for each in changed)
        assert changed[0]["message"] == "there is no code on line 2: moved to line 3"
        assert "message" not in changed[1]


def test_a_client_hears_that_another_resumed(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with attached(debuggee) as dbg, attached(debuggee) as other:
        dbg.break_at("double")
        dbg.tell("count 1")
        dbg.stops_at("double")
        other.stopped("breakpoint")
        assert other.client.events("continued") == []
        dbg.go()
        assert other.client.wait_event("continued")["allThreadsContinued"] is True


def test_threads_that_come_and_go(start: StartDebuggee) -> None:
    debuggee = start("raises_on_request.py")
    with attached(debuggee) as dbg:
        dbg.break_at("middle")
        dbg.tell("in_thread 7")
        dbg.stops_at("middle")
        assert dbg.client.wait_event("thread") == {"reason": "started", "threadId": dbg.thread}
        dbg.go()
        debuggee.wait_line("gave")
        dbg.client.request("threads")
        assert dbg.client.wait_event("thread") == {"reason": "exited", "threadId": dbg.thread}


def test_who_has_asked_for_sources_is_told_of_later_ones_at_the_next_stop(start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    (debuggee.directory / "latecomer.py").write_text("def late(x):\n    return x\n")
    path = debuggee.python.path_inside(debuggee.directory / "latecomer.py")
    with attached(debuggee) as dbg:
        dbg.pause()
        dbg.client.request("evaluate", {"expression": "__import__('json')"})
        dbg.stack()
        dbg.client.request("threads")
        assert dbg.client.events("loadedSource") == []
        dbg.client.request("loadedSources")
        dbg.stack()
        dbg.client.request("threads")
        assert dbg.client.events("loadedSource") == []
        dbg.client.request("evaluate", {"expression": "__import__('latecomer')"})
        dbg.stack()
        told = dbg.client.wait_event("loadedSource", lambda body: body["source"].get("path") == path)
        assert told["reason"] == "new"
        dbg.stack()
        dbg.client.request("threads")
        assert path not in [each["source"]["path"] for each in dbg.client.events("loadedSource")]
