"""`remora shell` on real programs, typed into a pipe as a script would, and to its end."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys

from tests.conftest import StartDebuggee
from tests.support.console import console
from tests.support.debuggee import Debuggee
from tests.support.patience import PATIENCE
from tests.support.pythons import each_python_here

pytestmark = each_python_here


def served(port: int) -> int:
    """Ask the program, which answers how often it was asked."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as sock, sock.makefile("rw") as file:
        file.write("\n")
        file.flush()
        return int(file.readline())


def port_of(debuggee: Debuggee) -> int:
    return int(debuggee.wait_line("ready").split()[1])


def test_a_conversation(start: StartDebuggee) -> None:
    debuggee = start("serves.py", ready=None)
    port = port_of(debuggee)
    with console("shell", str(debuggee.pid)) as ada:
        ada.says("shop.items", "['tea', 'salt']")
        ada.says("_[0]", "'tea'")
        ada.types("for item in shop.items:\n    print(item.upper())")
        ada.says("await later('it came')", "TEA\nSALT\n'it came'")
        traceback = ada.says("fail()", "IndexError: list index out of range")
        assert f'serves.py", line {debuggee.line_of("fail")}, in fail' in traceback
        assert "    return shop.items[7]" in traceback
        assert served(port) == 1
        ada.says("served", "1\n")
        described = ada.says("shop.total??", "\n    return len(self.items)")
        assert "call: total(tax=0.2, rounded=False)" in described
        ada.says("%tasks", "waiting")
        ada.says("%nothing", "there is no '%nothing'; '%help' lists what there is")
        ada.types("exit")
        assert ada.wait() == 1, "something has failed"
    assert served(port) == 2


def test_names_are_each_ones_own_over_shared_ones(start: StartDebuggee) -> None:
    debuggee = start("serves.py", ready=None)
    port = port_of(debuggee)
    with console("shell", str(debuggee.pid)) as ada, console("shell", str(debuggee.pid)) as bob:
        ada.says("mine = 1; shop.items.append('rice'); len(shop.items)", "3\n")
        bob.says("len(shop.items)", "3\n")
        bob.says("mine", "NameError")
        bob.says("import __main__; __main__.served = 40; served", "40\n")
        ada.says("served", "40\n")
        ada.kill()
        bob.says("'still here'", "'still here'")
    assert served(port) == 41


def test_interrupting_what_blocks(start: StartDebuggee) -> None:
    debuggee = start("serves.py", ready=None)
    port = port_of(debuggee)
    with console("shell", str(debuggee.pid)) as ada:
        ada.types("import time; print('begun'); time.sleep(100)")
        ada.shows("begun")
        assert served(port) == 1
        ada.process.send_signal(signal.SIGINT)
        assert ada.wait() == 130
        assert "interrupted" in ada.output
    assert served(port) == 2


def test_ctrl_c_while_nothing_comes(start: StartDebuggee) -> None:
    with console("shell", str(start("serves.py").pid)) as ada:
        ada.says("'here'", "'here'")
        ada.process.send_signal(signal.SIGINT)
        assert ada.wait() == 130


def test_nobody_reads_what_it_shows(start: StartDebuggee) -> None:
    command = [sys.executable, "-m", "remora", "shell", str(start("serves.py").pid)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as shell:
        assert shell.stdin and shell.stdout and shell.stderr
        shell.stdin.write("while True: print('y')\n\n")
        shell.stdin.flush()
        assert shell.stdout.readline() == "y\n"
        shell.stdout.close()
        assert shell.wait(PATIENCE) == 1
        assert shell.stderr.read() == ""


def test_the_end_of_the_program_is_said(start: StartDebuggee) -> None:
    debuggee = start("serves.py", ready=None)
    port_of(debuggee)
    with console("shell", str(debuggee.pid)) as ada:
        ada.says("'here'", "'here'")
        debuggee.signal(signal.SIGKILL)
        assert ada.wait() == 1


def test_what_cannot_be_opened_is_one_sentence(start: StartDebuggee) -> None:
    debuggee = start("serves.py", ready=None)
    port_of(debuggee)
    with console("shell", "--namespace", "no.such", str(debuggee.pid)) as ada:
        assert ada.wait() == 1
        assert ada.output.startswith("remora: ") and ada.output.count("\n") == 1, ada.output
    with console("shell", "--thread", "nobody", str(debuggee.pid)) as ada:
        assert ada.wait() == 1
        ada.shows("remora: no thread is called 'nobody'; give a number: 1 MainThread")
