"""Byte code, signals and exceptions in the console, over real programs on every interpreter."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.conftest import StartDebuggee
from tests.support.debuggee import Debuggee
from tests.support.patience import PATIENCE
from tests.support.pythons import CHECKOUT, each_python

pytestmark = each_python

PROGRAM = "for_experts.py"


@pytest.fixture
def debuggee(start: StartDebuggee) -> Debuggee:
    return start(PROGRAM)


def run(debuggee: Debuggee, marker: str, *commands: str) -> str:
    """What a batch shows of which the commands begin at a marker."""
    first = [f"tbreak {debuggee.path_inside}:{debuggee.line_of(marker)}", "continue"]
    typed = [word for each in (*first, *commands) for word in ("-e", each)]
    words = ["attach", "--batch", "--timeout", "20", *typed, str(debuggee.pid)]
    done = subprocess.run(
        [sys.executable, "-m", "remora", *words],
        cwd=CHECKOUT, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    return done.stdout


def marked(shown: str) -> list[str]:
    """The instructions at which a mark says that the program stands: offset and name."""
    return re.findall(r"^ *\d* *-> .. *(\d+ \w+)", shown, re.MULTILINE)


def test_byte_code(debuggee: Debuggee) -> None:
    shown = run(
        debuggee,
        "once",
        "disassemble",
        "disassemble double",
        "disassemble Cart",
        f"disassemble {debuggee.line_of('twice')}",
        "info code",
        "info lines",
        "info offsets",
        "info pc",
    )
    assert re.search(rf"^ *{debuggee.line_of('once')} -> +\d+ LOAD_\w+ +\d+", shown, re.MULTILINE)
    assert "Cart.total\n" in shown
    assert "Cart.made\n" in shown
    assert "RETURN_VALUE" in shown
    assert "work at " in shown
    assert "locals: once, twice" in shown
    offset = marked(shown)[0].split()[0]
    assert f"offset {offset} of work, " in shown
    assert len(marked(shown)) == 2


def test_instructions_one_by_one(debuggee: Debuggee) -> None:
    shown = run(debuggee, "once", "stepi", "nexti 2", "stepi 30")
    offsets = [int(each.split()[0]) for each in marked(shown)]
    assert offsets[0] < offsets[1]
    assert len(offsets) == 3
    assert f"{debuggee.path.name}:{debuggee.line_of('once')} MainThread): work" in shown


def test_a_signal_stops_the_program_and_may_be_kept_from_it(debuggee: Debuggee) -> None:
    shown = run(
        debuggee,
        "once",
        "handle USR1 stop nopass",
        "info signals",
        "continue",
        "info program",
        "handle USR1 nostop pass",
        "handle USR1",
    )
    assert re.search(r"SIGUSR1 +yes +yes +no +told", shown)
    assert "signal SIGUSR1: User defined signal 1\n" in shown
    assert "): work\n" in shown
    assert "stopped: signal" in shown
    assert re.search(r"SIGUSR1 +no +yes +yes +told\n$", shown)


def test_a_signal_is_sent(debuggee: Debuggee) -> None:
    debuggee.wait_line("got")
    shown = run(debuggee, "once", "handle USR2 stop nopass", "kill USR2", "continue")
    assert "sent USR2\n" in shown
    assert "signal SIGUSR2: " in shown


def test_the_exception_that_is_handled(debuggee: Debuggee) -> None:
    shown = run(debuggee, "handling", "analyze", "info locals", "up", "analyze", "p error.args")
    assert "-> 0 KeyError: 'coffee'\n" in shown
    assert f"!! {debuggee.line_of('missing'):>4}         return table[key]" in shown
    assert "table = {'tea': 4}" in shown
    assert shown.endswith("('coffee',)\n")


def test_steps_to_calls_and_returns(debuggee: Debuggee) -> None:
    shown = run(debuggee, "twice", "step>", "step<", "info return", "step!")
    assert f"-> {debuggee.line_of('double') - 1:>4} def double(x):" in shown
    assert f"<- {debuggee.line_of('double'):>4}     return x * 2" in shown
    assert shown.count("(return) = 8\n") == 2
    assert f"!! {debuggee.line_of('missing'):>4}         return table[key]" in shown
