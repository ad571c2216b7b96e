"""Signals: stop, print and pass; nothing stays behind."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.conftest import StartDebuggee
from tests.support.debuggee import Debuggee
from tests.support.pythons import each_python
from tests.support.session import Session, attached

pytestmark = each_python

PROGRAM = "signals_on_request.py"


@contextmanager
def standing(debuggee: Debuggee, **options: Any) -> Iterator[Session]:
    """A session whose main thread is stopped in Python code, with no breakpoint left."""
    with attached(debuggee, **options) as dbg:
        dbg.break_at("idle")
        dbg.tell("idle -")
        dbg.stops_at("idle")
        dbg.break_at()
        yield dbg


def handle(dbg: Session, name: str, **wanted: bool) -> dict[str, Any]:
    return dbg.client.request("remora/handleSignal", {"signal": name, **wanted})


def tell_handler(dbg: Session, name: str) -> str:
    dbg.tell(f"handler_of {name}")
    return dbg.debuggee.wait_line("gave").removeprefix("gave ")


def test_all_signals_are_listed(start: StartDebuggee) -> None:
    with attached(start(PROGRAM)) as dbg:
        found = {each["name"]: each for each in dbg.client.request("remora/signals")["signals"]}
        assert {"SIGINT", "SIGTERM", "SIGUSR1", "SIGKILL"} <= set(found)
        assert found["SIGUSR1"]["handler"] == "told"
        assert found["SIGHUP"]["handler"] == "ignored"
        assert found["SIGTERM"]["handler"] == "default"
        assert found["SIGUSR1"]["number"] == signal.SIGUSR1
        usual = {"stop": False, "print": False, "deliver": True}
        assert all(usual.items() <= each.items() for each in found.values())
        assert found["SIGKILL"]["refusal"] == "no program can catch it"
        assert not any("pending" in each for each in found.values())


def test_stop_and_pass(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with standing(debuggee) as dbg:
        body = handle(dbg, "USR1", stop=True)
        assert (body["name"], body["handler"], body["stop"]) == ("SIGUSR1", "told", True)
        assert "pending" not in body
        dbg.go()
        debuggee.wait_line("gave 1")
        dbg.tell("sends SIGUSR1")
        stop = dbg.stopped("signal")
        assert stop["text"] == "SIGUSR1"
        assert stop["description"].startswith("SIGUSR1: ")
        assert dbg.stack()[0]["name"].rpartition(".")[2] == "sends"
        assert "got" not in debuggee.output
        dbg.shows("name", "'SIGUSR1'")
        dbg.go()
        debuggee.wait_line("got SIGUSR1")
        debuggee.wait_line("gave 1")


def test_a_step_from_a_signal_goes_on_in_the_program(start: StartDebuggee) -> None:
    with standing(start(PROGRAM)) as dbg:
        handle(dbg, "SIGUSR1", stop=True, deliver=False)
        dbg.go()
        dbg.tell("sends SIGUSR1")
        dbg.stopped("signal")
        dbg.go("next")
        dbg.stops_at("after", reason="step")


def test_a_breakpoint_in_the_programs_handler(start: StartDebuggee) -> None:
    with standing(start(PROGRAM)) as dbg:
        handle(dbg, "SIGUSR1", stop=True)
        dbg.break_at("told")
        dbg.go()
        dbg.tell("sends SIGUSR1")
        dbg.stopped("signal")
        dbg.go()
        dbg.stops_at("told")


@pytest.mark.parametrize("name", ["SIGUSR1", "SIGTERM"])
def test_what_is_not_passed_does_not_reach_the_program(start: StartDebuggee, name: str) -> None:
    debuggee = start(PROGRAM)
    with standing(debuggee) as dbg:
        handle(dbg, name, deliver=False)
        dbg.go()
        debuggee.wait_line("gave 1")
        dbg.tell(f"sends {name}")
        debuggee.wait_line("gave 1")
        assert "got" not in debuggee.output
        assert dbg.client.events("stopped") == []


def test_print_tells_and_does_not_stop(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with standing(debuggee) as dbg:
        handle(dbg, "SIGUSR1", print=True)
        dbg.go()
        dbg.tell("sends SIGUSR1")
        told = dbg.client.wait_event("output", lambda body: "SIGUSR1" in body["output"])
        assert told["output"] == "The program has got SIGUSR1.\n"
        debuggee.wait_line("got SIGUSR1")
        assert dbg.client.events("stopped") == []


def test_what_the_handler_raises_is_raised_in_the_program(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with standing(debuggee) as dbg:
        handle(dbg, "SIGUSR2", stop=True)
        dbg.go()
        debuggee.wait_line("gave 1")
        dbg.tell("catches SIGUSR2")
        dbg.stopped("signal")
        dbg.go()
        debuggee.wait_line("gave 'from the handler'")


def test_the_usual_way_of_a_signal_ends_the_program(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with standing(debuggee) as dbg:
        handle(dbg, "SIGTERM", stop=True)
        dbg.go()
        dbg.tell("sends SIGTERM")
        dbg.stopped("signal")
        dbg.go()
        assert debuggee.wait_end() == -signal.SIGTERM


def test_a_signal_that_was_ignored_is_ignored_after_the_stop(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with standing(debuggee) as dbg:
        handle(dbg, "SIGHUP", stop=True)
        dbg.go()
        debuggee.wait_line("gave 1")
        dbg.tell("sends SIGHUP")
        dbg.stopped("signal")
        dbg.go()
        debuggee.wait_line("gave 1")


def test_a_signal_while_the_program_is_stopped_stops_it_next(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with standing(debuggee) as dbg:
        handle(dbg, "SIGUSR1", stop=True)
        debuggee.signal(signal.SIGUSR1)
        dbg.go()
        dbg.stopped("signal")
        assert dbg.stack()[0]["name"] == "idle"
        dbg.go()
        debuggee.wait_line("got SIGUSR1")
        debuggee.wait_line("gave 1")


def test_a_blocked_main_thread_is_stopped_where_it_is(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with standing(debuggee) as dbg:
        handle(dbg, "SIGUSR1", stop=True)
        dbg.go()
        debuggee.wait_line("gave 1")  # and reads its input, which never comes
        dbg.client.request("remora/sendSignal", {"signal": "SIGUSR1"})
        dbg.stopped("signal")
        assert dbg.stack()[0]["name"] == "<module>"
        dbg.go()
        debuggee.wait_line("got SIGUSR1")


def test_what_was_asked_for_while_it_is_blocked_begins_later(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg:
        assert handle(dbg, "SIGUSR1", stop=True)["pending"] is True
        dbg.tell("idle -")
        debuggee.wait_line("gave 1")
        dbg.tell("sends SIGUSR1")
        dbg.stopped("signal")
        listed = dbg.client.request("remora/signals")["signals"]
        assert not any("pending" in each for each in listed)


def test_a_running_main_thread_is_met_at_its_next_line(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with attached(debuggee) as dbg:
        dbg.break_at("spins")
        dbg.tell("spins -")
        dbg.stops_at("spins")
        dbg.break_at()
        dbg.go()
        assert "pending" not in handle(dbg, "SIGUSR1", stop=True)
        debuggee.signal(signal.SIGUSR1)
        dbg.stopped("signal")
        assert dbg.stack()[0]["name"] == "spins"


@pytest.mark.parametrize("stopped", [True, False])
def test_nothing_stays_after_the_session(start: StartDebuggee, stopped: bool) -> None:
    debuggee = start(PROGRAM)
    with standing(debuggee) as dbg:
        for name in ("SIGUSR1", "SIGTERM", "SIGHUP"):
            handle(dbg, name, stop=True)
        if not stopped:
            dbg.go()
            debuggee.wait_line("gave 1")  # and is blocked in C from here on
        dbg.detach()
        if stopped:
            debuggee.wait_line("gave 1")
        dbg.tell("idle -")
        debuggee.wait_line("gave 1")
        handlers = [tell_handler(dbg, name) for name in ("SIGUSR1", "SIGTERM", "SIGHUP")]
        assert handlers == ["told", "0", "1"]
        debuggee.signal(signal.SIGUSR1)
        debuggee.wait_line("got SIGUSR1")


def test_a_signal_that_comes_first_after_the_session_is_the_programs(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with standing(debuggee) as dbg:
        handle(dbg, "SIGUSR1", stop=True)
        dbg.go()
        debuggee.wait_line("gave 1")
        dbg.detach()
        debuggee.signal(signal.SIGUSR1)
        debuggee.wait_line("got SIGUSR1")


def test_the_usual_again_takes_the_handler_out(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with standing(debuggee) as dbg:
        handle(dbg, "SIGUSR1", stop=True)
        assert dbg.value("handler_of('SIGUSR1')") == "'_Handler'"
        handle(dbg, "SIGUSR1", stop=False)
        assert dbg.value("handler_of('SIGUSR1')") == "'told'"


def test_what_cannot_be_handled(start: StartDebuggee) -> None:
    with standing(start(PROGRAM)) as dbg:
        for name in ("SIGKILL", "SIGSTOP", "SIGSEGV"):
            dbg.refuses(1412, "remora/handleSignal", signal=name, stop=True)
        dbg.refuses(1411, "remora/handleSignal", signal="SIGNOTHING", stop=True)
        dbg.refuses(1411, "remora/sendSignal", signal="4711")


def test_a_forked_child_has_the_programs_handlers(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with standing(debuggee) as dbg:
        handle(dbg, "SIGUSR1", stop=True)
        text = "os.kill(os.getpid(), 10), print('child ends', flush=True), os._exit(0)"
        dbg.client.request(
            "evaluate",
            {
                "expression": f"os.waitpid(os.fork() or ({text}), 0)[1]",
                "frameId": dbg.stack()[0]["id"],
                "context": "repl",
            },
        )
        debuggee.wait_line("got SIGUSR1")
        debuggee.wait_line("child ends")
