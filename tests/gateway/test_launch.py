"""Programs that an IDE launches: what they get, what is shown of them, how they end."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.dap import Failed
from tests.support.debuggee import DEBUGGEES, markers
from tests.support.ide import Ide
from tests.support.pythons import SAME_ROOT, Python, each_python_here

SOURCE = DEBUGGEES / "under_ide.py"
LINES = markers(SOURCE)
PROGRAM = str(SOURCE)
NEWEST = SAME_ROOT[-1].argv0


def program(*args: str, **options: object) -> dict[str, object]:
    return {"program": PROGRAM, "args": list(args), "python": NEWEST, **options}


@each_python_here
def test_launch_stop_continue_end(python: Python) -> None:
    with Ide() as ide:
        ide.launch(program("show", python=python.argv0), {PROGRAM: [LINES["show"]]})
        ide.stops_at(LINES["show"])
        assert [event["name"] for event in ide.client.events("process")] == [PROGRAM]
        ide.resume()
        ide.wait_output("done\n")
        ide.wait_output("err\n", "stderr")
        assert ide.exit_code() == 0
        ide.disconnect()
        assert not ide.client.events("terminated")


@pytest.mark.parametrize("no_debug", [False, True], ids=["debug", "noDebug"])
@pytest.mark.parametrize(
    ("words", "status"), [(["leave", "3"], 3), (["die", "15"], 128 + 15), (["die", "9"], 128 + 9)]
)
def test_exit_status_is_the_programs(words: list[str], status: int, no_debug: bool) -> None:
    with Ide() as ide:
        ide.launch(program(*words, noDebug=no_debug))
        assert ide.exit_code() == status


def test_output_comes_before_the_end() -> None:
    code = "import os, sys; os.write(1, b'x' * 300_000); os.write(2, b'end'); os._exit(0)"
    with Ide() as ide:
        ide.launch({"code": code, "python": NEWEST})
        assert ide.exit_code() == 0
        written = {"stdout": "", "stderr": "", "console": ""}
        for event in ide.client.events("output"):
            written[event["category"]] += event["output"]
        assert written == {"stdout": "x" * 300_000, "stderr": "end", "console": ""}


def described(ide: Ide, options: dict[str, object]) -> list[str]:
    """What the program says of itself, by lines."""
    ide.launch(options)
    ide.client.wait_event("terminated")
    return "".join(event["output"] for event in ide.client.events("output")).splitlines()


@pytest.mark.parametrize("no_debug", [False, True], ids=["debug", "noDebug"])
def test_what_the_program_gets(tmp_path: Path, no_debug: bool) -> None:
    env = {"SET_BY_IDE": "yes", "HOME": None}
    options = program("describe", "a b", "*", cwd=str(tmp_path), env=env, noDebug=no_debug)
    with Ide() as ide:
        lines = described(ide, options)
    assert lines == ["argv ['a b', '*']", f"cwd {tmp_path}", "set yes home None", "tty False", "done"]


def test_where_it_begins_and_text_as_args(tmp_path: Path) -> None:
    copy = shutil.copy(SOURCE, tmp_path)
    with Ide() as ide:
        lines = described(
            ide, {"program": copy, "args": "describe 'a  b' * $HOME", "pythonPath": [NEWEST, "-B"]}
        )
    assert lines[:2] == ["argv ['a  b', '*', '$HOME']", f"cwd {tmp_path}"]


@pytest.mark.parametrize("no_debug", [False, True], ids=["debug", "noDebug"])
@pytest.mark.parametrize("form", ["module", "code"])
def test_modules_and_texts(tmp_path: Path, form: str, no_debug: bool) -> None:
    shutil.copy(SOURCE, tmp_path / "module_of_test.py")
    code = ["import sys", "print('argv', sys.argv[2:])"]
    options = {
        **({"module": "module_of_test"} if form == "module" else {"code": code}),
        "args": ["describe", "x"],
        "cwd": str(tmp_path),
        "python": [NEWEST],
        "noDebug": no_debug,
    }
    with Ide() as ide:
        assert described(ide, options)[0] == "argv ['x']"


def test_without_a_debugger_it_runs_at_once() -> None:
    with Ide() as ide:
        ide.initialize()
        ide.client.request("launch", program("wait", noDebug=True))
        assert ide.client.wait_event("process")["startMethod"] == "launch"
        ide.wait_output("waiting")
        for command in ("setBreakpoints", "setFunctionBreakpoints", "pause"):
            with ide.client.fails(1604):
                ide.client.request(command)
        ide.disconnect()
        assert ide.client.events("initialized") == []


@pytest.mark.parametrize("words", [["-I"], ["-S"], ["-B", "-O"], ["-W", "error"], ["-E", "-s"]], ids=str)
def test_options_of_the_interpreter(words: list[str]) -> None:
    """Output comes at once also when the environment is not looked at."""
    with Ide() as ide:
        ide.launch(program("wait", pythonArgs=words, env={"PYTHONWARNINGS": "error"}))
        ide.wait_output("waiting")
        ide.disconnect()


def test_output_is_text_of_the_terminal() -> None:
    code = """
import os, sys
for chunk in (b"\\x1b[31mred\\x1b[0m ", b"\\xe2", b"\\x82", b"\\xac ", b"\\xff\\n"):
    os.write(1, chunk)
print("\\u20ac")
"""
    with Ide() as ide:
        ide.launch({"code": code, "python": NEWEST, "env": {"LC_ALL": "C"}})
        ide.wait_output("\x1b[31mred\x1b[0m \u20ac \\xff\n\u20ac\n")


@pytest.mark.parametrize("no_debug", [False, True], ids=["debug", "noDebug"])
def test_output_may_be_left_alone(no_debug: bool) -> None:
    with Ide() as ide:
        assert described(ide, program("show", redirectOutput=False, noDebug=no_debug)) == []


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"python": "/no/python"}, r"/no/python cannot be run \(No such file or directory\)"),
        ({"cwd": "/no/directory"}, "there is no directory '/no/directory'"),
        ({"python": "/bin/true"}, r"ended before it ran anything \(exit status 0\)"),
        ({"python": [NEWEST, "-c", "exit(3)"]}, r"ended before it ran anything \(exit status 3\)"),
    ],
)
def test_what_cannot_be_started(options: dict[str, object], text: str) -> None:
    with Ide() as ide:
        ide.initialize()
        with pytest.raises(Failed, match=text) as failed:
            ide.client.request("launch", program("show", **options))
        assert failed.value.body["error"]["showUser"] is True
        ide.client.wait_event("terminated")
        ide.launch(program("show"))
        assert ide.exit_code() == 0


@each_python_here
def test_breakpoints_in_the_program_itself_are_verified_at_once(python: Python) -> None:
    file = DEBUGGEES / "loop.py"
    wanted = {"source": {"path": str(file)}, "breakpoints": [{"line": markers(file)["body"]}]}
    with Ide() as ide:
        ide.initialize()
        ide.begin("launch", {"program": str(file), "python": python.argv0})
        (breakpoint,) = ide.client.request("setBreakpoints", wanted)["breakpoints"]
        assert breakpoint["verified"] and "message" not in breakpoint
        ide.configured()
        ide.stops_at(markers(file)["body"])
        assert not ide.client.events("breakpoint")
