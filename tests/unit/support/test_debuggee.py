"""The harness that starts debuggees."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.conftest import StartDebuggee
from tests.support.debuggee import DEBUGGEES, Debuggee, markers
from tests.support.pythons import ALL, each_python


@each_python
def test_talks_and_ends(start: StartDebuggee) -> None:
    debuggee = start("echoes.py")
    debuggee.send("this\n")
    assert debuggee.wait_line("heard") == "heard this"
    assert Path(f"/proc/{debuggee.pid}/cmdline").read_text().split("\0")[2] == debuggee.path_inside
    assert debuggee.wait_end() == 0
    assert debuggee.output.splitlines() == ["ready", "heard this", "bye"]


def test_is_killed_at_the_end_even_when_stopped() -> None:
    with Debuggee(ALL[0], DEBUGGEES / "echoes.py") as debuggee:
        debuggee.wait_line()
        debuggee.signal(signal.SIGSTOP)
    assert not debuggee.is_running()
    assert not debuggee.directory.exists()


def test_what_does_not_come_is_told_with_the_output() -> None:
    with Debuggee(ALL[0], DEBUGGEES / "echoes.py", timeout=0.2) as debuggee:
        debuggee.wait_line()
        with pytest.raises(AssertionError, match=r"(?s)did not write 'heard': 0.2 s went by.*ready"):
            debuggee.wait_line("heard")


def test_markers() -> None:
    assert markers(DEBUGGEES / "echoes.py") == {"heard": 5, "bye": 6}
