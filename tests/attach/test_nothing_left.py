"""A program is what it was before, however its debugger leaves it."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from remora.shell.recipes import names, parse
from tests.conftest import StartDebuggee
from tests.support.at_prompt import AtPrompt
from tests.support.debuggee import Debuggee
from tests.support.patience import PATIENCE
from tests.support.pythons import CHECKOUT, Python, each_python
from tests.support.session import Session, attached

pytestmark = each_python

#: Seconds in which the last of a session must have gone.
#: What ctypes leaves, which is imported to interrupt an evaluation; see the test of it.
OF_CTYPES = {"struct", "sysconfig", "warnings", "_py_warnings", "/memfd:libffi (deleted)"}
#: Modules that cannot be taken away: extension modules are initialised once, and codecs are registered.
STAYS = re.compile(r"_socket|_struct|_ast|_tokenize|atexit|select|encodings\..*|_?ctypes(\..*)?")
#: Sessions after the first; `python -m bench --only rounds` has more.
ROUNDS = 8
#: Mappings that an allocator may add meanwhile, and KiB: a session that left all of its code would add 4000.
MORE_MAPS = 25
MORE_MEMORY = 3000


def state(debuggee: Debuggee) -> dict[str, Any]:
    """What the program says of itself, and what the kernel says of it."""
    debuggee.send("1000\n")
    found: dict[str, Any] = json.loads(debuggee.wait_line("state ").partition(" ")[2])
    assert found.pop("total") == 499500
    process = Path(f"/proc/{debuggee.pid}")
    # Its main thread waits in `read` of the next line: nothing comes or goes but by the agent,
    # which may be closing its own while we look.
    return {
        **found,
        "modules": [name for name in found["modules"] if not STAYS.fullmatch(name)],
        "tasks": len(os.listdir(process / "task")),
        "fds": sorted(filter(None, map(_open_file, (process / "fd").iterdir()))),
    }


def _open_file(link: Path) -> str:
    try:
        return os.readlink(link)
    except FileNotFoundError:
        return ""


def differences(before: dict[str, Any], now: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What is gone and what is new."""
    return {key: _difference(before[key], now[key]) for key in before if before[key] != now[key]}


def _difference(before: Any, now: Any) -> tuple[Any, Any]:
    if isinstance(before, list):
        return [each for each in before if each not in now], [each for each in now if each not in before]
    return before, now


def same_again(debuggee: Debuggee, before: dict[str, Any], apart_from: set[str] = OF_CTYPES) -> None:
    """The program becomes what it was; the agent's thread may still be on its way out."""
    deadline = time.monotonic() + PATIENCE
    while (changed := _changes(debuggee, before, apart_from)) and time.monotonic() < deadline:
        continue
    assert not changed


def _changes(debuggee: Debuggee, before: dict[str, Any], apart_from: set[str]) -> dict[str, Any]:
    now = state(debuggee)
    for key in ("modules", "fds"):
        now[key] = [each for each in now[key] if each in before[key] or each not in apart_from]
    return differences(before, now)


def maps(debuggee: Debuggee) -> int:
    with open(f"/proc/{debuggee.pid}/maps") as file:
        return len(file.readlines())


def resident(debuggee: Debuggee) -> int:
    with open(f"/proc/{debuggee.pid}/statm") as file:
        return int(file.read().split()[1]) * 4


def run_once(dbg: Session) -> None:
    """One session with a bit of everything."""
    dbg.break_at("add", condition="i > 3")
    dbg.stops_at("add")
    dbg.shows("i > 3", "True")
    assert dbg.variables()
    dbg.step("next")


@pytest.mark.parametrize("how", ["stop", "step", "evaluation", "sleeping evaluation"])
def test_the_client_is_killed(start: StartDebuggee, how: str) -> None:
    debuggee = start("counts.py")
    before = state(debuggee)
    where = [str(debuggee.pid), debuggee.path_inside, str(debuggee.line_of("add"))]
    command = [sys.executable, "-m", "tests.attach.client", *where, how]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE) as client:
        assert client.stdout
        assert client.stdout.readline() == b"there\n"
        client.kill()
    same_again(debuggee, before)


def test_a_session_with_everything(start: StartDebuggee) -> None:
    debuggee = start("counts.py")
    before = state(debuggee)
    with attached(debuggee) as dbg:
        run_once(dbg)
        dbg.client.request("setFunctionBreakpoints", {"breakpoints": [{"name": "state"}]})
        filters = ["raised", "uncaught", "userUnhandled"]
        dbg.client.request("setExceptionBreakpoints", {"filters": filters})
        dbg.client.request("remora/tasks")
        dbg.client.request("loadedSources")
        dbg.client.request("modules")
        dbg.client.request("source", {"source": {"path": dbg.path}, "sourceReference": 0})
        dbg.client.request("breakpointLocations", {"source": {"path": dbg.path}, "line": 1, "endLine": 99})
        dbg.client.request("completions", {"text": "tot", "column": 4, "frameId": dbg.stack()[0]["id"]})
        dbg.client.request("stepInTargets", {"frameId": dbg.stack()[0]["id"]})
        dbg.go("pause")
        dbg.detach()
    same_again(debuggee, before)


def test_what_the_user_evaluated_stays(start: StartDebuggee) -> None:
    debuggee = start("counts.py")
    with attached(debuggee, stop=True) as dbg:
        dbg.client.request("evaluate", {"expression": "answer = 42"})
        dbg.detach()
    assert "answer" in state(debuggee)["main"]


