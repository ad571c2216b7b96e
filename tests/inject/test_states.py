"""Attaching to programs in all kinds of states, each of which goes on as it was."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from remora.inject import rendezvous
from remora.inject.attach import attach
from remora.inject.process import Process
from tests.inject.echo import EchoBundle, Footprint, assert_answers, eventually, is_at_rest
from tests.support.debuggee import Debuggee
from tests.support.pythons import Python, each_python

PROGRAMS = Path(__file__).parent / "programs"
#: States in which a thread always runs.
RESTLESS = {"busy", "one_line", "allocating", "in_c", "many_threads"}
#: States of `states.py`, with the number of threads in each.
STATES = {
    "busy": 1,
    "one_line": 1,
    "allocating": 1,
    "asleep": 1,
    "accepting": 1,
    "locked": 1,
    "joining": 2,
    "in_asyncio": 1,
    "in_c": 1,
    "many_threads": 51,
    "main_has_returned": 2,
    "main_has_exited": 2,
    "another_user": 1,
}


@each_python
@pytest.mark.parametrize("state", STATES)
def test_gets_in_and_leaves_nothing(python: Python, state: str) -> None:
    with Debuggee(python, PROGRAMS / "states.py", state) as debuggee:
        assert_gets_in(debuggee, state)


def assert_gets_in(debuggee: Debuggee, state: str = "asleep") -> None:
    wait_until_in(debuggee, state)
    assert_attach_leaves_nothing(debuggee)


def wait_until_in(debuggee: Debuggee, state: str) -> None:
    debuggee.wait_line("ready")
    process = Process(debuggee.pid)
    eventually(lambda: len(process.tids()), STATES[state])
    eventually(lambda: state in RESTLESS or is_at_rest(process), True)


def assert_attach_leaves_nothing(debuggee: Debuggee) -> None:
    """The program has then what it had before, handles signals, and has written nothing."""
    before = Footprint(debuggee.pid)
    for _ in range(2):
        assert_answers(attach(debuggee.pid, EchoBundle()))
        eventually(lambda: Footprint(debuggee.pid), before)
    debuggee.signal(signal.SIGUSR1)
    assert debuggee.wait_end() == 7
    assert debuggee.output == "ready\n"


@each_python
def test_a_sleep_takes_as_long_as_ever(python: Python) -> None:
    with Debuggee(python, PROGRAMS / "counts_time.py") as debuggee:
        debuggee.wait_line("ready")
        begun = time.monotonic()
        while time.monotonic() < begun + 1:
            assert_answers(attach(debuggee.pid, EchoBundle()))
        slept = float(debuggee.wait_line("slept").split()[1])
        # One that began anew, when it was last interrupted, would take another second and a half from there.
        assert 1.5 <= slept < 2.4


@dataclass(frozen=True)
class Wrapped(Python):
    """An interpreter that is started by another program, which replaces itself by it."""

    wrapper: tuple[str, ...] = ()

    def command(self, *args: str) -> list[str]:  # type: ignore[override]
        return [*self.wrapper, *super().command(*args)]


def wrapped(python: Python, *wrapper: str) -> Wrapped:
    return Wrapped(python.version, python.argv0, python.root, wrapper)


@each_python
def test_in_namespaces_of_its_own(python: Python) -> None:
    inside = wrapped(python, "unshare", "--net", "--mount", "--ipc", "--uts")
    with Debuggee(inside, PROGRAMS / "states.py", "asleep") as debuggee:
        assert_gets_in(debuggee)


@each_python
def test_meets_in_a_directory_where_the_network_namespace_is_closed(
    python: Python, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendezvous, "_listen_in_namespace", lambda proc, address: None)

    def sockets() -> set[Path]:
        return set((python.root / "tmp").glob("remora-*/s"))

    before = sockets()
    with Debuggee(wrapped(python, "unshare", "--net"), PROGRAMS / "states.py", "another_user") as debuggee:
        assert_gets_in(debuggee)
        assert sockets() <= before


READ_ONLY = """
mount --make-rprivate /
for place in "$1" /tmp /dev/shm /var/tmp /run; do
    mount --bind "$place" "$place" && mount -o remount,bind,ro "$place"
done
shift
exec "$@"
"""


@each_python
@pytest.mark.parametrize("state", ["busy", "asleep"])
def test_in_a_read_only_file_system(python: Python, state: str) -> None:
    inside = wrapped(python, "unshare", "--mount", "sh", "-c", READ_ONLY, "sh", str(python.root))
    with Debuggee(inside, PROGRAMS / "states.py", state) as debuggee:
        assert_gets_in(debuggee, state)


@each_python
def test_whose_executable_has_been_deleted(python: Python) -> None:
    with copied(python) as copy, Debuggee(copy, PROGRAMS / "states.py", "asleep") as debuggee:
        wait_until_in(debuggee, "asleep")
        (copy.root / copy.argv0.lstrip("/")).unlink()
        assert_attach_leaves_nothing(debuggee)


@contextmanager
def copied(python: Python) -> Iterator[Python]:
    with python.directory() as directory:
        original = python.root / python.argv0.lstrip("/")
        copy = shutil.copy(original, directory)
        home = subprocess.run(
            python.command("-c", "import sys; print(sys.prefix)"), capture_output=True, text=True, check=True
        ).stdout.strip()
        environment = ("env", f"PYTHONHOME={home}")
        inside = replace(python, argv0=python.path_inside(copy))
        yield wrapped(inside, *environment)
