"""Locks and deadlocks, as the memory of a process tells them."""

from __future__ import annotations

import os
import random
import resource
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from remora.observe.memory import enrich
from remora.observe.memory.core import CoreFile
from remora.observe.picture import Cycle, Picture, Thread
from tests.support.debuggee import DEBUGGEES, Debuggee
from tests.support.pythons import SAME_ROOT, Python, each_python

PROGRAM, MADE_OF_LOCKS = DEBUGGEES / "locks.py", DEBUGGEES / "made_of_locks.py"


def look(debuggee: Debuggee) -> Picture:
    """What the memory tells of the threads that the kernel knows."""
    tids = sorted(map(int, os.listdir(f"/proc/{debuggee.pid}/task")))
    bare = Picture(debuggee.pid, "", "", "", tuple(Thread(tid, "") for tid in tids))
    return enrich(bare, debuggee.pid)


def pictures(debuggee: Debuggee) -> Iterator[Picture]:
    """Look until there is what is looked for: the program's last step into it can tell nobody."""
    debuggee.wait_line("ready")
    deadline = time.monotonic() + debuggee.timeout
    while True:
        picture = look(debuggee)
        yield picture
        assert time.monotonic() < deadline, [(thread.name, thread.wait) for thread in picture.threads]


def deadlocked(debuggee: Debuggee) -> Picture:
    for picture in pictures(debuggee):
        assert picture.notes == ()
        listed = {thread.tid for thread in picture.threads}
        if picture.deadlocks and all(link.tid in listed for link in picture.deadlocks[0].links):
            return picture
    raise AssertionError


def names(picture: Picture, cycle: Cycle) -> list[str]:
    """Of its threads, each before the one it waits for."""
    called = {thread.tid: thread.name for thread in picture.threads}
    assert [link.owner for link in cycle.links] == [
        *(link.tid for link in cycle.links[1:]),
        cycle.links[0].tid,
    ]
    return [called[link.tid] for link in cycle.links]


@each_python
@pytest.mark.parametrize(
    ("case", "threads", "known_by", "kinds"),
    [
        ("plain", ["ring-0", "ring-1"], "stack", {"Lock"}),
        ("reentrant", ["ring-0", "ring-1"], "owner", {"RLock"}),
        ("three", ["ring-0", "ring-1", "ring-2"], "stack", {"Lock", "RLock"}),
        ("conditions", ["ring-0", "ring-1"], "stack", {"Lock", "RLock"}),
        ("managed", ["one", "two"], "stack", {"Lock"}),
        ("itself", ["selfish"], "stack", {"Lock"}),
        ("acquired", ["one", "two"], "stack", {"Lock"}),
        ("ways", [f"ring-{number}" for number in range(10)], "stack", {"Lock"}),
        ("itself_by_hand", ["selfish"], "stack", {"Lock"}),
        ("importing", ["has the lock", "imports"], "stack", {"Lock", "module lock"}),
        ("joined", ["boss", "worker"], "stack", {"thread", "Lock"}),
        ("gil", ["has the mutex", "has the GIL"], "owner", {"GIL", "mutex"}),
    ],
)
def test_a_deadlock_is_found(
    python: Python, case: str, threads: list[str], known_by: str, kinds: set[str]
) -> None:
    with Debuggee(python, PROGRAM, case) as debuggee:
        picture = deadlocked(debuggee)
    (cycle,) = picture.deadlocks
    assert names(picture, cycle) == threads
    assert cycle.known_by == known_by
    assert {link.lock.kind for link in cycle.links} == kinds


@each_python
@pytest.mark.parametrize(
    ("case", "threads", "kinds"),
    [
        ("results", ["pool_0", "pool_1"], {"future"}),
        ("full_pool", ["pool_0", "pool_1"], {"job"}),
        ("writing", ["has the lock", "has the file"], {"file buffer", "Lock"}),
    ],
)
def test_a_deadlock_over_what_is_made_of_locks(
    python: Python, case: str, threads: list[str], kinds: set[str]
) -> None:
    with Debuggee(python, MADE_OF_LOCKS, case) as debuggee:
        picture = deadlocked(debuggee)
    (cycle,) = picture.deadlocks
    assert names(picture, cycle) == threads
    assert cycle.known_by == "stack"
    assert {link.lock.kind for link in cycle.links} == kinds


