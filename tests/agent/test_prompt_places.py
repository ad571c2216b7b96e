"""Where what is typed runs: in the program's event loop, on a thread of it, in the background."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import StartDebuggee
from tests.support.at_prompt import AtPrompt, prompt_in
from tests.support.dap import Failed
from tests.support.debuggee import Debuggee
from tests.support.pythons import each_python
from tests.support.session import attached

pytestmark = each_python

LOOPING, PLAIN = "looping_on_request.py", "prompts_on_request.py"


def goes_on(debuggee: Debuggee) -> None:
    """The program's loop runs."""
    debuggee.send("ticks\n")
    debuggee.wait_line("gave")


def ended(prompt: AtPrompt, job: int) -> dict[str, Any]:
    """How something in the background has ended."""
    body: dict[str, Any] = prompt.client.wait_event("remora/promptResult", lambda body: body["job"] == job)
    assert body["promptId"] == prompt.number
    return body


def failed_by(prompt: AtPrompt, number: int) -> int:
    """The number of the error of a request."""
    try:
        prompt.client.response(number)
    except Failed as failed:
        return failed.id or 0
    return 0


def test_awaiting_in_the_loop_of_the_program(start: StartDebuggee) -> None:
    debuggee = start(LOOPING)
    with prompt_in(debuggee) as prompt:
        assert "Loop" in prompt.opened["loop"]
        assert prompt.gives("await double(21)") == "42"
        assert prompt.written("\n") == "doubling 21\n"
        assert prompt.gives("import asyncio\nx = await asyncio.gather(double(1), double(2))\nx") == "[2, 4]"
        assert sorted(prompt.written("2\n").split()) == ["1", "2", "doubling", "doubling"]
        assert prompt.gives("_") == "[2, 4]"
        prompt.gives("async def where(): return threading.current_thread().name, local.name")
        assert prompt.gives("await where()") == "('MainThread', 'of the main thread')"
        assert prompt.gives("threading.current_thread() is threading.main_thread()") == "False"
        error = prompt.fails("await fails()")
        assert error["exception"] == "ValueError: of the program"
        assert 'raise ValueError("of the program")' in error["traceback"]
        assert "remora" not in error["traceback"].replace(prompt.session.path, "")
        assert prompt.fails("await asyncio.sleep(0); exit(4)")["exitStatus"] == "4"
        assert "CancelledError" in prompt.fails("raise asyncio.CancelledError\nawait x")["exception"]
        goes_on(debuggee)
        assert "doubling" not in debuggee.output


def test_cancelling_what_awaits(start: StartDebuggee) -> None:
    debuggee = start(LOOPING)
    with prompt_in(debuggee) as prompt:
        prompt.gives("seen = []")
        prompt.gives("import asyncio")
        prompt.gives(
            "async def waits():\n"
            "    asyncio.get_running_loop().call_later(0.01, print, 'begun')\n"
            "    try:\n"
            "        await asyncio.sleep(100)\n"
            "    except asyncio.CancelledError:\n"
            "        seen.append(1)\n"
            "        raise\n"
        )
        number = prompt.send("await waits()")
        prompt.written("begun\n")
        prompt.cancel(number)
        prompt.failed(number, 1102)
        assert prompt.gives("seen") == "[1]"
        goes_on(debuggee)


@pytest.mark.parametrize("place", ["own", "loop"])
def test_what_holds_the_loop_is_interrupted(start: StartDebuggee, place: str) -> None:
    debuggee = start(LOOPING)
    with attached(debuggee, noDebug=True, evaluationTimeout=0.3) as session:
        prompt = AtPrompt(session, place=place)
        prompt.failed(prompt.send("await double(1)\nwhile True: pass"), 1402)
        goes_on(debuggee)
        number = prompt.send("await double(1)\nprint('begun')\nwhile True: pass")
        prompt.written("begun\n")
        prompt.cancel(number)
        # Its time may be over first.
        assert failed_by(prompt, number) in (1102, 1402)
        goes_on(debuggee)
        assert prompt.gives("1 + 1") == "2"


