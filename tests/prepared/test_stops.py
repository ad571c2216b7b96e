"""Stops that the program asks for itself."""

from __future__ import annotations

import re
import signal
from typing import Any

import pytest

from remora.inject.attach import attach
from tests.inject.echo import eventually
from tests.support.dap import SyncClient
from tests.support.debuggee import Debuggee
from tests.support.pythons import Python, each_python, each_python_here
from tests.support.session import BUNDLE, Session, attached

from .conftest import Prepared, tell


def entered(debuggee: Debuggee, **options: Any) -> Session:
    """A session by the door; `client.close()` ends it."""
    return Session(SyncClient(attach(debuggee.pid, BUNDLE).socket), debuggee, stop=False, **options)


def waits(debuggee: Debuggee) -> None:
    """It says so, and how to connect."""
    line = debuggee.wait_line("^remora: ")
    assert line == (
        f"remora: process {debuggee.pid} waits for a debugger; connect with: remora attach {debuggee.pid}"
    )


@each_python
def test_breakpoint_goes_on_where_nobody_is(prepare: Prepared) -> None:
    debuggee = prepare()
    assert tell(debuggee, "calls_breakpoint(1)") == "1"
    assert tell(debuggee, "remora.listen() and calls_breakpoint(2)") == "2"
    with attached(debuggee):
        pass
    assert tell(debuggee, "calls_breakpoint(3)") == "3"


@each_python
def test_breakpoint_stops_in_the_caller(prepare: Prepared) -> None:
    debuggee = prepare()
    with attached(debuggee) as session:
        for step in ("next", "stepIn"):
            debuggee.send("calls_breakpoint(1)\n")
            session.stops_at("call")
            assert session.variables()["before"] == "1"
            assert session.value("number + 1") == "2"
            names = [frame["name"] for frame in session.stack()]
            assert names == ["calls_breakpoint", "main", "<module>"]
            assert session.step(step) == ("calls_breakpoint", session.lines["after"])
            session.go()
            debuggee.wait_line("^= 1")


@each_python
def test_steps_pass_it_by(prepare: Prepared) -> None:
    debuggee = prepare()
    with attached(debuggee) as session:
        session.break_at("before")
        debuggee.send("calls_breakpoint(1)\n")
        session.stops_at("before")
        assert session.step("next") == ("calls_breakpoint", session.lines["call"])
        session.go("stepIn")
        session.stops_at("call")
        assert session.step("stepIn") == ("calls_breakpoint", session.lines["after"])
        session.go()
        debuggee.wait_line("^= 1")


@each_python
def test_what_is_evaluated_does_not_stop(prepare: Prepared) -> None:
    debuggee = prepare()
    with attached(debuggee) as session:
        debuggee.send("calls_breakpoint(1)\n")
        session.stops_at("call")
        session.break_at("work")
        for context in ("repl", "watch"):
            assert session.value("calls_breakpoint(5)", context) == "5"
            assert session.value("works()", context) == "3"
        session.break_at()
        session.go()
        debuggee.wait_line("^= 1")


@each_python
def test_all_clients_see_the_stop(prepare: Prepared) -> None:
    debuggee = prepare()
    with attached(debuggee) as one, attached(debuggee) as other:
        debuggee.send("calls_breakpoint(1)\n")
        one.stops_at("call")
        other.stops_at("call")
        one.go()
        other.client.wait_event("continued")
        debuggee.wait_line("^= 1")


@each_python
def test_threads_stop_one_after_the_other(prepare: Prepared) -> None:
    debuggee = prepare()
    with attached(debuggee) as session:
        debuggee.send("[in_thread(calls_breakpoint, number) for number in range(3)] and None\n")
        seen = []
        for _ in range(3):
            session.stops_at("call")
            seen.append(session.variables()["before"])
            session.go()
        assert sorted(seen) == ["0", "1", "2"]
        debuggee.wait_line("^= None")
        assert tell(debuggee, "1") == "1"


@each_python
def test_the_builtin_can_be_ours(prepare: Prepared) -> None:
    debuggee = prepare(env={"PYTHONBREAKPOINT": "remora.breakpoint"})
    assert tell(debuggee, "breakpoint()") == "None"
    with attached(debuggee) as session:
        debuggee.send("breakpoint()\n")
        session.stopped("breakpoint")
        assert [frame["name"] for frame in session.stack()][-2:] == ["main", "<module>"]
        session.go()
        debuggee.wait_line("^= None")


@each_python
@pytest.mark.parametrize("stop", [False, True])
def test_debug_waits_for_a_client_and_stops_in_the_caller(prepare: Prepared, stop: bool) -> None:
    """The stop that a client asks for when it comes is this one."""
    debuggee = prepare()
    debuggee.send("calls_debug(1)\n")
    waits(debuggee)
    session = Session(SyncClient(attach(debuggee.pid, BUNDLE).socket), debuggee, stop=False, stopOnEntry=stop)
    session.stops_at("debug")
    assert session.variables()["before"] == "1"
    session.go()
    debuggee.wait_line("^= 1")
    debuggee.send("calls_debug(2)\n")
    session.stops_at("debug")
    session.detach()
    session.client.close()
    debuggee.wait_line("^= 2")


@each_python
def test_the_builtin_can_wait(prepare: Prepared) -> None:
    debuggee = prepare(env={"PYTHONBREAKPOINT": "remora.debug"})
    debuggee.send("breakpoint()\n")
    waits(debuggee)
    session = entered(debuggee)
    session.stopped("breakpoint")
    session.detach()
    session.client.close()
    debuggee.wait_line("^= None")


