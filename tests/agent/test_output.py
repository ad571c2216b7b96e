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


def written(dbg: Session, category: str, last: str) -> str:
    """Collect what an evaluation has written, up to `last`."""
    got = ""
    while not got.endswith(last):
        got += dbg.client.wait_event("output", lambda body: body["category"] == category)["output"]
    return got


def test_what_an_evaluation_writes_is_for_its_client_alone(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as other, attached(debuggee) as dbg:
        other.pause()
        dbg.stopped("pause")
        frame = dbg.stack()[0]["id"]

        def evaluate(text: str) -> str:
            arguments = {"expression": text, "frameId": frame, "context": "repl", "remoraOutput": True}
            result: str = dbg.client.request("evaluate", arguments)["result"]
            return result

        assert evaluate("print('mine', 1) or 5") == "5"
        assert written(dbg, "stdout", "\n") == "mine 1\n"
        evaluate("import sys; sys.stderr.write('careful\\n'); sys.stdout.buffer.write(b'bytes\\n')")
        assert written(dbg, "stderr", "\n") == "careful\n"
        assert written(dbg, "stdout", "\n") == "bytes\n"
        with dbg.client.fails(1401):
            evaluate("print('before') or 1 / 0")
        assert written(dbg, "stdout", "\n") == "before\n"
        # The program's own output, and that of who does not ask, goes where it always went.
        dbg.client.request("evaluate", {"expression": "print('theirs')", "frameId": frame, "context": "repl"})
        debuggee.wait_line("theirs")
        dbg.go()
        other.tell("prints('of the program')")
        debuggee.wait_line("of the program")
        assert not [each for each in ("mine", "careful", "bytes", "before") if each in debuggee.output]


def test_the_streams_are_given_back_when_who_evaluated_goes(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg:
        dbg.pause()
        dbg.client.request("evaluate", {"expression": "print(1)", "context": "repl", "remoraOutput": True})
        dbg.go()
        dbg.detach()
    for _ in range(100):  # the connection is closed before the streams are given back
        debuggee.send("prints('later')\n")
        debuggee.wait_line("later")
        if "False" in debuggee.wait_line("own write"):
            break
    else:
        raise AssertionError("the stream is wrapped for good")


def test_a_step_does_not_go_into_how_output_is_told(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee, redirectOutput=True, justMyCode=False) as dbg:
        dbg.break_at("prints")
        dbg.tell("prints('hello')")
        dbg.stops_at("prints")
        # The function ends with its line: the step comes out of it, and not to code of libraries.
        assert dbg.step("stepIn")[0] != "exists"
        dbg.go()