#: What `traceback` needs of the import system, which cannot be had twice, and extension modules: on 3.13+.
OF_TRACEBACKS = {"importlib", "_opcode", "fcntl", "grp", "pwd"}
OF_TRACEBACKS |= {
    "importlib." + name for name in "_abc _bootstrap _bootstrap_external machinery util".split()
}


def use_prompts(dbg: Session) -> None:
    """A bit of everything at prompts: threads and loops of their own, stand-ins, errors, what runs on."""
    own = AtPrompt(dbg, input=True, arguments=["x"])
    assert own.gives("import sys; sys.argv[:]") == "['x']"
    number = own.send("input('? ')")
    dbg.client.wait_event("remora/inputWanted")
    dbg.client.request("remora/input", {"promptId": own.number, "text": "y\n"})
    assert dbg.client.response(number)["result"] == "'y'"
    assert "<prompt" in own.fails("1 / 0")["traceback"]
    own.gives("[total(5)] * 30", remoraWidth=20)
    main = AtPrompt(dbg, place="thread", threadId=max(dbg.threads().values()))
    main.gives("total(3)")
    own.answer("print('endless')\nwhile True: pass", remoraBackground=True)
    own.written("endless")


@pytest.mark.parametrize("how", ["closed", "gone", "busy"])
def test_prompts(start: StartDebuggee, how: str) -> None:
    debuggee = start("counts.py")
    before = state(debuggee)
    with attached(debuggee, noDebug=True) as dbg:
        use_prompts(dbg)
        if how == "closed":
            dbg.client.request("remora/closePrompt", {"promptId": 1})
            dbg.client.request("remora/closePrompt", {"promptId": 2})
            dbg.detach()
        elif how == "busy":
            prompt = AtPrompt(dbg)
            prompt.send("print('busy')\nwhile True: pass")
            prompt.written("busy")
    same_again(debuggee, before, OF_CTYPES | OF_TRACEBACKS)


def test_prompts_and_asyncio(start: StartDebuggee) -> None:
    """The program's modules are more than before: asyncio is what the user has imported."""
    debuggee = start("counts.py")
    with attached(debuggee, noDebug=True) as dbg:
        AtPrompt(dbg).gives("import asyncio; await asyncio.sleep(0)")
        dbg.detach()
    while (before := state(debuggee))["objects"]:  # the agent's thread is on its way out
        continue
    with attached(debuggee, noDebug=True) as dbg:
        prompt = AtPrompt(dbg)
        prompt.gives("import asyncio; await asyncio.sleep(0)")
        prompt.answer("asyncio.create_task(asyncio.sleep(100)) and await asyncio.sleep(0)")
        prompt.send("print('waiting')\nawait asyncio.sleep(100)")
        prompt.written("waiting")
    same_again(debuggee, before)


ENDLESS = "print('evaluating', flush=True) or [None for _ in iter(int, 1) if _]"


def test_an_interrupted_evaluation_leaves_what_ctypes_leaves(start: StartDebuggee, python: Python) -> None:
    """From 3.12 on ctypes, imported to interrupt it, leaves `struct`, and Debian's libffi a descriptor."""
    debuggee = start("counts.py")
    before = state(debuggee)
    with attached(debuggee) as dbg:
        dbg.break_at("add")
        dbg.stops_at("add")
        dbg.client.send("evaluate", {"expression": ENDLESS, "frameId": dbg.stack()[0]["id"]})
        debuggee.wait_line("evaluating")
    same_again(debuggee, before, OF_CTYPES if python.at_least("3.12") else set())


def test_rounds(start: StartDebuggee) -> None:
    debuggee = start("counts.py")
    before = state(debuggee)
    with attached(debuggee) as dbg:
        run_once(dbg)
        dbg.detach()
    same_again(debuggee, before)
    maps_before, memory_before = maps(debuggee), resident(debuggee)
    for _ in range(ROUNDS):
        with attached(debuggee) as dbg:
            run_once(dbg)
            dbg.detach()
    same_again(debuggee, before)
    assert maps(debuggee) <= maps_before + MORE_MAPS
    assert resident(debuggee) <= memory_before + MORE_MEMORY


def test_the_command_is_killed_at_a_random_moment(start: StartDebuggee, python: Python) -> None:
    debuggee = start("counts.py")
    before = state(debuggee)
    line = debuggee.line_of("add")
    commands = ["-e", f"break counts.py:{line}", "-e", "continue", "-e", "next", "-e", "p found"]
    moments = random.Random(str(python))
    for _ in range(6):
        command = [sys.executable, "-m", "remora", "attach", str(debuggee.pid), "--batch", *commands]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            time.sleep(moments.uniform(0, 0.3))  # the moment is what is tested
            process.kill()
        assert state(debuggee)
    same_again(debuggee, before)


#: What recipes cannot do without, and the interpreter itself has.
OF_RECIPES = {"gc", "itertools", "_tracemalloc", "_io", "io"}


def test_recipes(start: StartDebuggee) -> None:
    debuggee = start("counts.py")
    before = state(debuggee)
    questions = [parse(name, ["total"] if name == "referrers" else []) for name in names()]
    questions += [parse("tracemalloc", ["on"]), parse("tracemalloc", ["mark"]), parse("tracemalloc", ["off"])]
    with attached(debuggee, noDebug=True) as dbg:
        prompt = AtPrompt(dbg)
        for question in questions:
            prompt.answer(question.code(), remoraJson=True)
    same_again(debuggee, before, OF_RECIPES)
