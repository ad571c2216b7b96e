"""What recipes say of a program of which everything is known, on every version."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from remora.shell.recipes import parse
from tests.conftest import StartDebuggee
from tests.support.at_prompt import AtPrompt, prompt_in
from tests.support.debuggee import Debuggee
from tests.support.pythons import each_python

pytestmark = each_python

#: A *.pth file of the interpreter's may import anything.
WITHOUT_SITE = ("-S",)


class Asked:
    """A prompt at which recipes are asked for."""

    def __init__(self, prompt: AtPrompt, debuggee: Debuggee) -> None:
        self.prompt = prompt
        self.debuggee = debuggee

    def data(self, name: str, *words: str) -> Any:
        """What a recipe collects; its text for people is made, too."""
        return self.received(self.send(name, *words), name, *words)

    def send(self, name: str, *words: str) -> int:
        """Ask, without waiting for the answer."""
        return self.prompt.send(parse(name, words).code(), remoraJson=True)

    def received(self, number: int, name: str, *words: str) -> Any:
        """The answer to what was sent."""
        found = json.loads(self.prompt.client.response(number)["remoraJson"])
        self.text = parse(name, words).render(found, 0)
        return found


@pytest.fixture
def asked(start: StartDebuggee) -> Iterator[Asked]:
    with asking(start("asked.py")) as found:
        yield found


@contextmanager
def asking(debuggee: Debuggee) -> Iterator[Asked]:
    with prompt_in(debuggee) as prompt:
        yield Asked(prompt, debuggee)


def has_no_proc(asked: Asked) -> bool:
    """Whether the program runs in a root without what the kernel tells there."""
    return not (asked.debuggee.python.root / "proc" / "self").exists()


def test_stacks(asked: Asked) -> None:
    found = asked.data("stacks")
    threads = {thread["name"]: thread for thread in found["threads"]}
    assert set(threads) == {"MainThread", "alike-0", "alike-1", "alike-2", "holder", "loop"}
    calls = [(frame["function"], frame["line"]) for frame in threads["holder"]["frames"]]
    assert ("waits", asked.debuggee.line_of("held")) in calls
    assert threads["holder"]["daemon"] is True
    assert str(threads["holder"]["tid"]) in os.listdir(f"/proc/{asked.debuggee.pid}/task")
    chain = next(task["frames"] for task in found["tasks"] if task["frames"][0]["function"] == "sleep")
    assert [frame["function"] for frame in chain] == ["sleep", "inner", "outer"]
    assert "3 threads alike-0" in asked.text
    assert asked.text.count("waits_alike") == 1
    assert "6 threads, 2 tasks" in asked.text


def test_the_main_thread_is_named_without_threading(start: StartDebuggee) -> None:
    with asking(start("on_request.py", options=WITHOUT_SITE)) as asked:
        assert asked.prompt.gives("import sys; 'threading' in sys.modules") == "False"
        (main,) = asked.data("stacks")["threads"]
        assert (main["name"], main["daemon"]) == ("MainThread", False)


def test_some_stacks(asked: Asked) -> None:
    found = asked.data("stacks", "waits_alike", "--depth", "1")
    assert {thread["name"] for thread in found["threads"]} == {"alike-0", "alike-1", "alike-2"}
    assert [len(thread["frames"]) for thread in found["threads"]] == [1, 1, 1]
    assert found["tasks"] == []
    assert asked.data("stacks", "--no-tasks")["tasks"] == []


def test_tasks(asked: Asked) -> None:
    tasks = {task["coroutine"]: task for task in asked.data("tasks")["tasks"]}
    assert set(tasks) == {"run_tasks", "outer"}
    assert tasks["outer"]["state"] == "waiting"
    assert tasks["outer"]["awaited_by"] == tasks["run_tasks"]["name"]
    assert tasks["outer"]["frames"][1]["line"] == asked.debuggee.line_of("sleeps")
    assert asked.data("tasks", "--state", "running")["tasks"] == []
    assert asked.text == "no tasks"
    assert [task["coroutine"] for task in asked.data("tasks", "inner")["tasks"]] == ["outer"]


def test_what_somebody_awaits_is_no_task_of_the_program(asked: Asked) -> None:
    with prompt_in(asked.debuggee) as other:
        waits = other.send("print('begun'); await asyncio.sleep(1000)")
        other.written("begun")
        assert {task["coroutine"] for task in asked.data("tasks")["tasks"]} == {"run_tasks", "outer"}
        assert {thread["name"] for thread in asked.data("stacks")["threads"]} >= {"MainThread", "loop"}
        assert "sleep(1000)" not in asked.text
        other.cancel(waits)
        other.failed(waits, id=1102)


def test_a_program_without_tasks(start: StartDebuggee) -> None:
    with asking(start("on_request.py", options=WITHOUT_SITE)) as asked:
        assert asked.data("tasks") == {"refusal": "the program has not imported asyncio"}
        assert asked.data("logging") == {"refusal": "the program has not imported logging"}
        assert asked.data("stacks")["tasks"] == []
        # Nor has it now: a question brings as little with it as can be.
        assert not {"asyncio", "logging", "tracemalloc", "pickle", "inspect"} & set(
            json.loads(
                asked.prompt.answer("sorted(__import__('sys').modules)", remoraJson=True)["remoraJson"]
            )
        )


def test_modules(asked: Asked) -> None:
    modules = {module["name"]: module for module in asked.data("modules")["modules"]}
    assert modules["asyncio.events"]["file"].endswith("/asyncio/events.py")
    assert modules["asyncio.events"]["kind"] == "Python"
    assert modules["asyncio.events"]["size"] > 10_000
    assert modules["sys"]["kind"] == "built-in"
    assert not [name for name in modules if "remora" in name]
    assert not any(module["changed"] for module in modules.values() if module["name"] != "__main__")
    if has_no_proc(asked):
        return
    os.utime(asked.debuggee.path, (time.time() + 60, time.time() + 60))
    assert [module["name"] for module in asked.data("modules", "--changed")["modules"]] == ["__main__"]
    assert "CHANGED" in asked.text
    names = [module["name"] for module in asked.data("modules", "asyncio", "--top-level")["modules"]]
    assert "asyncio" in names
    assert "asyncio.events" not in names


def test_gc(asked: Asked) -> None:
    before = asked.data("gc")
    assert before["enabled"] is True
    assert len(before["generations"]) == 3
    assert asked.data("gc", "freeze")["frozen"] > 1000
    assert asked.data("gc", "unfreeze")["frozen"] == 0
    # Switched off, since it could be the collector that finds the pair before it is asked for.
    assert asked.data("gc", "disable")["enabled"] is False
    assert "OFF" in asked.text
    try:
        asked.prompt.gives("pair = []; pair.append(pair); del pair")
        assert asked.data("gc", "collect")["found"] >= 1
        assert asked.text.startswith("collected ")
    finally:
        assert asked.data("gc", "enable")["enabled"] is True


def test_memory(asked: Asked) -> None:
    found = asked.data("memory", "Kept")
    assert [row["type"] for row in found["types"]] == ["__main__.Kept"]
    assert found["types"][0]["count"] == 5003
    assert has_no_proc(asked) or found["resident"] > 1_000_000
    assert asked.data("memory", "Sized")["types"][0]["size"] > 0
    assert len(asked.data("memory", "--top", "3")["types"]) == 3
    by_count = [row["count"] for row in asked.data("memory", "--sort", "count")["types"]]
    assert by_count == sorted(by_count, reverse=True)
    assert "str" not in [row["type"] for row in asked.data("memory", "--top", "1000")["types"]]
    assert "str" in [row["type"] for row in asked.data("memory", "--leaves", "--top", "1000")["types"]]


def test_growing_memory(asked: Asked) -> None:
    number = asked.send("memory", "Kept", "--wait", "0.5")
    for _ in range(3):
        asked.debuggee.send("many.extend(Kept() for _ in range(10))\n")
        asked.debuggee.wait_line("gave None")
    # The first count may come after some of them, the second does not come before.
    found = asked.received(number, "memory")
    assert found["waited"] == 0.5
    assert all(row["type"] == "__main__.Kept" and row["count"] % 10 == 0 for row in found["types"])
    asked.prompt.cancel(asked.send("memory", "--wait", "1000"))


def test_referrers(asked: Asked) -> None:
    found = asked.data("referrers", "kept", "--paths", "20")
    ways = {f"{path['where']}{path['path']}" for path in found["paths"] if path["root"] == "module"}
    assert ways >= {
        "__main__.kept",
        "__main__.cache['entry'][1]",
        "__main__.slotted.inner",
        "__main__.by_cell.__closure__[0].cell_contents",
    }
    assert found["object"]["type"] == "__main__.Kept"
    assert sum(found["direct"].values()) >= 4
    assert "__main__.cache['entry'][1]" in asked.text
    one = asked.data("referrers", "kept", "--paths", "1")
    assert len(one["paths"]) == 1
    assert one["more"] is True


def test_referrers_that_are_variables(asked: Asked) -> None:
    held = "[t for t in threading.enumerate() if t.name == 'holder'][0]._args[0]"
    found = asked.data("referrers", f"__import__('gc') and {held}", "--paths", "30")
    variables = [path["path"] for path in found["paths"] if path["where"].startswith("waits()")]
    assert sorted(variables) == [".held", ".own"]
    assert "held  in waits() at " in asked.text


def test_referrers_of_what_one_name_holds(asked: Asked) -> None:
    found = asked.data("referrers", "lonely")
    assert [path["where"] + path["path"] for path in found["paths"]] == ["__main__.lonely"]
    assert found["direct"] == {"dict": 1}
    assert found["more"] is False
    assert "NameError" in asked.prompt.fails(parse("referrers", ["missing"]).code())["exception"]


def test_tracemalloc(asked: Asked) -> None:
    assert asked.data("tracemalloc")["tracing"] is False
    assert asked.data("tracemalloc", "on", "--frames", "5")["frames"] == 5
    assert "switch it off first" in asked.data("tracemalloc", "on", "--frames", "2")["refusal"]
    assert "no mark" in asked.data("tracemalloc", "grown")["refusal"]
    assert asked.data("tracemalloc", "mark")["marked"] is True
    asked.debuggee.send("many.append(bytearray(1_000_000))\n")
    asked.debuggee.wait_line("gave None")
    grown = asked.data("tracemalloc", "grown")
    assert 1_000_000 <= grown["rows"][0]["size"] < 1_100_000
    assert grown["difference"] is True
    by_calls = asked.data("tracemalloc", "--by", "calls", "--top", "1")
    assert len(by_calls["rows"]) == 1
    assert by_calls["rows"][0]["frames"][0]["file"].endswith("asked.py")
    by_file = asked.data("tracemalloc", "--by", "file", "--pattern", "asked.py")
    assert [row["frames"][0]["line"] for row in by_file["rows"]] == [0]
    assert asked.data("tracemalloc", "off")["tracing"] is False
    assert "tracemalloc on" in asked.text


def test_logging(asked: Asked) -> None:
    loggers = {logger["name"]: logger for logger in asked.data("logging")["loggers"]}
    assert set(loggers) >= {"root", "app", "app.db"}
    assert loggers["app.db"]["level"] == "INFO"
    assert loggers["app.db"]["handlers"] == [{"type": "StreamHandler", "level": "NOTSET", "to": "<stderr>"}]
    assert loggers["app"]["effective"] == "WARNING"
    assert "does not propagate" in asked.text
    assert asked.data("logging", "app.db", "chatty", "--handlers")["before"] == "INFO"
    asked.debuggee.send("logging.getLogger('app.db').level, handler.level\n")
    assert asked.debuggee.wait_line("gave") == "gave (15, 15)"
    assert asked.data("logging", "app.db", "20")["loggers"][0]["level"] == "INFO"
    assert "no level" in asked.data("logging", "app.db", "LOUD")["refusal"]
    assert asked.text.startswith("'LOUD' is no level; there are DEBUG,")
    assert "no logger 'nobody'" in asked.data("logging", "nobody", "INFO")["refusal"]


def test_files(asked: Asked) -> None:
    found = asked.data("files")
    if has_no_proc(asked):
        assert found == {"refusal": "there is no /proc where the program runs"}
        return
    files = {file["name"]: file for file in found["files"]}
    opened = next(file for name, file in files.items() if name.endswith("/opened.txt"))
    assert (opened["kind"], opened["mode"], opened["position"], opened["size"]) == ("file", "rw", 12, 12)
    assert opened["held_by"] == ["_io.FileIO"]
    sockets = [file for file in found["files"] if file["kind"] == "socket" and "tcp 127" in file["name"]]
    assert sorted(file["state"] for file in sockets) == ["established", "listening"]
    assert all(file["held_by"] == ["socket.socket"] for file in sockets)
    address = next(file["name"] for file in sockets if file["state"] == "established")
    assert address.startswith("tcp 127.0.0.1:")
    assert " -> 127.0.0.1:" in address
    assert [file for file in found["files"] if file["name"] == "unix (connected)"] == []
    assert [file["kind"] for file in asked.data("files", "opened.txt")["files"]] == ["file"]


def test_process(asked: Asked) -> None:
    found = asked.data("process")
    assert found["pid"] == asked.debuggee.pid
    assert found["argv"] == [asked.debuggee.path_inside]
    assert found["directory"]
    assert "environment" not in found
    assert "PATH" in asked.data("process", "--environment")["environment"]
    if has_no_proc(asked):
        assert found["uptime"] is None
        return
    assert 0 < found["uptime"] < 1000
    assert int(found["status"]["Threads"]) >= 6
    assert found["limits"]["open files"].isdigit()
