"""Pictures of processes from outside, on every version: wedged, stopped, at work."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import pytest

from remora.observe.frozen import CannotLook, look
from remora.observe.memory import Interior
from remora.observe.memory.spaces import LiveProcess
from remora.observe.picture import Picture, Thread
from tests.conftest import StartDebuggee
from tests.support.debuggee import Debuggee
from tests.support.patience import PATIENCE
from tests.support.pythons import Python, each_python, each_python_here

PROGRAM = "frozen_on_request.py"


def begin(debuggee: Debuggee, *functions: str) -> None:
    """Start threads, and wait until each of them is where it stays."""
    for function in functions:
        debuggee.send(f"begin({function})\n")
        debuggee.wait_line("gave")
    deadline = time.monotonic() + PATIENCE
    while True:
        at = [frame.function for thread in look(debuggee.pid).threads for frame in thread.frames]
        if all(function.partition(",")[0] in at for function in functions):
            return
        assert time.monotonic() < deadline, at


def place(debuggee: Debuggee, marker: str) -> tuple[str, str, int]:
    return marker, debuggee.path_inside, debuggee.line_of(marker)


def places(thread: Thread) -> list[tuple[str, str, int]]:
    return [(frame.function, frame.file, frame.line) for frame in thread.frames]


def in_function(picture: Picture, function: str) -> Thread:
    found = [each for each in picture.threads if any(frame.function == function for frame in each.frames)]
    assert len(found) == 1, picture
    return found[0]


def state_of(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


@each_python
def test_stacks_and_waits(start: StartDebuggee, python: Python) -> None:
    debuggee = start(PROGRAM)
    begin(debuggee, "sleeper, 1", "locker", "reader", "accepter", "poller")
    picture = look(debuggee.pid)
    assert picture.pid == debuggee.pid
    assert picture.version == python.version
    assert debuggee.path_inside in picture.command
    assert picture.paused is None
    kinds = {}
    for function in ("sleeper", "locker", "reader", "accepter", "poller"):
        thread = in_function(picture, function)
        assert place(debuggee, function) in places(thread)[:2]  # socket.accept() has a frame of its own
        assert thread.state == "S"
        assert thread.wait
        kinds[function] = thread.wait.kind
    assert kinds.pop("locker") in ("futex", "lock")
    # accept() of Python waits in poll(2) first where the socket has a timeout, and in accept(2) else.
    assert kinds == {"sleeper": "sleep", "reader": "read", "accepter": "accept", "poller": "poll"}
    main = picture.threads[0]
    assert main.is_main
    assert main.tid == debuggee.pid
    assert main.frames[-1].function == "<module>"
    assert main.wait
    assert main.wait.kind == "read"
    assert "a pipe (fd 0)" in main.wait.text
    assert not any(thread.holds_gil for thread in picture.threads)


@each_python
def test_wedged_in_c_with_the_gil(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    begin(debuggee, "sleeper, 1")
    debuggee.send("begin(spinner)\n")
    debuggee.send("wedge()\n")
    debuggee.wait_line("wedged")
    debuggee.wait_blocked()
    picture = look(debuggee.pid, locals=True)
    holder = picture.threads[0]
    assert holder.holds_gil
    assert places(holder)[0] == place(debuggee, "wedge")
    spinner = in_function(picture, "spinner")
    assert spinner.wait
    assert spinner.wait.kind == "gil"
    assert [variable.name for variable in spinner.frames[0].variables or ()] == ["count"]


@each_python
def test_local_variables(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    begin(debuggee, "sleeper, 17")
    frame = in_function(look(debuggee.pid, locals=True), "sleeper").frames[0]
    assert frame.variables is not None
    values = {variable.name: variable.value for variable in frame.variables}
    assert list(values) == ["number", "text", "mapping", "own"]
    assert values["number"] == "17"
    assert values["text"] == "'held'"
    assert values["own"].startswith("<Own at 0x")
    assert [variable.is_argument for variable in frame.variables] == [True, True, False, False]
    assert in_function(look(debuggee.pid), "sleeper").frames[0].variables is None


@each_python
def test_names_and_texts_that_are_not_ascii(start: StartDebuggee, python: Python) -> None:
    debuggee = start("beyond_ascii.py")
    debuggee.wait_blocked()
    frame = look(debuggee.pid, locals=True).threads[0].frames[0]
    assert frame.function.rpartition(".")[2] == "größe"
    assert frame.line == debuggee.line_of("größe")
    values = {each.name: each.value for each in frame.variables or ()}
    assert values["länge"] == "'ünï 日本 🎉'"
    assert values["texte"] == str(["naïve", {"ключ": "é" * 30}])
    assert values["self"].startswith("<Käse at ")


@each_python
def test_values_are_shown_by_what_is_in_them_however_large_they_are(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    begin(debuggee, "values")
    deadline = time.monotonic() + 20
    while (frame := in_function(look(debuggee.pid, locals=True), "values").frames[0]).line != (
        debuggee.line_of("values")
    ):
        assert time.monotonic() < deadline, frame
    assert frame.variables is not None
    values = {variable.name: variable.value for variable in frame.variables}
    numbers = ", ".join(f"{n}: {n}" for n in range(20))
    assert values == {
        "numbers": f"{{{numbers}, … 99980 more}}",
        "few": "{0: 0, 1: 1}",
        "text": repr("x" * 200) + "… 800 more",
        "raw": "b'\\x00\\x01'",
        "accents": "'h\u00e9\u65e5'",
        "own_list": "[[[[[…]]]]]",
        "own_dict": "{'self': {'self': {'self': {'self': {…}}}}}",
        "number": str(-(10**20)),
        "large": "<a large int>",
        "real": "1.5",
        "no": "None",
        "yes": "True",
        "one": "(1,)",
        "members": "{'m'}",
        "nothing": "frozenset()",
        "kind": "<class 'int'>",
        "control": repr("\x1b[31m"),
        "items": "[" + ", ".join(map(str, range(20))) + ", … 30 more]",
    }


@each_python_here
def test_it_takes_no_longer_than_it_may(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    begin(debuggee, "sleeper, 1")
    for pause in (False, True):
        with pytest.raises(CannotLook, match="takes longer than 0 s: allow more by --time-limit"):
            look(debuggee.pid, pause=pause, time_limit=0)
    assert in_function(look(debuggee.pid), "sleeper").state != "t"


@each_python
def test_who_waits_for_work_or_opens_a_file_is_told_so(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    begin(debuggee, "consumer", "opener")
    for function, kind, text in [
        ("consumer", "notification", "waits for an item of queue items"),
        ("opener", "open", "opens a file"),
    ]:
        deadline = time.monotonic() + 20
        while not (wait := in_function(look(debuggee.pid), function).wait) or wait.kind != kind:
            assert time.monotonic() < deadline, wait
        assert wait.text == text


@each_python
def test_who_collects_garbage_is_told(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    debuggee.send("collector()\n")
    debuggee.wait_line("collects")
    deadline = time.monotonic() + 20
    while not (main := look(debuggee.pid).threads[0]).collects_garbage:
        assert time.monotonic() < deadline, main
    assert main.holds_gil


@each_python
def test_calls_in_another_interpreter_are_within_those_outside(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    begin(debuggee, "enters")
    deadline = time.monotonic() + 20
    while (frames := in_function(look(debuggee.pid), "enters").frames)[0].function != "inside":
        assert time.monotonic() < deadline, frames
    assert [frame.function for frame in frames[:3]] == ["inside", "<module>", "enters"]


@each_python_here
def test_greenlets_are_said_not_to_be_shown(start: StartDebuggee) -> None:
    told = "greenlets that wait are not shown: they have no thread"
    debuggee = start(PROGRAM)
    begin(debuggee, "sleeper, 1")
    assert told not in look(debuggee.pid).notes
    begin(debuggee, "hub")
    deadline = time.monotonic() + 20
    while told not in (notes := look(debuggee.pid).notes):
        assert time.monotonic() < deadline, notes


@each_python_here
def test_a_chain_of_calls_that_comes_back_to_itself_ends(
    start: StartDebuggee, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one can that changes while it is followed."""
    debuggee = start(PROGRAM)
    begin(debuggee, "sleeper, 1")
    with Interior(debuggee.pid) as interior:
        layout = interior._frames.objects.layout
        whole = in_function(look(debuggee.pid), "sleeper")
        frames = interior.look()._snapshot.stacks[whole.tid]
    place = frames[-1].address + layout.frame_back
    read = LiveProcess._read

    def read_bent(self: LiveProcess, address: int, size: int) -> bytes:
        content = bytearray(read(self, address, size))
        if address <= place and place + 8 <= address + len(content):
            content[place - address : place - address + 8] = frames[0].address.to_bytes(8, "little")
        return bytes(content)

    monkeypatch.setattr(LiveProcess, "_read", read_bent)
    picture = look(debuggee.pid)
    assert places(in_function(picture, "sleeper")) == places(whole)
    assert any(str(whole.tid) in note for note in picture.notes)