@each_python
def test_the_program_s_names_of_locks_are_told(python: Python) -> None:
    with Debuggee(python, PROGRAM, "named") as debuggee:
        picture = deadlocked(debuggee)
    waits = {thread.name: thread.wait for thread in picture.threads}
    (back,) = (thread.tid for thread in picture.threads if thread.name == "back")
    assert waits["there"]
    assert waits["there"].text == f"waits for Lock target.lock, which thread {back} (back) holds"


@each_python
def test_waits_that_are_no_deadlock(python: Python) -> None:
    with Debuggee(python, PROGRAM, "waiting") as debuggee:
        for picture in pictures(debuggee):
            waits = {thread.name: thread.wait for thread in picture.threads}
            assert picture.deadlocks == ()
            kinds = {name: wait and wait.kind for name, wait in waits.items()}
            if all(waits[name] for name in ("notified", "let go", "for a time", "for ever")) and (
                kinds["relieved"] == kinds["deceived"] == "lock"
            ):
                break
        told = {name: wait.text for name, wait in waits.items() if wait}
        (limited,) = (thread.tid for thread in picture.threads if thread.name == "for a time")
        assert told["notified"] == told["notified too"] == "waits to be notified by condition"
        assert told["let go"] == "waits for Lock other"
        assert told["deceived"] == "waits for Lock lock"
        assert told["for a time"].endswith(", for a limited time")
        assert told["for ever"] == f"waits for Lock second, which thread {limited} (for a time) holds"


@each_python
def test_what_is_made_of_locks_is_told_as_what_it_is(python: Python) -> None:
    with Debuggee(python, MADE_OF_LOCKS, "awaiting") as debuggee:
        for picture in pictures(debuggee):
            (pool,) = (thread.tid for thread in picture.threads if thread.name == "pool_0")
            wanted = {
                "event": "waits for event event",
                "semaphore": "waits for semaphore semaphore",
                "barrier": "waits for others at barrier barrier",
                "get": "waits for an item of queue empty",
                "put": "waits for room in queue full",
                "end": "waits until all is done of queue full",
                "simple": "waits for an item of queue simple",
                "pool_0": "waits for an item of queue simple",
                "running": f"waits for the result of future running, which thread {pool} (pool_0) runs",
                "pending": "waits for the result of future pending, whose job has not begun",
            }
            told = {thread.name: thread.wait.text for thread in picture.threads if thread.wait}
            if told == wanted:
                break
        assert picture.deadlocks == ()


@each_python
def test_a_holder_that_a_fork_has_left_behind(python: Python) -> None:
    with Debuggee(python, MADE_OF_LOCKS, "left_behind") as debuggee:
        child = int(debuggee.wait_line(r"^child \d+$").split()[1])
        deadline = time.monotonic() + debuggee.timeout
        while True:
            tids = sorted(map(int, os.listdir(f"/proc/{child}/task")))
            picture = enrich(Picture(child, "", "", "", tuple(Thread(tid, "") for tid in tids)), child)
            told = [thread.wait.text for thread in picture.threads if thread.wait]
            if told:
                break
            assert time.monotonic() < deadline
        end = "a thread holds that has ended, or that a fork has left behind"
        assert told == [f"waits for RLock lock, which {end}"]
        assert picture.deadlocks == ()


@each_python
@pytest.mark.parametrize("case", ["busy", "signals"])
def test_a_busy_program_raises_no_alarm(python: Python, case: str) -> None:
    with Debuggee(python, PROGRAM, case) as debuggee:
        debuggee.wait_line("ready")
        for _ in range(20):
            assert look(debuggee).deadlocks == ()
        deadline = time.monotonic() + debuggee.timeout
        seen: list[str] = []
        looks = 0
        while looks < 20 or "lock" not in seen:
            looks += 1
            debuggee.signal(signal.SIGSTOP)
            os.waitid(os.P_PID, debuggee.pid, os.WSTOPPED)
            picture = look(debuggee)
            assert picture.deadlocks == ()
            seen += [thread.wait.kind for thread in picture.threads if thread.wait]
            assert time.monotonic() < deadline, set(seen)
            debuggee.signal(signal.SIGCONT)


@each_python
def test_threads_have_the_names_that_the_program_gave_them(python: Python) -> None:
    with Debuggee(python, PROGRAM, "names") as debuggee:
        debuggee.wait_line("ready")
        debuggee.wait_blocked()
        names = {thread.name for thread in look(debuggee).threads}
    assert names == {"chief", "a name that is longer than the kernel's", "Näme, 名前, 🐟"}


