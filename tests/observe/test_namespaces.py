"""Processes of containers: pid and mount namespaces of their own, other users."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from remora.inject.process import Process
from remora.observe.frozen import CannotLook, look
from remora.observe.reader import Reader
from tests.inject.echo import eventually, is_at_rest
from tests.support.pythons import SAME_ROOT, Python, each_python_here

PROGRAM = """
import threading, time
def sleeper():
    time.sleep(3600)
threading.Thread(target=sleeper, daemon=True).start()
print("ready", flush=True)
time.sleep(3600)
"""


@contextmanager
def contained(*command: str) -> Iterator[int]:
    """The pid, seen from here, of a program in a pid namespace of its own."""
    unshare = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"]
    with subprocess.Popen([*unshare, *command], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == b"ready\n"
            (pid,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            eventually(lambda: is_at_rest(Process(int(pid))), True)
            yield int(pid)
        finally:
            process.kill()


@each_python_here
def test_numbers_are_those_of_this_host(python: Python) -> None:
    with contained(*python.command("-c", PROGRAM)) as pid, Reader() as kept:
        for wish in ("", "pause", "native", ""):
            picture = look(pid, pause=wish == "pause", native=wish == "native", reader=kept)
            assert picture.pid == pid
            tids = {int(name) for name in os.listdir(f"/proc/{pid}/task")}
            assert {thread.tid for thread in picture.threads} == tids
            main, sleeper = picture.threads
            assert main.is_main
            assert main.tid == pid
            assert "<module>" in [frame.function for frame in main.frames]
            assert "sleeper" in [frame.function for frame in sleeper.frames]
            assert sleeper.wait
            assert sleeper.wait.kind == "sleep"
            assert (wish == "native") == any(frame.language == "native" for frame in sleeper.frames)


@pytest.mark.parametrize("python", SAME_ROOT[-1:], ids=str)
def test_who_may_not_look_is_told_so(python: Python) -> None:
    """As somebody else, who reads our sources nevertheless."""
    with contained(*python.command("-c", PROGRAM)) as pid:
        nobody = os.fork()
        if nobody == 0:
            os._exit(as_nobody(pid))
        assert os.waitstatus_to_exitcode(os.waitpid(nobody, 0)[1]) == 0


def as_nobody(pid: int) -> int:
    os.setgid(65534)
    os.setuid(65534)
    try:
        look(pid)
    except CannotLook as error:
        told = str(error)
        return 0 if f"lets you see no memory of process {pid}" in told and "remora doctor" in told else 1
    except Exception as error:
        print(repr(error), file=sys.stderr)
    return 2
