"""What the program writes, as events: `redirectOutput` of `attach`."""

from __future__ import annotations

from tests.conftest import StartDebuggee
from tests.support.pythons import each_python
from tests.support.session import Session, attached

pytestmark = each_python

PROGRAM = "writes_on_request.py"


def told(dbg: Session, category: str, text: str) -> int:
    """Collect output until `text` has come; the line that wrote it."""
    got = ""
    while True:
        body = dbg.client.wait_event("output", lambda body: body["category"] == category)
        got += body["output"]
        if text in got:
            return int(body["line"])


def test_output_is_told_with_its_place_and_still_goes_where_it_went(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee, redirectOutput=True) as dbg:
        for name, category in (("prints", "stdout"), ("complains", "stderr"), ("logs", "stderr")):
            dbg.tell(f"{name}('said by {name} \\x1b[1mbold')")
            assert told(dbg, category, f"said by {name} \x1b[1mbold\n") == dbg.lines[name]
            debuggee.wait_line(f"said by {name}")
            debuggee.wait_line("own write: True")
        dbg.tell("replaces('x')")
        debuggee.wait_line("own x")
        dbg.detach()
    for _ in range(100):  # the connection is closed before the streams are given back
        debuggee.send("prints('later')\n")
        debuggee.wait_line("later")
        if "False" in debuggee.wait_line("own write"):
            break
    else:
        raise AssertionError("the stream is wrapped for good")


def test_bytes_are_told_too_and_nothing_twice(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee, redirectOutput=True) as dbg:
        dbg.tell("prints_bytes('caf\\xe9')")
        assert told(dbg, "stdout", "café\\xff\n") == dbg.lines["prints_bytes"]
        dbg.tell("prints('once') or prints_late('late')")
        debuggee.wait_line("own write")
        dbg.tell("prints('end')")
        got = ""
        while "end\n" not in got:
            got += dbg.client.wait_event("output")["output"]
        got = got.partition("once\n")[2]
        assert got.count("late") == got.count("between\n") == 1
        dbg.detach()


def test_not_asked_for_nothing_is_wrapped(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg:
        dbg.tell("prints('x')")
        debuggee.wait_line("own write: False")
        dbg.client.request("threads")
        assert dbg.client.events("output") == []


def test_each_client_is_told_what_it_asked_for(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee, debugOptions=["RedirectOutput"]) as dbg:
        with attached(debuggee, redirectOutput=True) as other, attached(debuggee) as third:
            dbg.tell("prints('x')")
            told(dbg, "stdout", "x")
            told(other, "stdout", "x")
            third.client.request("threads")
            assert third.client.events("output") == []
            other.detach()
        dbg.tell("prints('y')")
        told(dbg, "stdout", "y")


def test_handlers_of_signals_that_write(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee, redirectOutput=True) as dbg:
        dbg.tell("signalled(500)")
        debuggee.wait_line("own write: True")
        got = ""
        while got.count("handled\n") < 500 or got.count("sent\n") < 500:
            got += dbg.client.wait_event("output")["output"]


def test_a_fork_has_its_own_output(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee, redirectOutput=True) as dbg:
        dbg.tell("forks('from the child')")
        debuggee.wait_line("from the child")
        debuggee.wait_line("own write: True")
        dbg.tell("prints('from the parent')")
        told(dbg, "stdout", "from the parent")
        assert not any("from the child" in body["output"] for body in dbg.client.events("output"))