@each_python
def test_threads_that_wait_stop_one_after_the_other(prepare: Prepared) -> None:
    debuggee = prepare()
    tell(debuggee, "[in_thread(calls_debug, number) for number in range(2)] and None")
    eventually(lambda: debuggee.output.count("waits for a debugger"), 2)
    session = entered(debuggee)
    for _ in range(2):
        session.stops_at("debug")
        session.go()
    assert tell(debuggee, "1") == "1"
    session.client.close()


@each_python
def test_a_client_may_come_while_the_program_imports(prepare: Prepared) -> None:
    debuggee = prepare()
    name = "remora.prepared.presence"
    tell(debuggee, f"sys.modules.__setitem__({name!r}, type(sys)({name!r}))")
    with attached(debuggee) as session:
        assert session.threads() == {"MainThread": 1}
        tell(debuggee, f"sys.modules.__delitem__({name!r})")
        debuggee.send("calls_breakpoint(1)\n")
        session.stops_at("call")


@each_python
def test_ctrl_c_ends_the_wait(prepare: Prepared) -> None:
    debuggee = prepare()
    debuggee.send("calls_debug(1)\n")
    waits(debuggee)
    debuggee.signal(signal.SIGINT)
    debuggee.wait_line("KeyboardInterrupt")


@each_python
def test_without_a_door_nobody_is_waited_for(prepare: Prepared) -> None:
    debuggee = prepare(env={"REMORA_RUNTIME_DIR": "/dev/null"})
    assert tell(debuggee, "calls_debug(1)") == "1"
    assert tell(debuggee, "remora.listen(wait=True)") == "None"
    said = re.findall(r"remora: .*", debuggee.output)
    assert len(said) == 2
    assert all("cannot be debugged: /dev/null is no directory; remove it, or set" in line for line in said)


@each_python
def test_listen_can_wait(prepare: Prepared) -> None:
    debuggee = prepare()
    debuggee.send("remora.listen(wait=True)\n")
    waits(debuggee)
    session = Session(SyncClient(attach(debuggee.pid, BUNDLE).socket), debuggee, stop=True)
    assert [frame["name"] for frame in session.stack()][-2:] == ["main", "<module>"]
    session.go()
    debuggee.wait_line("^= /")
    session.client.close()


@each_python
def test_listen_waits_so_long_and_no_longer(prepare: Prepared) -> None:
    debuggee = prepare()
    debuggee.send("remora.listen(wait=True, timeout=0.05)\n")
    waits(debuggee)
    debuggee.wait_line("^= /")


@each_python
def test_post_mortem_shows_where_the_exception_came_from(prepare: Prepared) -> None:
    debuggee = prepare()
    debuggee.send("fails(0)\n")
    waits(debuggee)
    session = entered(debuggee)
    session.stops_at("division", "exception")
    assert session.variables()["number"] == "0"
    session.go()
    debuggee.wait_line("^= failed")
    debuggee.send("fails(0)\n")
    session.stops_at("division", "exception")
    session.detach()
    session.client.close()
    debuggee.wait_line("^= failed")


@each_python
def test_post_mortem_needs_an_exception(prepare: Prepared) -> None:
    debuggee = prepare()
    debuggee.send("remora.post_mortem()\n")
    debuggee.wait_line(r"ValueError: there is no exception; give one: remora.post_mortem\(exc\)")


@each_python
def test_a_signal_opens_the_door_and_then_stops(prepare: Prepared) -> None:
    debuggee = prepare()
    threads = tell(debuggee, "len(os.listdir('/proc/self/task')) if os.path.exists('/proc/self') else 1")
    assert tell(debuggee, "remora.install()") == "None"
    assert threads == "1"
    debuggee.signal(signal.SIGUSR1)
    assert debuggee.wait_line("^remora: ").endswith(f"remora attach {debuggee.pid}")
    session = entered(debuggee)
    assert tell(debuggee, "1") == "1"
    debuggee.signal(signal.SIGUSR1)
    session.stopped("breakpoint")
    assert "main" in [frame["name"] for frame in session.stack()]
    session.go()
    assert tell(debuggee, "2") == "2"
    session.client.close()


@each_python
def test_a_signal_that_the_program_handles_is_its_own(prepare: Prepared) -> None:
    debuggee = prepare()
    tell(debuggee, "__import__('signal').signal(12, print) and None")
    debuggee.send("remora.install(12)\n")
    debuggee.wait_line("ValueError: the program handles signal 12 itself; choose another one")


@each_python_here
def test_importing_remora_brings_next_to_nothing(python: Python, environment: dict[str, str]) -> None:
    import subprocess

    code = "import sys; before = set(sys.modules); import remora; print(sorted(set(sys.modules) - before))"
    done = subprocess.run(
        python.command("-S", "-c", code), env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    assert done.stdout == "['remora']\n"


@each_python_here
def test_a_name_that_there_is_not(python: Python, environment: dict[str, str]) -> None:
    import subprocess

    code = """
import remora
for name in ("nothing", "attach"):
    try:
        print(getattr(remora, name).__name__)
    except (AttributeError, ImportError) as error:
        print(error)
"""
    done = subprocess.run(python.command("-c", code), env=environment, stdout=subprocess.PIPE, text=True)
    # There is no client beside the program's part in the tests' copy of the package.
    assert done.stdout.splitlines() == [
        "module 'remora' has no attribute 'nothing'",
        "remora.attach needs Python 3.11 or newer, as the command does",
    ]
