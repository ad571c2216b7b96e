"""Children of a program come to the client's door before their first line."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from remora.inject.children import Child, ChildrenDoor, wait_child
from tests.support.dap import SyncClient
from tests.support.debuggee import DEBUGGEES, Debuggee
from tests.support.patience import PATIENCE
from tests.support.pythons import Python, each_python
from tests.support.session import BUNDLE, Session, attached

PROGRAM = DEBUGGEES / "starts_children.py"
WAYS = ["fork", "direct", "shell", "env", "script", "posix_spawn", "system", "spawnv", "mp_fork", "mp_spawn"]


@contextmanager
def door_of(debuggee: Debuggee, patience: float = PATIENCE) -> Iterator[ChildrenDoor]:
    debuggee.wait_line()  # before that it may not be in its root tree yet
    door = ChildrenDoor(debuggee.pid, patience)
    try:
        yield door
    finally:
        door.close()


@contextmanager
def following(debuggee: Debuggee, door: ChildrenDoor) -> Iterator[Session]:
    children = {"directory": door.directory, "firstStage": door.first_stage}
    with attached(debuggee, stop=False, remoraChildren=children) as session:
        yield session
        if debuggee.is_running():
            session.detach()  # which the program has heard of when this comes back


def came(door: ChildrenDoor) -> Child:
    child = wait_child(door, PATIENCE)
    assert child is not None
    return child


@contextmanager
def taken(door: ChildrenDoor, debuggee: Debuggee) -> Iterator[Session]:
    """A session of the next child, as far as its configuration."""
    child = came(door)
    door.introduce(child, BUNDLE, PATIENCE)
    client = SyncClient(child.socket)
    try:
        yield Session(client, debuggee, stop=False, configured=False)
    finally:
        client.close()


def goes_on(debuggee: Debuggee, way: str) -> None:
    """The program starts a child, which nobody stops."""
    debuggee.send(way + "\n")
    debuggee.wait_line("child 2")
    debuggee.wait_line("gave")


@pytest.mark.parametrize("way", WAYS)
@each_python
def test_a_child_stops_at_a_breakpoint(python: Python, way: str) -> None:
    with Debuggee(python, PROGRAM) as debuggee, door_of(debuggee) as door:
        with following(debuggee, door):
            debuggee.send(way + "\n")
            with taken(door, debuggee) as child:
                child.break_at("work")
                child.configure()
                child.stops_at("work")
                assert child.value("x") == "1"
                child.break_at()
                child.go()
                debuggee.wait_line("child 2")
            debuggee.wait_line("gave " + ("0" if way.startswith("mp") else "3"))
        goes_on(debuggee, way)


@each_python
def test_the_child_sees_the_environment_that_its_parent_meant(python: Python) -> None:
    with Debuggee(python, PROGRAM) as debuggee, door_of(debuggee) as door, following(debuggee, door):
        debuggee.send("environment\n")
        with taken(door, debuggee) as child:
            child.configure()
        assert debuggee.wait_line("path") == "path /nowhere []"
        debuggee.wait_line("gave 3")


@each_python
def test_exec_is_a_session_of_its_own(python: Python) -> None:
    with (
        Debuggee(python, PROGRAM) as debuggee,
        door_of(debuggee) as door,
        following(debuggee, door) as parent,
    ):
        debuggee.send("execv\n")
        with taken(door, debuggee) as child:
            child.break_at("work")
            child.configure()
            child.stops_at("work")
            child.break_at()
            child.go()
            debuggee.wait_line("child 2")
        parent.client.wait_closed()
        assert debuggee.wait_end() == 3


@pytest.mark.parametrize("way", ["fork", "direct"])
@each_python
def test_a_child_that_is_turned_away_goes_on(python: Python, way: str) -> None:
    with Debuggee(python, PROGRAM) as debuggee, door_of(debuggee) as door, following(debuggee, door):
        debuggee.send(way + "\n")
        came(door).socket.close()
        debuggee.wait_line("child 2")
        debuggee.wait_line("gave 3")


@pytest.mark.parametrize("way", ["fork", "direct"])
@each_python
def test_a_child_that_nobody_takes_goes_on(python: Python, way: str) -> None:
    with (
        Debuggee(python, PROGRAM) as debuggee,
        door_of(debuggee, patience=0.3) as door,
        following(debuggee, door),
    ):
        begun = time.monotonic()
        goes_on(debuggee, way)
        assert time.monotonic() - begun < PATIENCE / 2


@each_python
def test_nothing_is_left_of_the_door(python: Python) -> None:
    with Debuggee(python, PROGRAM) as debuggee:
        with door_of(debuggee) as door:
            inside = f"/proc/{debuggee.pid}/root{door.directory}"
            assert os.stat(inside).st_mode & 0o777 == 0o700
            with following(debuggee, door):
                pass
        assert not os.path.exists(inside)
        goes_on(debuggee, "direct")
        goes_on(debuggee, "fork")