def test_all_of_it_in_the_loop(start: StartDebuggee) -> None:
    debuggee = start(LOOPING)
    with prompt_in(debuggee, place="loop") as prompt:
        assert (
            prompt.gives("local.name, threading.current_thread().name")
            == "('of the main thread', 'MainThread')"
        )
        assert prompt.gives("asyncio.get_running_loop().is_running()") == "True"
        prompt.gives("print('here'); x = 5")
        assert prompt.written("\n") == "here\n"
        body = prompt.answer("asyncio.ensure_future(double(4))")
        assert "pending" in body["result"]
        assert ended(prompt, body["remoraJob"])["result"] == "8"
        assert prompt.written("\n") == "doubling 4\n"
        assert "ZeroDivisionError" in prompt.fails("x / 0")["exception"]
        assert "SyntaxError" in prompt.fails("x = = 0")["exception"]
        goes_on(debuggee)
        assert "here" not in debuggee.output


def test_what_names_the_running_loop_runs_there(start: StartDebuggee) -> None:
    debuggee = start(LOOPING)
    with prompt_in(debuggee) as prompt:
        task = prompt.answer("asyncio.create_task(double(4))")
        assert ended(prompt, task["remoraJob"])["result"] == "8"
        assert prompt.gives("asyncio.get_running_loop().is_running(), threading.current_thread().name") == (
            "(True, 'MainThread')"
        )
        assert prompt.gives("threading.current_thread().name") != "'MainThread'"
        assert "no running event loop" in prompt.fails("f = asyncio; f.create_task(double(4))")["exception"]
        prompt.gives("async def both(): return await asyncio.gather(double(1), double(2))")
        assert prompt.gives("asyncio.run(both())") == "[2, 4]"
        script = "asyncio.get_running_loop()"
        assert "no running event loop" in prompt.fails(script, remoraFile="script.py")["exception"]
        goes_on(debuggee)


def test_a_prompt_moves(start: StartDebuggee) -> None:
    debuggee = start(LOOPING)
    with prompt_in(debuggee) as prompt:
        moved = prompt.session.client.request(
            "remora/movePrompt", {"promptId": prompt.number, "place": "loop"}
        )
        assert "loop" in moved
        assert prompt.gives("x = asyncio; threading.current_thread().name") == "'MainThread'"
        assert prompt.gives("x.get_running_loop().is_running()") == "True", "its names are the same"
        moved = prompt.session.client.request(
            "remora/movePrompt", {"promptId": prompt.number, "place": "thread"}
        )
        assert moved["thread"] == "MainThread"
        assert prompt.gives("local.name") == "'of the main thread'"
        prompt.session.refuses(
            1201, "remora/movePrompt", promptId=prompt.number, place="thread", threadId=999
        )
        assert prompt.gives("local.name") == "'of the main thread'", "it is where it was"
        prompt.session.client.request("remora/movePrompt", {"promptId": prompt.number, "place": "own"})
        assert prompt.gives("threading.current_thread().name") != "'MainThread'"
        goes_on(debuggee)


def test_no_loop(start: StartDebuggee) -> None:
    with attached(start(PLAIN), noDebug=True) as session:
        session.refuses(1213, "remora/openPrompt", place="loop")
        prompt = AtPrompt(session)
        assert "loop" not in prompt.opened
        session.refuses(1213, "remora/movePrompt", promptId=prompt.number, place="loop")
        prompt.gives("class Other:\n    def __await__(self): yield 'what only another library knows'")
        with pytest.raises(
            Failed, match="this waits for an event loop, and the program has not imported asyncio"
        ):
            prompt.gives("await Other()")
        prompt.gives("async def one(): return 1")
        assert prompt.gives("await one() + await one()") == "2"
        assert prompt.gives("import asyncio; await asyncio.sleep(0.01, 5)") == "5"
        body = prompt.answer(
            "await asyncio.sleep(0)\nt = asyncio.create_task(asyncio.sleep(0.01, 'slept'))\nt"
        )
        assert ended(prompt, body["remoraJob"])["result"] == "'slept'"
        number = prompt.send("print('begun'); await asyncio.sleep(100)")
        prompt.written("begun\n")
        prompt.cancel(number)
        prompt.failed(number, 1102)
        assert prompt.gives("await one()") == "1"


@pytest.mark.parametrize("name", ["MainThread", "spinner"])
def test_a_thread_of_the_program(start: StartDebuggee, name: str) -> None:
    debuggee = start(LOOPING)
    with attached(debuggee, noDebug=True) as session:
        prompt = AtPrompt(session, place="thread", threadId=session.threads()[name])
        assert prompt.opened["thread"] == name
        assert prompt.gives("threading.current_thread().name") == repr(name)
        prompt.gives("print('there'); local.mark = 1")
        assert prompt.written("\n") == "there\n"
        assert prompt.gives("local.mark") == "1"
        assert "NameError" in prompt.fails("nothing")["exception"]
        assert prompt.gives("await double(2)") == "4"
        goes_on(debuggee)
        assert "there" not in debuggee.output


