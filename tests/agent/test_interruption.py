"""An evaluation that is cancelled, or whose client vanishes, never harms the program."""

from __future__ import annotations

import os
import random
import time

import pytest

from tests.conftest import StartDebuggee
from tests.support.dap import Failed
from tests.support.debuggee import Debuggee
from tests.support.patience import PATIENCE
from tests.support.pythons import ALL
from tests.support.session import Session, attached

pytestmark = pytest.mark.parametrize(
    "python", [each for each in ALL if each.version in ("3.8", "3.11", "3.12", "3.14", "3.15")], ids=str
)

ROUNDS = 300
VANISHING = 15
#: Error number of a request that was cancelled.
CANCELLED = 1102


def evaluate_for_a_while(dbg: Session, frame: int, chance: random.Random) -> int:
    """Send an evaluation that takes up to about a millisecond, and one in three that fails."""
    work = f"sum(i for i in range({chance.randrange(20000)}))"
    expression = work + chance.choice(["", "", " / 0"])
    return dbg.client.send("evaluate", {"expression": expression, "frameId": frame, "context": "repl"})


def goes_on(dbg: Session) -> None:
    """The program comes round to the breakpoint twice more, and it counts on."""
    counted = int(dbg.value("i"))
    for further in (1, 2):
        dbg.go()
        dbg.stops_at("body")
        dbg.shows("i", str(counted + further))


def has_left(debuggee: Debuggee) -> None:
    """The agent's thread has ended: who attaches before may be hit by what ends the evaluation."""
    deadline = time.monotonic() + PATIENCE
    while len(os.listdir(f"/proc/{debuggee.pid}/task")) > 1:
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_cancelled_at_any_instruction(start: StartDebuggee) -> None:
    chance = random.Random(1)
    outcomes = set()
    with attached(start("loop.py")) as dbg:
        dbg.break_at("body")
        dbg.stops_at("body")
        for number in range(ROUNDS):
            if number % 50 == 0:
                goes_on(dbg)
                frame = dbg.stack()[0]["id"]
            evaluation = evaluate_for_a_while(dbg, frame, chance)
            for _ in range(chance.randrange(3)):
                dbg.client.request("threads")  # takes as long as it takes
            dbg.client.request("cancel", {"requestId": evaluation})
            try:
                outcomes.add(int(dbg.client.response(evaluation)["result"]) >= 0)
            except Failed as failed:
                outcomes.add(failed.id == CANCELLED)
        assert True in outcomes
        goes_on(dbg)
        assert not [event for event in dbg.client.events("output") if "fault" in event["output"]]


def test_cancelled_and_resumed_at_once(start: StartDebuggee) -> None:
    """The thread leaves the stop while the interruption is on its way."""
    chance = random.Random(2)
    debuggee = start("loop.py")
    with attached(debuggee) as dbg:
        dbg.break_at("body")
        for _ in range(ROUNDS):
            dbg.stops_at("body")
            evaluation = evaluate_for_a_while(dbg, dbg.stack()[0]["id"], chance)
            dbg.client.send("cancel", {"requestId": evaluation})
            dbg.go()
        dbg.stops_at("body")
        goes_on(dbg)
        assert not [event for event in dbg.client.events("output") if "fault" in event["output"]]


def test_the_client_vanishes_at_any_instruction(start: StartDebuggee) -> None:
    chance = random.Random(3)
    debuggee = start("loop.py")
    for _ in range(VANISHING):
        with attached(debuggee) as dbg:
            dbg.break_at("body")
            dbg.stops_at("body")
            frame = dbg.stack()[0]["id"]
            for _ in range(chance.randrange(1, 4)):
                evaluate_for_a_while(dbg, frame, chance)
            if chance.randrange(2):
                dbg.client.request("threads")
        has_left(debuggee)
    with attached(debuggee) as dbg:
        dbg.break_at("body")
        dbg.stops_at("body")
        goes_on(dbg)