@each_python
def test_a_stopped_program_tells_the_same(python: Python) -> None:
    with Debuggee(python, PROGRAM, "three") as debuggee:
        before = deadlocked(debuggee)
        debuggee.stop()
        assert look(debuggee).deadlocks == before.deadlocks


@each_python
def test_a_holder_that_runs_is_told(python: Python) -> None:
    with Debuggee(python, PROGRAM, "computing") as debuggee:
        for picture in pictures(debuggee):
            waits = {thread.name: thread.wait for thread in picture.threads}
            wanted = waits.get("wants")
            assert picture.deadlocks == ()
            if wanted and wanted.lock and wanted.lock.owner:
                break
        assert wanted
        (computes,) = (thread.tid for thread in picture.threads if thread.name == "computes")
        assert wanted.text == f"waits for Lock lock, which thread {computes} (computes) holds"


@each_python
def test_a_main_thread_at_its_end_waits_for_the_others(python: Python) -> None:
    with Debuggee(python, PROGRAM, "ending") as debuggee:
        debuggee.wait_line("ready")
        debuggee.wait_blocked()
        waits = {thread.name: thread.wait for thread in look(debuggee).threads}
    assert waits["MainThread"]
    assert waits["MainThread"].lock
    assert waits["MainThread"].lock.kind == "thread"
    assert waits["MainThread"].lock.name == "stays"


@each_python
def test_a_core_file_tells_the_same(python: Python, tmp_path: Path) -> None:
    with Debuggee(python, PROGRAM, "three") as debuggee:
        alive = deadlocked(debuggee)
        core = debuggee.dump_core(tmp_path)
    bare = replace(alive, threads=tuple(replace(each, wait=None) for each in alive.threads), deadlocks=())
    assert enrich(bare, core).deadlocks == alive.deadlocks


@each_python
def test_a_core_file_of_the_kernel_tells_the_same(python: Python) -> None:
    if Path("/proc/sys/kernel/core_pattern").read_text().startswith("|"):
        pytest.skip("the kernel hands core files to a program here: /proc/sys/kernel/core_pattern")
    with Debuggee(python, PROGRAM, "three") as debuggee:
        alive = deadlocked(debuggee)
        resource.prlimit(debuggee.pid, resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)
        debuggee.signal(signal.SIGABRT)
        debuggee.wait_end()
        (core,) = debuggee.directory.glob("core*")
        program = Path(f"{python.root}/{python.argv0}").resolve()
        assert enrich(alive, core, program).deadlocks == alive.deadlocks


def test_what_is_no_core_file_is_said(tmp_path: Path) -> None:
    bare = Picture(1, "", "", "", ())
    for content in (b"", b"text", b"\x7fELF\2" + bytes(100)):
        (tmp_path / "core").write_bytes(content)
        (note,) = enrich(bare, tmp_path / "core").notes
        assert note.startswith("Its locks are not known: its memory cannot be read")


@pytest.mark.parametrize(
    ("program", "case"), [(PROGRAM, "three"), (PROGRAM, "ways"), (MADE_OF_LOCKS, "full_pool")]
)
def test_damage_costs_what_is_damaged_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: Path, case: str
) -> None:
    """What is read of a program that goes on may be anything."""
    with Debuggee(SAME_ROOT[-1], program, case) as debuggee:
        alive = deadlocked(debuggee)
        core = debuggee.dump_core(tmp_path)
        read, damaged = CoreFile._read, dict[int, bytes]()
        places: set[int] = set()

        def read_damaged(self: CoreFile, address: int, size: int) -> bytes:
            content = bytearray(read(self, address, size))
            places.update(range(address, address + min(size, 512), 8))
            for place, word in damaged.items():
                if address <= place and place + 8 <= address + len(content):
                    content[place - address : place - address + 8] = word
            return bytes(content)

        monkeypatch.setattr(CoreFile, "_read", read_damaged)
        assert enrich(alive, core).deadlocks == alive.deadlocks
        dice = random.Random(8)
        candidates = sorted(places)
        for _ in range(40):
            damaged.clear()
            for place in dice.choices(candidates, k=3):
                damaged[place] = dice.choice([bytes(8), b"\xff" * 8, dice.randbytes(8)])
            picture = enrich(alive, core)
            assert [thread.tid for thread in picture.threads] == [thread.tid for thread in alive.threads]