def test_a_thread_that_is_held_is_let_go(start: StartDebuggee) -> None:
    debuggee = start(LOOPING)
    with attached(debuggee, noDebug=True, evaluationTimeout=0.3) as session:
        prompt = AtPrompt(session, place="thread")
        prompt.failed(prompt.send("while True: pass"), 1402)
        goes_on(debuggee)
        assert prompt.gives("1 + 1") == "2"


@pytest.mark.parametrize("text", ["time.sleep(100)", "threading.Lock().acquire() and gate.acquire()"])
@pytest.mark.parametrize("place", ["thread", "loop"])
def test_a_main_thread_that_waits_in_c_is_let_go(start: StartDebuggee, place: str, text: str) -> None:
    debuggee = start(LOOPING)
    with attached(debuggee, noDebug=True, evaluationTimeout=0.3) as session:
        prompt = AtPrompt(session, place=place)
        prompt.gives("gate = threading.Lock(); gate.acquire()")
        prompt.failed(prompt.send(text), 1402)
        goes_on(debuggee)
        assert prompt.gives("1 + 1") == "2"
        debuggee.send("__import__('signal').getsignal(__import__('signal').SIGURG)\n")
        assert "SIG_DFL" in debuggee.wait_line("gave")


def test_a_thread_that_does_not_come(start: StartDebuggee) -> None:
    debuggee = start(PLAIN)  # it waits for a line, in C
    debuggee.wait_blocked()
    with prompt_in(debuggee, place="thread") as prompt:
        number = prompt.send("x = 1")
        reason = prompt.client.wait_event("remora/promptWaits")["reason"]
        assert reason.startswith("MainThread is in <module>, ")
        prompt.cancel(number)
        prompt.failed(number, 1102)
        number = prompt.send("threading.current_thread().name")
        prompt.client.wait_event("remora/promptWaits")
        debuggee.send("1\n")
        assert prompt.client.response(number)["result"] == "'MainThread'"


def test_in_a_program_that_is_stopped(start: StartDebuggee) -> None:
    debuggee = start(LOOPING)
    with attached(debuggee) as dbg, attached(debuggee, noDebug=True) as session:
        own, main, loop = (
            AtPrompt(session),
            AtPrompt(session, place="thread"),
            AtPrompt(session, place="loop"),
        )
        own.gives("counter = 5")
        dbg.pause()
        assert main.gives("threading.current_thread().name") == "'MainThread'"
        assert own.gives("counter") == "5"
        number = loop.send("ticks")
        assert "stopped" in loop.client.wait_event("remora/promptWaits")["reason"]
        dbg.go()
        assert int(loop.client.response(number)["result"]) > 0


def test_in_the_background(start: StartDebuggee) -> None:
    debuggee = start(PLAIN)
    with prompt_in(debuggee) as prompt:
        prompt.gives("event = threading.Event()")
        waits = prompt.answer("print('waiting'); event.wait(); 'seen'", remoraBackground=True)["remoraJob"]
        prompt.written("waiting\n")
        fails = prompt.answer("1 / 0", remoraBackground=True)["remoraJob"]
        body = ended(prompt, fails)
        assert body["error"] == "ZeroDivisionError: division by zero"
        assert "<prompt" in body["traceback"]
        assert prompt.gives("event.set()") == ""
        body = ended(prompt, waits)
        assert body["result"] == "'seen'"
        assert body["what"] == "print('waiting'); event.wait(); 'seen'"
        number = prompt.send("print('endless')\nwhile True: pass", remoraBackground=True)
        job = prompt.client.response(number)["remoraJob"]
        prompt.written("endless\n")
        prompt.cancel(number)
        assert "cancelled" in ended(prompt, job)["error"].lower()


def test_futures_are_told_when_they_end(start: StartDebuggee) -> None:
    with prompt_in(start(PLAIN)) as prompt:
        prompt.gives("import concurrent.futures; future = concurrent.futures.Future()")
        job = prompt.answer("future")["remoraJob"]
        assert prompt.answer("future")["remoraJob"] == job
        prompt.gives("future.set_exception(ValueError('of the future'))")
        assert ended(prompt, job)["error"] == "ValueError: of the future"
        assert "remoraJob" not in prompt.answer("future")
