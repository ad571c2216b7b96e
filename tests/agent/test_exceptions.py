"""Exception breakpoints: raised, uncaught, leaving the user's code; by type and by expression."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import StartDebuggee
from tests.support.pythons import each_python
from tests.support.session import Session, attached

pytestmark = each_python

PROGRAM = "raises_on_request.py"


def catch(dbg: Session, *names: str, condition: str = "") -> dict[str, Any]:
    options = [{"filterId": name, "condition": condition} for name in names] if condition else []
    arguments = {"filters": [] if condition else list(names), "filterOptions": options}
    return dbg.client.request("setExceptionBreakpoints", arguments)


def info(dbg: Session) -> dict[str, Any]:
    return dbg.client.request("exceptionInfo", {"threadId": dbg.thread})


def test_raised(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg:
        assert catch(dbg, "raised")["breakpoints"] == [{"verified": True}]
        dbg.tell("caught 3")
        stop = dbg.stops_at("raise", reason="exception")
        assert stop["text"] == "__main__.Problem"
        found = info(dbg)
        assert found["exceptionId"].endswith("Problem")
        assert found["description"] == "problem 3"
        assert found["breakMode"] == "always"
        assert "raise Problem(code)" in found["details"]["stackTrace"]
        dbg.shows("code", "3")
        dbg.go()
        dbg.stops_at("second", reason="exception")
        dbg.go()
        debuggee.wait_line("gave True")
        assert dbg.client.events("stopped") == []


def test_the_end_of_a_loop_is_no_exception(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg:
        catch(dbg, "raised", "uncaught", "userUnhandled")
        dbg.tell("loops 3")
        debuggee.wait_line("gave")
        assert dbg.client.events("stopped") == []


def test_an_import_is_no_exception(start: StartDebuggee) -> None:
    debuggee = start("on_request.py", timeout=2)
    (debuggee.directory / "latecomer.py").write_text("def late(x):\n    return x\n")
    with attached(debuggee) as dbg:
        catch(dbg, "raised")
        dbg.tell("load latecomer")
        debuggee.wait_line("gave 2")
        dbg.client.request("threads")
        assert dbg.client.events("stopped") == []


@pytest.mark.parametrize(
    ("condition", "stops"),
    [
        ("KeyError", ["second"]),
        ("__main__.Problem", ["raise"]),
        ("ValueError, LookupError", ["raise", "second"]),
        ("OSError", []),
        ("getattr(exception, 'code', 0) == 3", ["raise"]),
        ("getattr(exception, 'code', 0) == 4", []),
        ("exception.code == 3", ["raise"]),
        ("isinstance(exception, KeyError) and problem.code == 3", ["second"]),
    ],
)
def test_by_type_and_by_expression(start: StartDebuggee, condition: str, stops: list[str]) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg:
        catch(dbg, "raised", condition=condition)
        dbg.tell("caught 3")
        for marker in stops:
            dbg.stops_at(marker, reason="exception")
            dbg.go()
        debuggee.wait_line("gave True")
        assert dbg.client.events("stopped") == []


def test_leaving_the_code_of_the_user(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg:
        catch(dbg, "userUnhandled")
        dbg.tell("caught 3")
        debuggee.wait_line("gave True")
        dbg.tell("through_library 3")
        dbg.stops_at("hook", reason="exception")
        assert info(dbg)["breakMode"] == "userUnhandled"
        dbg.go()
        debuggee.wait_line("gave caught")


def test_uncaught_in_the_main_thread(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg:
        catch(dbg, "uncaught")
        dbg.tell("caught 3")
        debuggee.wait_line("gave True")
        dbg.tell("middle 5")
        dbg.stops_at("raise", reason="exception")
        assert info(dbg)["breakMode"] == "unhandled"
        assert [frame["name"] for frame in dbg.stack()] == ["deep", "middle", "<module>"]
        middle = {each["name"]: each["value"] for each in dbg.children(dbg.scope(frame=1))}
        assert middle == {"code": "5", "detail": "10"}
        dbg.shows("code + 1", "6")
        dbg.go()
        dbg.client.wait_event("terminated")
    assert debuggee.wait_end() == 1
    assert "Problem: problem 5" in debuggee.output
    assert "<remora>" not in debuggee.output


def test_uncaught_in_a_thread(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg:
        catch(dbg, "uncaught")
        main = dbg.threads()["MainThread"]
        dbg.tell("in_thread 7")
        dbg.stops_at("raise", reason="exception")
        assert dbg.thread != main
        assert info(dbg)["breakMode"] == "unhandled"
        assert [frame["name"] for frame in dbg.stack()][:2] == ["deep", "middle"]
        dbg.go()
        debuggee.wait_line("problem 7")
        debuggee.wait_line("gave None")
        catch(dbg)
        dbg.tell("in_thread 8")
        debuggee.wait_line("gave None")
        assert dbg.client.events("stopped") == []


def test_no_exception_no_info(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        dbg.refuses(1101, "exceptionInfo", threadId=1)
        dbg.pause()
        dbg.refuses(1206, "exceptionInfo", threadId=dbg.thread)


@pytest.mark.parametrize(
    ("condition", "stops"),
    [
        ("*Error, !KeyError", ["raise"]),
        ("builtins.*Error, !__main__.*", ["second"]),
        ("!ValueError", ["second"]),
        ("in __main__", ["raise", "second"]),
        ("in json, in other.*", []),
        ("LookupError, in __main__", ["second"]),
        ("!in __main__", []),
    ],
)
def test_by_pattern_and_by_module(start: StartDebuggee, condition: str, stops: list[str]) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg:
        catch(dbg, "raised", condition=condition)
        dbg.tell("caught 3")
        for marker in stops:
            dbg.stops_at(marker, reason="exception")
            dbg.go()
        debuggee.wait_line("gave True")
        assert dbg.client.events("stopped") == []


def test_a_condition_that_makes_no_sense_is_told(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        (found,) = catch(dbg, "raised", condition="exception.code ==")["breakpoints"]
        assert not found["verified"] and "exception.code ==" in found["message"]
        dbg.tell("caught 3")
        dbg.debuggee.wait_line("gave True")
        assert dbg.client.events("stopped") == []
        dbg.refuses(1003, "setExceptionBreakpoints", filters=["strange"])


ALL = {"names": ["Python Exceptions"]}


@pytest.mark.parametrize(
    ("option", "stops"),
    [
        ({"path": [ALL], "breakMode": "always"}, ["raise", "second"]),
        ({"path": [ALL, {"names": ["KeyError", "OSError"]}], "breakMode": "always"}, ["second"]),
        ({"path": [ALL, {"names": ["KeyError"], "negate": True}], "breakMode": "always"}, ["raise"]),
        ({"breakMode": "always"}, ["raise", "second"]),
        ({"path": [ALL], "breakMode": "never"}, []),
        ({"path": [ALL], "breakMode": "unhandled"}, []),
        ({"path": [ALL], "breakMode": "userUnhandled"}, []),
    ],
)
def test_exception_options(start: StartDebuggee, option: dict[str, Any], stops: list[str]) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg:
        body = dbg.client.request("setExceptionBreakpoints", {"filters": [], "exceptionOptions": [option]})
        assert body["breakpoints"] == [{"verified": True}]
        dbg.tell("caught 3")
        for marker in stops:
            dbg.stops_at(marker, reason="exception")
            dbg.go()
        debuggee.wait_line("gave True")
        assert dbg.client.events("stopped") == []


def test_the_stack_trace_is_as_long_as_the_client_wants(start: StartDebuggee) -> None:
    with attached(start(PROGRAM), maxExceptionStackFrames=1) as dbg:
        catch(dbg, "raised", condition="KeyError")
        dbg.tell("caught 3")
        dbg.stops_at("second", reason="exception")
        details = info(dbg)["details"]
        (inner,) = details["innerException"]
        assert "2 outer frames are not shown" in inner["stackTrace"]
        assert inner["typeName"] == "Problem" and inner["fullTypeName"] == "__main__.Problem"
        assert dbg.value(details["evaluateName"]) == "KeyError('missing')"
        assert dbg.value(inner["evaluateName"] + ".code") == "3"


def test_raised_in_each_frame(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee, raisedInEachFrame=True) as dbg:
        catch(dbg, "raised")
        dbg.tell("caught 3")
        dbg.stops_at("raise", reason="exception")
        outside = dbg.stack()[1]["line"]
        assert "in deep" in info(dbg)["details"]["stackTrace"].splitlines()[-3], "innermost last"
        assert str(outside) in info(dbg)["details"]["stackTrace"], "the trace goes on to the callers"
        dbg.go()
        assert dbg.stopped("exception")["text"] == "__main__.Problem"
        assert dbg.stack()[0]["line"] == outside


def test_what_a_stop_tells(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        catch(dbg, "raised", condition="KeyError")
        dbg.tell("caught 3")
        stop = dbg.stops_at("second", reason="exception")
        assert (stop["text"], stop["description"]) == ("KeyError", "'missing'")
        details = info(dbg)["details"]
        assert details["source"] == dbg.path
        assert "The above exception was the direct cause" in details["stackTrace"] or (
            "During handling of the above exception" in details["stackTrace"]
        )


def test_always_means_once_for_what_nobody_catches(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        dbg.client.request(
            "setExceptionBreakpoints", {"filters": [], "exceptionOptions": [{"breakMode": "always"}]}
        )
        dbg.tell("in_thread 3")
        dbg.stops_at("raise", reason="exception")
        assert info(dbg)["breakMode"] == "always"
        dbg.go()
        dbg.debuggee.wait_line("gave None")
        assert dbg.client.events("stopped") == []


def test_uncaught_in_a_thread_of_a_program_that_had_none(start: StartDebuggee) -> None:
    debuggee = start("late_threads.py")
    with attached(debuggee) as dbg:
        catch(dbg, "uncaught")
        dbg.tell("")
        dbg.stops_at("fails", reason="exception")
        dbg.go()
        assert debuggee.wait_line("gave") in ("gave True SourceFileLoader", "gave True type")
        assert "ImportWatch" not in debuggee.wait_line("finders")
