"""Requests at random, of the shapes of the protocol and of none: each is answered, and nothing is harmed."""

from __future__ import annotations

import random
import string
from typing import Any

import pytest

from remora.dap.fields import ARGUMENTS, SHAPES
from tests.conftest import StartDebuggee
from tests.support.dap import Failed, SyncClient
from tests.support.ide import Ide
from tests.support.pythons import ALL, SAME_ROOT, Python
from tests.support.session import attached

REQUESTS = 400
#: Of the requests, one in so many is answered before the next is sent.
PATIENT = 3
#: Error number of a fault of ours.
INTERNAL = 1500
#: They end the session or the program, or do to the program what they are meant to do.
LEFT_OUT = {
    "attach",
    "disconnect",
    "initialize",
    "launch",
    "restart",
    "terminate",
    "terminateThreads",
    "goto",
    "restartFrame",
    "setExpression",
    "setVariable",
    "writeMemory",
}
#: Those that are without arguments, or have free ones.
MORE = {"configurationDone", "threads", "loadedSources", "nothing of the kind", ""}
COMMANDS = sorted({*ARGUMENTS, *MORE} - LEFT_OUT)
EXPRESSIONS = [
    "i",
    "1 / 0",
    "(",
    "counter",
    "counter.total",
    "[*range(1000)]",
    "i if",
    "'é' * 9",
    "{",
    "",
    "__x",
]
TEXTS = [*EXPRESSIONS, "raised", "*", "==1", "%0", "body", "\0", "\ud800", "/nowhere.py", "repl", "a" * 5000]
ODDITIES: list[Any] = [
    None,
    True,
    -1,
    0,
    1 << 31,
    1 << 70,
    1.5,
    "",
    "x",
    [],
    {},
    [[]],
    {"": None},
    "0",
    [1, "a"],
]


class Chance:
    """Arguments as the protocol's tables have them, now and then with something odd among them."""

    def __init__(self, seed: int, paths: list[str]) -> None:
        self._random = random.Random(seed)
        self._paths = paths
        #: Ids that the adapter has given out.
        self.ids = [0, 1, 2]

    def command(self) -> str:
        return self._random.choice(COMMANDS)

    def arguments(self, command: str) -> Any:
        if self._random.random() < 0.05:
            return self._random.choice(ODDITIES)
        return self._object(ARGUMENTS.get(command, ""), 0)

    def is_patient(self) -> bool:
        return self._random.randrange(PATIENT) == 0

    def learn(self, body: Any) -> None:
        """Keep what looks like an id."""
        if isinstance(body, dict):
            for name, value in body.items():
                if name in ("id", "variablesReference", "sourceReference") and isinstance(value, int):
                    self.ids.append(value)
                self.learn(value)
        elif isinstance(body, list):
            for each in body:
                self.learn(each)

    def _object(self, shape: str, depth: int) -> dict[str, Any]:
        required, fields = SHAPES.get(shape, ((), {}))
        return {
            name: self._value(name, kind, depth)
            for name, kind in fields.items()
            if name in required or self._random.random() < 0.5
        }

    def _value(self, name: str, kind: Any, depth: int) -> Any:
        chance = self._random
        if chance.random() < 0.04:
            return chance.choice(ODDITIES)
        if isinstance(kind, tuple):
            return chance.choice(kind)
        if isinstance(kind, list):
            return [self._value(name, kind[0], depth + 1) for _ in range(chance.randrange(3))]
        if isinstance(kind, str):
            return self._object(kind, depth + 1) if depth < 4 else {}
        if kind is bool:
            return chance.random() < 0.5
        if kind is str:
            return chance.choice(self._paths) if name == "path" else self._text()
        if kind is dict:
            return {self._text(): self._text()}
        if "line" in name.lower():
            return chance.randrange(45)
        return chance.choice([*self.ids[-20:], chance.randrange(-2, 200)])

    def _text(self) -> str:
        if self._random.random() < 0.1:
            return "".join(self._random.choices(string.printable, k=8))
        return self._random.choice(TEXTS)


def storm(client: SyncClient, chance: Chance) -> None:
    """Send, and see every request answered, none by a fault of ours."""
    open_requests = []
    for _ in range(REQUESTS):
        command = chance.command()
        open_requests.append((command, client.send(command, chance.arguments(command))))
        if chance.is_patient():
            hear(client, chance, open_requests)
    hear(client, chance, open_requests)


def hear(client: SyncClient, chance: Chance, open_requests: list[tuple[str, int]]) -> None:
    while open_requests:
        command, number = open_requests.pop()
        try:
            chance.learn(client.response(number))
        except Failed as failed:
            assert failed.id not in (None, INTERNAL), (command, failed.message)
            assert failed.message


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "python", [each for each in ALL if each.version in ("3.8", "3.11", "3.12", "3.15")], ids=str
)
def test_a_storm_of_requests(python: Python, start: StartDebuggee, seed: int) -> None:
    debuggee = start("loop.py")
    chance = Chance(seed, [debuggee.path_inside, "/nowhere.py", "", "relative.py"])
    with Ide() as ide:
        ide.attach({"processId": debuggee.pid}, {debuggee.path_inside: [debuggee.line_of("body")]})
        ide.stops_at(debuggee.line_of("body"))
        storm(ide.client, chance)
        with attached(debuggee) as other:
            # Whatever the storm has left: the program stands and its stop is told, or it is paused.
            other.client.request("pause", {"threadId": 1})
            other.stopped()
            assert other.value("1 + 1") == "2"
        ide.client.request("remora/configure", {"onDisconnect": "continue"})  # the storm may have said "stay"
        ide.disconnect()
    with attached(debuggee) as afterwards:
        afterwards.break_at("body")
        afterwards.stops_at("body")
        counted = int(afterwards.value("i"))
        afterwards.go()
        afterwards.stops_at("body")
        assert int(afterwards.value("i")) == counted + 1


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("python", SAME_ROOT[-1:], ids=str)
def test_a_storm_over_a_picture(python: Python, start: StartDebuggee, seed: int) -> None:
    debuggee = start("keeps_gil.py")
    debuggee.wait_blocked("nanosleep")
    chance = Chance(seed, [debuggee.path_inside, "/nowhere.py", "", "relative.py"])
    with Ide() as ide:
        ide.attach({"processId": debuggee.pid, "outside": True})
        thread = ide.client.wait_event("stopped")["threadId"]
        storm(ide.client, chance)
        assert ide.client.request("stackTrace", {"threadId": thread})["stackFrames"]
        ide.disconnect()
    assert debuggee.is_running()
