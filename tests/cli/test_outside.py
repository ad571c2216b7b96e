"""Programs that nobody gets into, at a console: what is said, how soon, and what there is to be seen."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from tests.conftest import StartDebuggee
from tests.support.console import at_terminal, console, gets_in
from tests.support.debuggee import Debuggee
from tests.support.patience import PATIENCE
from tests.support.pythons import CHECKOUT, SAME_ROOT, Python, each_python, each_python_here
from tests.support.tracer import traced

on_newest = pytest.mark.parametrize("python", SAME_ROOT[-1:], ids=str)


def remora(*args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "remora", *args]
    return subprocess.run(command, input="bt\n", capture_output=True, text=True, timeout=PATIENCE)


def wedged(start: StartDebuggee) -> Debuggee:
    debuggee = start("keeps_gil.py")
    debuggee.wait_blocked("nanosleep")
    return debuggee


@each_python
def test_a_batch_is_told_what_to_do(python: Python, start: StartDebuggee) -> None:
    debuggee = wedged(start)
    done = remora("attach", str(debuggee.pid), "--batch", "-e", "bt")
    assert (done.returncode, done.stdout) == (1, "")
    assert "does not release the GIL" in done.stderr
    assert f"`remora stack {debuggee.pid}" in done.stderr
    piped = remora("attach", str(debuggee.pid))
    assert (piped.returncode, piped.stdout, piped.stderr) == (1, "", done.stderr)
    assert debuggee.is_running()


@on_newest
def test_a_prepared_program_is_no_exception(python: Python, start: StartDebuggee) -> None:
    debuggee = start("keeps_gil.py", options=("-c", PREPARED))
    debuggee.wait_blocked("nanosleep")
    done = remora("attach", str(debuggee.pid), "--batch")
    assert "does not release the GIL" in done.stderr
    debuggee.stop()
    assert "is stopped by a signal" in remora("attach", str(debuggee.pid), "--batch").stderr


#: Runs the file argv[1] with a door open.
PREPARED = """
import sys
sys.path.insert(0, SOURCE)
import remora, runpy
remora.listen()
runpy.run_path(sys.argv[1], run_name="__main__")
""".replace("SOURCE", repr(str(CHECKOUT / "src")))


@on_newest
def test_a_person_is_shown_it_from_outside(python: Python, start: StartDebuggee, tmp_path: Path) -> None:
    debuggee = wedged(start)
    with at_terminal("attach", str(debuggee.pid), state=tmp_path) as child:
        child.expect_exact(f"Process {debuggee.pid} does not release the GIL")
        child.expect_exact(f"A picture of process {debuggee.pid} from outside")
        child.expect_exact(f"GIL held by thread {debuggee.pid}")
        child.expect_exact("ctypes.PyDLL(None).sleep(3600)")
        child.expect_exact("(remora:outside")
        child.sendline("continue")
        child.expect_exact("is refused: this is a picture of the program")
        child.sendline("kill")
        child.expect_exact("this is a picture of the program")
        child.sendline("refresh")
        child.expect_exact(f"A picture of process {debuggee.pid} from outside")
        child.sendline("quit")
        child.expect(pexpect.EOF)
    assert debuggee.is_running()


@each_python_here
def test_a_picture_is_looked_through(start: StartDebuggee) -> None:
    debuggee = start("keeps_gil.py")
    debuggee.wait_blocked("nanosleep")
    with console("attach", "--outside", str(debuggee.pid)) as ada:
        ada.shows("nothing of it can be run or changed")
        rows = ada.says("info threads ;; frame 3", f"keeps_gil.py:{debuggee.line_of('module')}")
        assert "holds the GIL" in rows
        assert f"worker at keeps_gil.py:{debuggee.line_of('worker')} (sleeps)" in rows
        ada.says("frame 0 ;; info locals", "numbers = ")
        ada.says("info args", "depth = 0")
        ada.says("p numbers", "[1, 2, 3]")
        ada.says("p len(numbers)", "'len(numbers)' is no local variable of this frame")
        ada.says("up", f"keeps_gil.py:{debuggee.line_of('recursion')}")
        ada.says("bt", "#3   <module>")
        ada.says("list keeps_gil.py:1", "Never gives the GIL back")
        ada.says(f"break keeps_gil.py:{debuggee.line_of('held')}", "nothing stops in a picture from outside")
        for command in ("next", "step", "finish", "jump 3", "info modules", "set var depth = 1"):
            ada.says(command, "outside")
        for command in ("pause", "restart", "python"):
            ada.says(command, "this is a picture of the program")
        ada.says("help", "refresh  looks again")
        ada.types("quit")
        assert ada.wait() == 0
    assert debuggee.is_running()


@on_newest
def test_a_core_file(python: Python, start: StartDebuggee, tmp_path: Path) -> None:
    debuggee = wedged(start)
    core = str(debuggee.dump_core(tmp_path))
    done = remora("attach", core, "--batch", "-e", "info locals")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"core file {core} from outside" in done.stdout
    assert "[1, 2, 3]" in done.stdout
    observing = remora("attach", "--observe", core, "--batch")
    assert (observing.returncode, observing.stdout) == (1, "")
    assert "no Python process has" in observing.stderr
    other = remora("attach", __file__, "--batch")
    assert (other.returncode, other.stdout) == (1, "")
    assert "is no core file" in other.stderr


@on_newest
def test_refresh_is_for_pictures(python: Python, start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with console("attach", str(debuggee.pid)) as ada:
        ada.says("refresh", "there is nothing to refresh: this is the program itself")


@each_python
def test_getting_in_when_that_is_possible_again(python: Python, start: StartDebuggee, tmp_path: Path) -> None:
    debuggee = start("loop.py")
    debuggee.stop()
    with at_terminal("attach", str(debuggee.pid), state=tmp_path) as child:
        child.expect_exact("(remora:outside")
        child.sendline(f"break {debuggee.path_inside}:{debuggee.line_of('body')}")
        child.expect_exact("nothing stops in a picture from outside")
        child.sendline("attach")
        child.expect_exact("is stopped by a signal")
        child.expect_exact("(remora:outside")
        debuggee.signal(signal.SIGCONT)
        child.expect_exact(f"Process {debuggee.pid} is not stopped any more: it can be attached to now.")
        gets_in(child)
        child.sendline("continue")
        child.expect_exact("breakpoint 1")
        child.sendline("quit")
        child.expect(pexpect.EOF)
    assert debuggee.is_running()


@on_newest
def test_what_has_ended_is_not_got_into(python: Python, start: StartDebuggee, tmp_path: Path) -> None:
    debuggee = wedged(start)
    core = str(debuggee.dump_core(tmp_path))
    with console("attach", core) as ada:
        ada.shows("nothing of it can be run")
        ada.says("attach", "this is what is left of a program that has ended")
        ada.says("bt", "<module>")


@on_newest
def test_the_end_of_the_program(python: Python, start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    with console("attach", "--outside", str(debuggee.pid)) as ada:
        ada.shows("nothing of it can be run")
        debuggee.wait_end()
        ada.says("refresh", f"process {debuggee.pid}")
        ada.says("bt", "<module>")
        ada.types("quit")
        assert ada.wait() == 0


@on_newest
def test_what_is_stopped_stays_so(python: Python, start: StartDebuggee) -> None:
    debuggee = start("on_request.py")
    debuggee.stop()
    done = remora("attach", "--outside", str(debuggee.pid), "--batch", "-e", "info threads")
    assert (done.returncode, done.stderr) == (0, "")
    assert "is stopped by a signal" in done.stdout
    stat = Path(f"/proc/{debuggee.pid}/stat").read_text()
    assert stat.rpartition(")")[2].split()[0] == "T"


@on_newest
@pytest.mark.parametrize("how", ["running", "stopped"])
def test_a_tracer_is_named(python: Python, start: StartDebuggee, how: str) -> None:
    debuggee = start("blocked.py")
    debuggee.wait_blocked()
    with traced(debuggee.pid, how) as tracer:
        done = remora("attach", str(debuggee.pid), "--batch", "-e", "bt")
        assert (done.returncode, done.stdout) == (1, "")
        assert f"is being traced already, by python (pid {tracer})" in done.stderr


@on_newest
def test_of_no_process(python: Python) -> None:
    done = remora("attach", "--outside", str(1 << 30), "--batch")
    assert done.returncode == 1
    assert done.stderr == (
        "remora: The program could not be attached to: there is no process 1073741824; "
        "'remora ps' lists those that run Python.\n"
    )
