"""asyncio tasks, as the memory of a process tells them."""

from __future__ import annotations

from pathlib import Path

import pytest

from remora.observe.memory import enrich
from remora.observe.picture import Picture, Task
from tests.support.debuggee import DEBUGGEES, Debuggee
from tests.support.pythons import ALL, Python

PROGRAM = DEBUGGEES / "tasks_from_outside.py"
TELLS = [python for python in ALL if python.at_least("3.14")]
TELLS_NOT = [python for python in ALL if not python.at_least("3.14")]
BARE = Picture(None, "", "", "", ())


@pytest.mark.parametrize("python", TELLS, ids=str)
def test_tasks_are_told(python: Python) -> None:
    with Debuggee(python, PROGRAM) as debuggee:
        debuggee.wait_line("ready")
        debuggee.wait_blocked()
        picture = enrich(BARE, debuggee.pid)
    assert picture.notes == ()
    tasks = by_name(picture)
    assert {name: (task.coroutine, task.state, task.awaited_by) for name, task in tasks.items()} == {
        "Task-1": ("other_loop.<locals>.waits", "waiting", ()),
        "Task-2": ("main", "waiting", ()),
        "böss": ("boss", "waiting", ("Task-2",)),
        "grouped": ("worker", "waiting", ("böss",)),
        "gatherer": ("gatherer", "waiting", ("böss",)),
        "gathered": ("worker", "waiting", ("gatherer",)),
        "Task-3": ("rest", "waiting", ("gatherer",)),
        "runs": ("runs", "running", ("Task-2",)),
        "ready": ("never", "ready", ("Task-2",)),
    }
    assert {task.tid for task in tasks.values()} == {debuggee.pid, tasks["Task-1"].tid}
    assert tasks["Task-1"].tid != debuggee.pid
    assert places(tasks["gathered"], debuggee) == [
        ("rest", debuggee.line_of("rest")),
        ("worker", debuggee.line_of("worker")),
    ]
    assert places(tasks["gatherer"], debuggee) == [("gatherer", debuggee.line_of("gatherer"))]
    assert places(tasks["runs"], debuggee) == [("runs", debuggee.line_of("runs"))]
    assert places(tasks["Task-2"], debuggee) == [("main", debuggee.line_of("main"))]


@pytest.mark.parametrize("python", TELLS, ids=str)
def test_a_core_file_tells_the_same(python: Python, tmp_path: Path) -> None:
    with Debuggee(python, PROGRAM) as debuggee:
        debuggee.wait_line("ready")
        debuggee.wait_blocked()
        alive = by_name(enrich(BARE, debuggee.pid))
        core = debuggee.dump_core(tmp_path)
        dead = by_name(enrich(BARE, core))
    assert dead == alive


@pytest.mark.parametrize("python", TELLS_NOT, ids=str)
def test_older_versions_say_that_they_do_not_tell(python: Python) -> None:
    with Debuggee(python, PROGRAM) as debuggee:
        debuggee.wait_line("ready")
        debuggee.wait_blocked()
        picture = enrich(BARE, debuggee.pid)
    assert picture.tasks is None
    (note,) = picture.notes
    assert note.startswith("asyncio tasks are shown from Python 3.14 on")


def by_name(picture: Picture) -> dict[str, Task]:
    assert picture.tasks is not None
    assert len({task.name for task in picture.tasks}) == len(picture.tasks)
    return {task.name: task for task in picture.tasks}


def places(task: Task, debuggee: Debuggee) -> list[tuple[str, int]]:
    """Functions and lines of those of its frames that are of the program."""
    return [(frame.function, frame.line) for frame in task.frames if frame.file == debuggee.path_inside]