@each_python
def test_a_stopped_process_stays_stopped(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    begin(debuggee, "sleeper, 1")
    debuggee.stop()
    for pause in (False, True):
        picture = look(debuggee.pid, pause=pause)
        assert (picture.paused is None) is not pause
        assert {thread.wait.kind for thread in picture.threads if thread.wait} == {"stopped"}
        assert places(in_function(picture, "sleeper"))[0] == place(debuggee, "sleeper")
        wait_for_state(
            debuggee.pid, "T"
        )  # the kernel wakes it to stop it anew, without an instruction of its own
    debuggee.signal(signal.SIGCONT)
    debuggee.send("1 + 1\n")
    assert debuggee.wait_line("gave") == "gave 2"


def wait_for_state(pid: int, state: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while state_of(pid) != state:
        assert time.monotonic() < deadline
        time.sleep(0.01)


@each_python
def test_a_pause_is_of_one_moment_and_ends(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    begin(debuggee, "restless")
    for _ in range(5):
        picture = look(debuggee.pid, pause=True)
        assert picture.paused is not None
        assert 0 < picture.paused < 10
        assert picture.notes == ()
        depth = [frame.function for frame in in_function(picture, "restless").frames]
        bottom = depth.index("restless")
        assert set(depth[:bottom]) <= {"descending"}
        assert bottom <= 31
    debuggee.send("1 + 1\n")
    assert debuggee.wait_line("gave") == "gave 2"


@each_python
def test_native_frames_go_between_those_of_python(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    begin(debuggee, "sleeper, 1")
    picture = look(debuggee.pid, native=True)
    thread = in_function(picture, "sleeper")
    at = [frame.function for frame in thread.frames].index("sleeper")
    inner = thread.frames[:at]
    assert inner
    assert all(frame.language == "native" for frame in inner)
    assert any("sleep" in frame.function for frame in inner)
    if "??" not in {frame.function for frame in thread.frames}:  # of a build that has its symbols
        assert thread.frames[-1].language == "native"
    python = [frame for frame in thread.frames if frame.language == "python"]
    assert python == list(in_function(look(debuggee.pid), "sleeper").frames)
    assert picture.paused is not None
    debuggee.send("1 + 1\n")
    assert debuggee.wait_line("gave") == "gave 2"


@each_python_here
def test_what_runs_while_it_is_read_is_said_to(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    begin(debuggee, "sleeper, 1")
    deadline = time.monotonic() + 20
    while notes := look(debuggee.pid).notes:  # it comes to rest
        assert time.monotonic() < deadline, notes
    begin(debuggee, "spinner")
    picture = look(debuggee.pid)
    assert places(in_function(picture, "spinner"))[0][:2] == place(debuggee, "spinner")[:2]
    assert str(in_function(picture, "spinner").tid) in picture.notes[0]


def test_what_cannot_be_looked_at_is_told_in_a_sentence() -> None:
    with subprocess.Popen(["true"]) as process:
        wait_for_state(process.pid, "Z")
        with pytest.raises(CannotLook, match=f"process {process.pid} has ended, and only its parent"):
            look(process.pid)
    with pytest.raises(CannotLook, match=f"there is no process {process.pid}"):
        look(process.pid)
    with subprocess.Popen(["sleep", "60"]) as process:
        with pytest.raises(CannotLook, match=f"process {process.pid} does not run Python"):
            look(process.pid)
        process.kill()
