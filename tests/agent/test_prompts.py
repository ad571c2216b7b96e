"""A Python prompt in a program: names, results, output, errors, completion, and Ctrl-C."""

from __future__ import annotations

import random

import pytest

from tests.conftest import StartDebuggee
from tests.support.at_prompt import AtPrompt, prompt_in
from tests.support.dap import Failed
from tests.support.pythons import each_python
from tests.support.session import attached
from tests.support.ssh import until

pytestmark = each_python

PROGRAM = "prompts_on_request.py"
#: A stream of which nothing can be replaced.
BARE = """
class Bare:
    __slots__ = ()
    def write(self, text): return len(text)
    def flush(self): pass
"""


def test_names_are_its_own_over_those_of_the_module(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with prompt_in(debuggee) as prompt:
        assert prompt.opened["namespace"] == "__main__"
        assert prompt.opened["version"].startswith(str(debuggee.python.version))
        assert prompt.gives("counter") == "[3]"
        assert prompt.gives("counter.append(4); other = 5") == ""
        assert prompt.gives("def add(x):\n    return x + len(counter) + other\n") == ""
        assert prompt.gives("add(1)") == "8"
        assert prompt.gives("_ * 2") == "16"
        assert prompt.gives("None") == ""
        assert prompt.gives("_") == "16"
        prompt.gives("class Shape:\n    sides = counter\n    def area(self): return max(counter)\n")
        assert prompt.gives("Shape.sides, Shape().area(), Shape.__module__") == "([3, 4], 4, '__main__')"
        assert prompt.gives("[each + other for each in counter]") == "[8, 9]"
        assert prompt.gives("counter = 1; globals()['counter']") == "1"
        debuggee.send("sorted(globals())\n")
        names = debuggee.wait_line("gave")
        assert "other" not in names
        assert "Shape" not in names
        debuggee.send("counter\n")
        assert debuggee.wait_line("gave") == "gave [3, 4]"
        assert "NameError" in prompt.fails("missing")["exception"]


def test_what_is_installed_in_the_program_stays_and_works(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with prompt_in(debuggee) as prompt:
        prompt.gives("import json")
        prompt.gives(
            "factor = 3\ndef triple(x):\n    import os\n    return json.dumps(factor * len(x) + counter[0])"
        )
        prompt.gives("import __main__; __main__.triple = triple")
    for _ in range(3):
        debuggee.send("__import__('gc').collect(), triple('ab')\n")
        assert debuggee.wait_line("gave").endswith("'9')")


def test_another_module(start: StartDebuggee) -> None:
    with prompt_in(start(PROGRAM), namespace="os.path") as prompt:
        assert prompt.gives("join('a', 'b'), __name__") == "('a/b', 'os.path')"
        prompt.session.refuses(1212, "remora/openPrompt", namespace="no.such")


def test_output_is_for_who_typed(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with prompt_in(debuggee) as mine, prompt_in(debuggee) as theirs:
        mine.gives("print('mine', 1); import sys; sys.stderr.write('careful\\n')")
        assert mine.written("\n") == "mine 1\n"
        assert mine.written("\n", "stderr") == "careful\n"
        theirs.gives("print('theirs')")
        assert theirs.written("\n") == "theirs\n"
        mine.gives("sys.stdout.buffer.write(b'\\xff\\xc3\\xa9\\n')")
        assert mine.written("\n").encode("utf-8", "surrogateescape") == b"\xff\xc3\xa9\n"
        debuggee.send("print('of the program')\n")
        debuggee.wait_line("of the program")
        assert theirs.client.events("output") == mine.client.events("output") == []
        assert "mine" not in debuggee.output
        mine.gives("sys.stdout.close(); print('open')")
        assert mine.written("\n") == "open\n"
        debuggee.send("(sys.stderr.close(), sys.stderr.closed)\n")
        debuggee.wait_line("gave .None, True")
    debuggee.send("1 + 1\n")
    debuggee.wait_line("gave 2")


def test_what_is_written_comes_in_its_order_and_soon(start: StartDebuggee) -> None:
    with prompt_in(start(PROGRAM)) as prompt:
        number = prompt.send(
            "import sys\nfor i in range(300):\n"
            "    print(i); print(-i, file=sys.stderr)\n"
            "print('waits', end=''); threading.Event().wait(100)"
        )
        prompt.written("waits")
        prompt.cancel(number)
        prompt.failed(number, 1102)
        bodies = [message["body"] for _, message in prompt.client.log if message.get("event") == "output"]
        text = "".join(body["output"] for body in bodies)
        assert text.split() == [str(n) for i in range(300) for n in (i, -i)] + ["waits"]


def test_handlers_of_signals_that_write(start: StartDebuggee) -> None:
    with prompt_in(start("looping_on_request.py"), place="thread") as prompt:
        number = prompt.send(
            "import os, signal\n"
            "before = signal.signal(signal.SIGUSR1, lambda *_: print('handled'))\n"
            "for i in range(300): os.kill(os.getpid(), signal.SIGUSR1); print('sent')\n"
            "signal.signal(signal.SIGUSR1, before)"
        )
        prompt.client.response(number)
        bodies = [message["body"] for _, message in prompt.client.log if message.get("event") == "output"]
        text = "".join(body["output"] for body in bodies)
        assert text.count("handled\n") == text.count("sent\n") == 300


def test_errors_show_where_they_come_from(start: StartDebuggee) -> None:
    with prompt_in(start(PROGRAM)) as prompt:
        prompt.gives("def divide(x):\n    return x / 0  # here\n")
        error = prompt.fails("value = 1\ndivide(value)")
        assert error["exception"] == "ZeroDivisionError: division by zero"
        lines = error["traceback"].splitlines()
        assert lines[0] == "Traceback (most recent call last):"
        assert lines[1].endswith("line 2, in <module>")
        assert "    divide(value)" in lines
        assert "    return x / 0  # here" in lines
        assert "remora" not in error["traceback"]
        assert error["traceback"].count("File ") == 2
        error = prompt.fails("fails()")
        assert prompt.session.path in error["traceback"]
        assert "KeyError: 'cause'" in error["traceback"]
        assert "ValueError: of the program" in error["traceback"].splitlines()
        assert "SyntaxError" in prompt.fails("x = = 1")["traceback"]
        assert prompt.fails("exit(3)")["exitStatus"] == "3"
        assert prompt.fails("raise SystemExit")["exitStatus"] == "0"
        assert prompt.fails("raise SystemExit('a reason')")["exitStatus"] == "1"
        assert prompt.written("\n", "stderr") == "a reason\n"
        assert len(prompt.fails("def down(): down()\ndown()")["traceback"]) < 5000
        assert prompt.gives("1") == "1"


def test_future_imports_last(start: StartDebuggee) -> None:
    with prompt_in(start(PROGRAM)) as prompt:
        prompt.gives("from __future__ import annotations")
        prompt.gives("def f(x: no_such_name): pass")
        assert prompt.gives("f.__annotations__") == "{'x': 'no_such_name'}"


def test_its_thread_is_its_own_and_stays(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with prompt_in(debuggee) as prompt:
        prompt.gives("import threading, contextvars; local = threading.local(); local.x = 1")
        prompt.gives("var = contextvars.ContextVar('var'); token = var.set(2); ident = threading.get_ident()")
        assert prompt.gives("local.x, var.get(), ident == threading.get_ident()") == "(1, 2, True)"
        assert prompt.gives("ident == threading.main_thread().ident") == "False"
        debuggee.send("[each.name for each in __import__('threading').enumerate()]\n")
        assert debuggee.wait_line("gave") == "gave ['MainThread', 'looper']"
        assert set(prompt.session.threads()) == {"MainThread", "looper"}


def test_completions(start: StartDebuggee) -> None:
    with prompt_in(start(PROGRAM)) as prompt:
        prompt.gives("import threading; mine = {'key': 1}")

        def complete(text: str) -> list[str]:
            where = {"text": text, "column": len(text) + 1, "remoraPrompt": prompt.number}
            return [each["label"] for each in prompt.client.request("completions", where)["targets"]]

        assert complete("coun") == ["counter"]
        assert complete("min") == ["min", "mine"]
        assert "current_thread" in complete("threading.curr")
        assert complete("mine['") == ["'key'"]
        assert complete("lazy.va") == ["value"]
        assert (
            "this" in complete("import th") and prompt.gives("'this' in __import__('sys').modules") == "False"
        )
        assert "array" in complete("import json, arr")
        assert complete("import xml.dom.minid") == ["minidom"]
        assert "minidom" in complete("from xml.dom import ")
        assert complete("import no.such.") == []
        assert prompt.gives("lazy.asked") == "0"


def test_describe(start: StartDebuggee) -> None:
    with prompt_in(start(PROGRAM)) as prompt:
        asked = {"expression": "fails", "remoraPrompt": prompt.number}
        found = prompt.client.request("remora/describe", asked)
        assert (found["kind"], found["signature"], found["doc"]) == ("function", "(*args)", "Raises.")
        prompt.gives(
            "class Loud:\n    def __repr__(self): lazy.value; return 'loud'\ndef takes(x=Loud()): pass"
        )
        found = prompt.client.request("remora/describe", {**asked, "expression": "takes"})
        assert found["signature"].startswith("(x=<")
        prompt.session.refuses(1401, "remora/describe", **{**asked, "expression": "lazy.value"})
        assert prompt.gives("lazy.asked") == "0"


ENDLESS = ["while True: pass", "[None for _ in iter(int, 1)]", "import time; time.sleep(100)"]


@pytest.mark.parametrize("text", ENDLESS)
def test_cancel(start: StartDebuggee, text: str) -> None:
    debuggee = start(PROGRAM)
    with prompt_in(debuggee) as prompt:
        prompt.gives("x = 1")
        number = prompt.send("print('begun'); " + text if "while" not in text else "print('begun')\n" + text)
        waiting = prompt.send("x += 1")
        prompt.written("begun\n")
        prompt.cancel(number)
        prompt.failed(number, 1102)
        assert prompt.client.response(waiting)["result"] == ""
        assert prompt.gives("x") == "2"
        debuggee.send("1 + 1\n")
        debuggee.wait_line("gave 2")


def test_cancelling_what_writes_spoils_no_message(start: StartDebuggee) -> None:
    moments = random.Random(1)
    with prompt_in(start(PROGRAM)) as prompt:
        for _ in range(15):
            number = prompt.send("while True: print('x' * 50)")
            for _ in range(moments.randrange(1, 30)):
                prompt.written("\n")
            prompt.cancel(number)
            prompt.failed(number, 1102)
            assert prompt.gives("1 + 1") == "2"
            while prompt.client.events("output"):
                prompt.client.wait_event("output")


def test_much_output_waits_for_who_reads_it(start: StartDebuggee) -> None:
    with prompt_in(start(PROGRAM)) as prompt:
        number = prompt.send("for i in range(5): print('x' * 30_000_000)")
        assert len(prompt.written("\n")) == 30_000_001
        prompt.client.response(number)


def test_what_is_written_at_once_is_told_in_pieces(start: StartDebuggee) -> None:
    with prompt_in(start(PROGRAM)) as prompt:
        # More than may wait for a client that does not read.
        number = prompt.send("print('x' * 70_000_000, end='')")
        left = 70_000_000
        while left:
            left -= len(prompt.client.wait_event("output")["output"])
        prompt.client.response(number)


@pytest.mark.parametrize("stream", ["None", "Bare()"])
def test_output_where_the_stream_cannot_be_changed(start: StartDebuggee, stream: str) -> None:
    debuggee = start(PROGRAM)
    text = BARE + f"streams = sys.stdout, sys.stderr = {stream}, {stream}\n"
    debuggee.send(f"exec({text!r})\n")
    is_back = "[each is own for each, own in zip((sys.stdout, sys.stderr), streams)]"
    debuggee.send(f"__import__('os').write(1, repr({is_back}).encode() + b'\\n')\n")
    debuggee.wait_line(r"\[True, True\]")
    with prompt_in(debuggee) as prompt:
        prompt.gives("import sys, threading; print('mine'); sys.stderr.write('careful\\n') and None")
        assert prompt.written("\n") == "mine\n"
        assert prompt.written("\n", "stderr") == "careful\n"
        prompt.gives("one = threading.Thread(target=print, args=('not mine',)); one.start(); one.join()")
        assert prompt.client.events("output") == []
        prompt.gives("streams = sys.modules['__main__'].streams")
        assert prompt.gives(is_back) == "[False, False]"
        prompt.close()
        assert AtPrompt(prompt.session).gives("1 + 1") == "2"
    with prompt_in(debuggee) as prompt:
        assert prompt.gives("1 + 1") == "2"

    def are_its_own() -> bool:
        debuggee.send(f"__import__('os').write(1, repr({is_back}).encode() + b' again\\n')\n")
        return debuggee.wait_line("again") == "[True, True] again"

    assert until(are_its_own)


def test_cancel_before_its_turn(start: StartDebuggee) -> None:
    with prompt_in(start(PROGRAM)) as prompt:
        first = prompt.send("print('begun')\nwhile True: pass")
        second = prompt.send("x = 1")
        prompt.written("begun")
        prompt.cancel(second)
        prompt.failed(second, 1102)
        prompt.cancel(first)
        prompt.failed(first, 1102)
        assert "NameError" in prompt.fails("x")["exception"]


def test_a_client_that_has_prompts_alone_debugs_nothing(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg, prompt_in(debuggee) as prompt:
        thread = {"threadId": 1}
        for command in ("pause", "continue", "next"):
            prompt.session.refuses(1108, command, **thread)
        prompt.session.refuses(1108, "evaluate", expression="1")
        prompt.session.refuses(1108, "setBreakpoints", source={"path": prompt.session.path}, breakpoints=[])
        dbg.break_at("called")
        debuggee.send("called()\n")
        dbg.stops_at("called")
        # It works while the program is stopped, and the program goes on when the debugger has gone.
        assert prompt.gives("counter") == "[3]"
        dbg.detach()
        debuggee.wait_line("gave 'called'")
        assert prompt.gives("1 + 1") == "2"


def test_prompts_of_a_debugging_client_and_of_none_other(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg, attached(debuggee, observe=True) as observer:
        first, second = AtPrompt(dbg), AtPrompt(dbg)
        first.gives("x = 1")
        assert "NameError" in second.fails("x")["exception"]
        observer.refuses(1107, "remora/openPrompt")
        with prompt_in(debuggee) as other, pytest.raises(Failed):
            other.client.request("evaluate", {"expression": "x", "remoraPrompt": first.number})
        first.close()
        dbg.refuses(1211, "evaluate", expression="x", remoraPrompt=first.number)
        assert second.gives("2") == "2"


def test_closing_ends_what_runs(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with prompt_in(debuggee) as prompt:
        number = prompt.send("print('begun')\nwhile True: pass")
        prompt.written("begun\n")
        prompt.close()
        prompt.failed(number, 1102)
        again = AtPrompt(prompt.session)
        assert again.gives("1 + 1") == "2"
        prompt.session.refuses(1211, "remora/closePrompt", promptId=prompt.number)


def test_a_fork_from_a_prompt(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with prompt_in(debuggee, input=True, arguments=["x"]) as prompt:
        prompt.gives("import os, sys")
        text = "child = os.fork()\nif not child:\n    os.write(1, b'from the child\\n'); os._exit(7)\n"
        prompt.gives(text + "os.waitpid(child, 0)[1] >> 8\n")
        assert prompt.gives("_") == "7"
        debuggee.wait_line("from the child")
        # One that goes on with what was typed ends with it, and writes where the program does.
        prompt.gives("import warnings; warnings.simplefilter('ignore')")
        prompt.gives("child = os.fork()\nif not child: print('from another', flush=True)")
        assert prompt.gives("os.waitpid(child, 0)[0] == child") == "True"
        debuggee.wait_line("from another")
        assert "Traceback" not in debuggee.output


def test_the_program_ends(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with prompt_in(debuggee) as prompt:
        prompt.send("print('begun')\nwhile True: pass")
        prompt.written("begun\n")
        assert debuggee.wait_end() == 0
        prompt.client.wait_event("terminated")
