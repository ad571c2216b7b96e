"""Programs that an IDE launches: what they get, what is shown of them, how they end."""

from __future__ import annotations

import pytest

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
