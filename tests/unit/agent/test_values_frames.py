"""Frames, their names and positions, and their variables."""

# ruff: noqa: F841 (the variables are those that are looked at)

from __future__ import annotations

import os
import tempfile

from remora.agent.compat import (
    ADDED_LOCALS_DELETABLE,
    HAS_CO_POSITIONS,
    HAS_CO_QUALNAME,
    LOCALS_WRITE_THROUGH,
)
from remora.agent.inspection import frames
from remora.agent.inspection.frames import frame_body, function_name, visible_stack
from remora.agent.inspection.locals import NotWritable, assign, delete, snapshot
from tests.values.expect import here, raised


class Owner:
    def method(self):
        return here()

    @classmethod
    def made(cls):
        return here()


def test_names():
    assert function_name(Owner().method()) == "Owner.method"
    assert function_name(Owner.made()) == "Owner.made"
    expected = "test_names.<locals>.<lambda>" if HAS_CO_QUALNAME else "<lambda>"
    assert function_name((lambda: here())()) == expected


def test_position_within_the_line():
    if not HAS_CO_POSITIONS:
        body = frame_body(here(), 1, {"path": "x"})
        assert (body["column"], "endColumn" in body) == (1, False)
        return
    text = "def f(here):\n    a = '\u00e9\U0001f600' and here()\n    return a\n"
    directory = tempfile.mkdtemp()
    path = os.path.join(directory, "beyond_ascii.py")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    try:
        namespace = {}
        exec(compile(text, path, "exec"), namespace)
        bodies = []
        namespace["f"](lambda: bodies.append(frame_body(here().f_back, 7, {"path": path}, "subtle")))
    finally:
        os.remove(path)
        os.rmdir(directory)
    body = bodies[0]
    # Before the call there are 12 ASCII characters, one of one UTF-16 unit and one of two.
    before = len("    a = '") + 1 + 2 + len("' and ")
    assert (body["line"], body["column"]) == (2, before + 1)
    assert (body["endLine"], body["endColumn"]) == (2, before + 1 + len("here()"))
    assert (body["id"], body["presentationHint"]) == (7, "subtle")


def test_the_agents_own_frames_are_not_visible():
    own = frames._OWN_FILES + "agent/x.py"

    def run(source, filename, **names):
        exec(compile(source, filename, "exec"), names)
        return names

    def program():
        stack.append(here())

    stack = []
    run("run('f()', 'program.py', f=f)", own, run=run, f=program)
    assert own not in [frame.f_code.co_filename for frame in visible_stack(stack[0])]
    assert visible_stack(stack[0])[0] is stack[0]
    stack.clear()
    launch = "run('run(\"f()\", \"program.py\", f=f)', '/lib/runpy.py', run=run, f=f)"
    run(launch, own, run=run, f=program)
    files = [frame.f_code.co_filename for frame in visible_stack(stack[0])]
    assert "program.py" in files
    assert visible_stack(None) == []


def test_writing_locals():
    x, cell = 1, 2

    def inner():
        return cell

    frame = here()
    assert snapshot(frame)["x"] == 1
    assign(frame, "x", 10)
    assign(frame, "cell", 20)
    assign(frame, "fresh", 30)
    assert (x, cell, inner()) == (10, 20, 20)
    assert snapshot(frame)["fresh"] == 30
    if ADDED_LOCALS_DELETABLE:
        delete(frame, "fresh")
        assert "fresh" not in snapshot(frame)
    else:
        raised(NotWritable, delete, frame, "fresh")
    raised(NameError, delete, frame, "nothing")
    if LOCALS_WRITE_THROUGH:
        raised(NotWritable, delete, frame, "x")
    else:
        delete(frame, "x")
        raised(NameError, lambda: x)


def test_writing_in_a_suspended_generator():
    def generator():
        n = 1
        while True:
            yield n

    made = generator()
    next(made)
    assign(made.gi_frame, "n", 5)
    assert next(made) == 5


def test_a_snapshot_is_a_copy():
    x = 1
    taken = snapshot(here())
    x = 2
    assert taken["x"] == 1


def test_namespaces_that_are_no_dict():
    class Namespace(dict):
        def __missing__(self, key):
            raise KeyError(key)

    namespace = Namespace(here=here, keep=[].append)
    found = []
    namespace["keep"] = found.append
    exec("x = 1\nkeep(here())", {"__builtins__": __builtins__}, namespace)
    assert snapshot(found[0])["x"] == 1
    assign(found[0], "x", 2)
    assert namespace["x"] == 2
