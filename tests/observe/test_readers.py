"""The process that reads may crash, hang or fail: that is told, and another is asked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from remora.observe import reader
from remora.observe.frozen import CannotLook, look
from remora.observe.memory import interior
from remora.observe.reader import Reader, ReaderFailed
from tests.conftest import StartDebuggee
from tests.observe.test_frozen import PROGRAM, begin, in_function, place, places
from tests.support.patience import PATIENCE
from tests.support.pythons import SAME_ROOT, each_python

one_python = pytest.mark.parametrize("python", SAME_ROOT[-1:], ids=str)


class Impostor(Reader):
    """Starts another program in the place of the one that reads."""

    def __init__(self, program: str) -> None:
        super().__init__()
        self.program = program
        self.starts = 0

    def start(self) -> None:
        if self._process is None:
            self.starts += 1
            self._process = subprocess.Popen(
                [sys.executable, "-c", self.program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )


CRASHES = "import os; input(); os.kill(os.getpid(), 11)"
HANGS = "import time; input(); time.sleep(3600)"
ONCE = """
import json, os, signal, sys
question = json.loads(input())
if not question.get("cautious"):
    os.kill(os.getpid(), signal.SIGSEGV)
print(json.dumps({"answer": 1}))
"""


def test_a_crash_is_told_once_it_has_happened_often_enough() -> None:
    with Impostor(CRASHES) as impostor, pytest.raises(ReaderFailed, match=r"it crashed \(status -11\)"):
        impostor.ask({}, 30)
    assert impostor.starts == reader._ATTEMPTS


def test_after_a_crash_less_is_asked() -> None:
    with Impostor(ONCE) as impostor:
        assert impostor.ask({}, 30) == {"answer": 1}
    assert impostor.starts == 2


def test_a_hang_ends_when_the_time_is_over() -> None:
    begun = time.monotonic()
    with Impostor(HANGS) as impostor:
        with pytest.raises(ReaderFailed, match=r"it took longer than 0\.5 s"):
            impostor.ask({}, 0.5)
        assert impostor._process is None
    assert time.monotonic() - begun < 20


def test_it_is_ended_with_us() -> None:
    program = (
        "import sys, os; from remora.observe.reader import Reader; r = Reader(); r.start();"
        "print(r._process.pid, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        pid = int(process.stdout.readline())
        process.kill()
    deadline = time.monotonic() + PATIENCE
    while os.path.exists(f"/proc/{pid}"):
        assert time.monotonic() < deadline
        time.sleep(0.01)


PY_SPY = """#!{python}
import json, sys
assert sys.argv[1] == "dump" and "--nonblocking" in sys.argv
pid = int(sys.argv[sys.argv.index("--pid") + 1])
frame = {{"name": "spied", "filename": "/srv/app.py", "line": 7, "locals": [
    {{"name": "n", "arg": True, "repr": "1"}}, {{"name": "m", "arg": False, "repr": None}}]}}
print(json.dumps([{{"os_thread_id": pid, "thread_name": "Main", "owns_gil": True, "frames": [frame]}}]))
"""


@one_python
def test_py_spy_is_asked_where_the_library_fails(
    start: StartDebuggee, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    debuggee = start(PROGRAM)
    program = tmp_path / "py-spy"
    program.write_text(PY_SPY.format(python=sys.executable))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(interior, "layout_of", lambda *_: None)
    with Impostor(CRASHES) as impostor:
        picture = look(debuggee.pid, locals=True, reader=impostor)
    assert picture.reader == "py-spy"
    assert picture.notes[0].startswith("read by py-spy, because pystack could not: it crashed")
    main = picture.threads[0]
    assert main.holds_gil
    assert places(main) == [("spied", "/srv/app.py", 7)]
    assert json.loads(json.dumps(picture.as_json()))["threads"][0]["frames"][0]["variables"] == [
        {"name": "n", "value": "1", "is_argument": True},
        {"name": "m", "value": "?", "is_argument": False},
    ]
    with Impostor(CRASHES) as impostor, pytest.raises(CannotLook, match="again without --pause"):
        look(debuggee.pid, pause=True, reader=impostor)


@each_python
def test_nobody_else_is_asked_for_stacks_and_variables(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    begin(debuggee, "sleeper, 1", "restless")
    with Impostor(CRASHES) as impostor:
        for pause in (False, True):
            sleeper = in_function(look(debuggee.pid, pause=pause, reader=impostor), "sleeper")
            assert places(sleeper)[0] == place(debuggee, "sleeper")
            shown = in_function(look(debuggee.pid, locals=True, pause=pause, reader=impostor), "sleeper")
            assert places(shown) == places(sleeper)
        assert impostor.starts == 0


@each_python
def test_stacks_that_change_all_the_time_are_read(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    begin(debuggee, "sleeper, 1", "restless")
    for locals in (False, True) * 5:
        picture = look(debuggee.pid, locals=locals)
        assert places(in_function(picture, "sleeper"))[0] == place(debuggee, "sleeper")
        assert len(picture.threads) == 3
