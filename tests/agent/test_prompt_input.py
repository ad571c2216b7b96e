"""`sys.stdin` and `sys.argv` at a prompt are the client's, and the program's everywhere else."""

from __future__ import annotations

from tests.conftest import StartDebuggee
from tests.support.at_prompt import AtPrompt, prompt_in
from tests.support.pythons import each_python

pytestmark = each_python

PROGRAM = "prompts_on_request.py"


def asked(prompt: AtPrompt, text: str, end: bool = False) -> None:
    """Give input when it is wanted."""
    prompt.client.wait_event("remora/inputWanted", lambda body: body["promptId"] == prompt.number)
    prompt.client.request("remora/input", {"promptId": prompt.number, "text": text, "end": end})


def test_input(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with prompt_in(debuggee, input=True) as prompt:
        prompt.gives("import sys")
        number = prompt.send("input('name? ')")
        assert prompt.written("name? ") == "name? "
        asked(prompt, "Ada\nsecond\n")
        assert prompt.client.response(number)["result"] == "'Ada'"
        assert prompt.gives("sys.stdin.readline()") == r"'second\n'"
        number = prompt.send("list(sys.stdin)")
        asked(prompt, "a\nb")
        asked(prompt, "c", end=True)
        assert prompt.client.response(number)["result"] == r"['a\n', 'bc']"
        number = prompt.send("sys.stdin.buffer.read()")
        asked(prompt, "caf\u00e9\udcff", end=True)
        assert prompt.client.response(number)["result"] == repr("café".encode() + b"\xff")
        number = prompt.send("input()")
        asked(prompt, "", end=True)
        assert "EOFError" in prompt.failed(number)["exception"]
        assert prompt.gives("sys.stdin.isatty()") == "False"
        # The program has its own meanwhile.
        debuggee.send("sys.stdin.fileno(), sys.stdin.readline()\nof the program\n")
        assert debuggee.wait_line("gave") == r"gave (0, 'of the program\n')"


def test_much_input(start: StartDebuggee) -> None:
    with prompt_in(start(PROGRAM), input=True) as prompt:
        number = prompt.send("import sys; sum(len(line) for line in sys.stdin)")
        for _ in range(10):
            asked(prompt, ("x" * 99 + "\n") * 10_000)
        asked(prompt, "", end=True)
        assert prompt.client.response(number)["result"] == "10000000"


def test_cancelling_a_read(start: StartDebuggee) -> None:
    with prompt_in(start(PROGRAM), input=True) as prompt:
        number = prompt.send("input()")
        prompt.client.wait_event("remora/inputWanted")
        prompt.cancel(number)
        prompt.failed(number, 1102)
        number = prompt.send("input()")
        asked(prompt, "again\n")
        assert prompt.client.response(number)["result"] == "'again'"


def test_arguments(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with prompt_in(debuggee, arguments=["script.py", "-x", "1"]) as prompt:
        assert prompt.gives("import sys; sys.argv, sys.argv[1:], len(sys.argv)") == (
            "(['script.py', '-x', '1'], ['-x', '1'], 3)"
        )
        prompt.gives("import argparse; parser = argparse.ArgumentParser(); parser.add_argument('-x')")
        assert prompt.gives("parser.parse_args()") == "Namespace(x='1')"
        with prompt_in(debuggee, arguments=["other"]) as other:
            assert other.gives("import sys; list(sys.argv)") == "['other']"
        assert prompt.gives("[*sys.argv]") == "['script.py', '-x', '1']"
        debuggee.send("[each.rpartition('/')[2] for each in sys.argv]\n")
        assert debuggee.wait_line("gave") == "gave ['prompts_on_request.py']"
    debuggee.send("type(sys.argv), type(sys.stdin)\n")
    for _ in range(100):  # the connection is closed before they are given back
        line = debuggee.wait_line("gave")
        if "remora" not in line:
            break
        debuggee.send("type(sys.argv), type(sys.stdin)\n")
    assert line == "gave (<class 'list'>, <class '_io.TextIOWrapper'>)"


def test_without_input_none_is_given(start: StartDebuggee) -> None:
    with prompt_in(start(PROGRAM)) as prompt:
        prompt.session.refuses(1214, "remora/input", promptId=prompt.number, text="x")
