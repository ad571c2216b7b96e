"""`remora.attach`: a session in a script."""

from __future__ import annotations

import pytest

import remora
from remora.client.client import RequestFailed
from remora.inject.reasons import AttachError
from tests.conftest import StartDebuggee
from tests.support.patience import PATIENCE
from tests.support.pythons import each_python


@each_python
def test_a_script_looks_at_a_program_and_leaves_it(start: StartDebuggee) -> None:
    debuggee = start("loop.py")
    with remora.attach(debuggee.pid) as program:
        assert program.wait_stop()["reason"] == "entry"
        [breakpoint] = program.break_at(
            debuggee.path_inside, debuggee.line_of("body"), condition="i % 3 == 0"
        )
        assert breakpoint["verified"]
        program.resume()
        assert program.wait_stop(timeout=PATIENCE)["reason"] == "breakpoint"
        top = program.stack()[0]
        assert (top["name"], top["line"]) == ("body", debuggee.line_of("body"))
        assert int(program.evaluate("i")) % 3 == 0
        assert program.evaluate("counter.total >= 0", frame=1) == "True"
        program.resume("next")
        program.wait_stop(timeout=PATIENCE)
        assert program.stack()[0]["line"] == debuggee.line_of("call")
        with pytest.raises(RequestFailed, match="nothing_of_that_name"):
            program.evaluate("nothing_of_that_name")
    assert debuggee.is_running()
    program.close()


@each_python
def test_a_script_need_not_stop_the_program(start: StartDebuggee) -> None:
    debuggee = start("loop.py")
    heard: list[dict[str, object]] = []
    with remora.attach(debuggee.pid, stop=False) as program:
        program.on("stopped", heard.append)
        with pytest.raises(RuntimeError, match="the program runs"):
            program.stack()
        threads = program.request("threads")["threads"]
        assert [thread["name"] for thread in threads] == ["MainThread"]
        program.request("pause", {"threadId": threads[0]["id"]})
        program.wait_stop(timeout=PATIENCE)
    assert [body["reason"] for body in heard] == ["pause"]


def test_what_cannot_be_attached_to() -> None:
    with pytest.raises(AttachError, match="There is no process"):
        remora.attach(2**22 + 1)


@each_python
def test_a_script_runs_text_in_the_program(start: StartDebuggee, capfd: pytest.CaptureFixture[str]) -> None:
    with remora.attach(start("asked.py").pid, stop=False, noDebug=True) as program:
        assert program.run("x = len(many); {'many': x, 'odd': odd}")["many"] == 5000
        assert program.run("x + 1") == 5001
        assert program.run("print('to me')") is None
        assert program.run("join('a', 'b')", namespace="os.path") == "a/b"
        assert program.run("await asyncio.sleep(0, [None, 1.5])") == [None, 1.5]
        with pytest.raises(RequestFailed, match="ZeroDivisionError") as raised:
            program.run("def f():\n    1 / 0\nf()")
        assert "    1 / 0\n" in raised.value.body["error"]["variables"]["traceback"]
        with pytest.raises(TimeoutError, match="was interrupted"):
            program.run("while True: pass", timeout=0.2)
        assert program.run("x") == 5000
    assert capfd.readouterr().out == "to me\n"
