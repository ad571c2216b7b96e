"""Which program the console follows when one becomes two, or another."""

from __future__ import annotations

import sys

import pexpect
import pytest

from tests.conftest import StartDebuggee
from tests.support.console import Console, console
from tests.support.debuggee import Debuggee
from tests.support.patience import PATIENCE
from tests.support.pythons import each_python_here

pytestmark = each_python_here


def begin(debuggee: Debuggee, ada: Console) -> str:
    """Set a breakpoint in the running program; the place of its stops."""
    place = f"divides_on_request.py:{debuggee.line_of('adds')}"
    ada.says(f"break {place}", "breakpoint 1")
    return f"({place} "


def following(debuggee: Debuggee, mode: str) -> list[str]:
    return ["attach", "--no-stop", "--follow-fork", mode, str(debuggee.pid)]


def test_the_parent_is_followed_unless_it_is_said(start: StartDebuggee) -> None:
    debuggee = start("divides_on_request.py")
    with console("attach", "--no-stop", str(debuggee.pid)) as ada:
        where = begin(debuggee, ada)
        debuggee.send("fork\n")
        debuggee.wait_line("child 3")
        ada.shows(where)
        ada.says("show follow-fork", "follow-fork is parent")
        ada.says("where", "<module>")
        ada.says("info sessions ;; p 'all'", "'all'")
        assert "\n   2" not in ada.output


@pytest.mark.parametrize("how", ["fork", "spawn"])
def test_both_are_followed(start: StartDebuggee, how: str) -> None:
    debuggee = start("divides_on_request.py")
    with console(*following(debuggee, "both")) as ada:
        where = begin(debuggee, ada)
        debuggee.send(how + "\n")
        ada.shows("[session 2 stopped: breakpoint")
        ada.says("session 2", where)
        ada.says("p who", "'child'" if how == "fork" else "'worker'")
        ada.says("delete 1 ;; continue", "[session 1:")
        ada.shows(where)
        ada.says("p who", "'parent'")
        ada.types("quit")
        debuggee.wait_line("parent 3")


def test_a_wait_for_the_parent_ends_with_the_stop_of_the_child(start: StartDebuggee) -> None:
    debuggee = start("divides_on_request.py")
    with console("attach", "--follow-fork", "both", str(debuggee.pid)) as ada:
        ada.shows("MainThread")
        where = begin(debuggee, ada)
        ada.types("continue")
        debuggee.send("fork\n")
        ada.shows("[session 2:")
        ada.shows(where)
        ada.says("p who", "'child'")


def test_the_child_is_followed(start: StartDebuggee) -> None:
    debuggee = start("divides_on_request.py")
    with console(*following(debuggee, "child")) as ada:
        where = begin(debuggee, ada)
        debuggee.send("fork\n")
        ada.shows("goes on by itself]")
        ada.shows("(divides_on_request.py:")
        ada.says("info program", "stopped: entry")
        ada.says("continue", where)
        ada.says("p who", "'child'")
        ada.types("quit")
        debuggee.wait_line("child 3")
        debuggee.wait_line("parent 3")


def test_it_can_be_chosen_at_any_time(start: StartDebuggee) -> None:
    debuggee = start("divides_on_request.py")
    with console("attach", "--no-stop", str(debuggee.pid)) as ada:
        where = begin(debuggee, ada)
        ada.says("set follow-fork sideways", "'sideways' is not one of")
        ada.says("set follow-fork child ;; show follow-fork", "follow-fork is child")
        debuggee.send("fork\n")
        ada.shows("goes on by itself]")
        ada.shows("(divides_on_request.py:")
        ada.says("continue", where)
        ada.says("p who", "'child'")


@pytest.mark.parametrize("waits", [False, True])
def test_a_session_survives_exec(start: StartDebuggee, waits: bool) -> None:
    debuggee = start("divides_on_request.py")
    with console("attach", "--no-stop", str(debuggee.pid)) as ada:
        where = begin(debuggee, ada)
        if waits:
            ada.says("pause", "MainThread")
            ada.types("continue")
        debuggee.send("exec\n")
        ada.shows("has become another program]")
        debuggee.wait_line("ready")
        debuggee.send("work\n")
        ada.shows(where)
        ada.says("p who", "'worker'")
        ada.says("p __import__('sys').argv[1:]", "['again']")
        ada.says("info sessions", "-> 1 ")
        ada.types("quit")
        debuggee.wait_line("worker 3")


def test_a_program_that_is_run_survives_exec(start: StartDebuggee) -> None:
    debuggee = start("divides_on_request.py")
    with console("run", "--python", *debuggee.python.command(), "-c", EXECS) as ada:
        ada.says("continue", "has become another program]")
        ada.shows("the program has ended")
        assert ada.wait() == 3


EXECS = "import os, sys; os.execv(sys.executable, [sys.executable, '-c', 'import sys; sys.exit(3)'])"


def test_who_sits_at_a_terminal_is_asked(start: StartDebuggee) -> None:
    debuggee = start("divides_on_request.py")
    words = ["-m", "remora", "attach", "--follow-fork", "ask", str(debuggee.pid)]
    terminal = pexpect.spawn(sys.executable, words, timeout=PATIENCE, encoding="utf-8", dimensions=(40, 120))
    try:
        terminal.expect(r"\(remora\)")
        terminal.sendline("continue")
        debuggee.send("fork\n")
        terminal.expect("Follow the parent, the child or both")
        terminal.sendline("p")
        terminal.expect("session 1:")
        debuggee.wait_line("parent 3")
        terminal.sendintr()
        terminal.expect("MainThread")
        terminal.sendline("set follow-fork ask ;; detach")
        terminal.expect(pexpect.EOF)
    finally:
        terminal.close(force=True)
