"""What a thread waits in, as the kernel tells it."""

from __future__ import annotations

import os
import platform
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from remora.observe import syscalls
from remora.observe.kernel import Moment, moment
from remora.observe.waits import statics_of, wait_of
from tests.support.patience import PATIENCE
from tests.support.tracer import traced

NUMBERS = {name: number for number, name in syscalls._HERE.items()}


def moment_in(name: str, *arguments: int, state: str = "S") -> Moment:
    words = [*arguments, *[0] * (6 - len(arguments)), 0x7000, 0x8000]
    syscall = " ".join([str(NUMBERS[name]), *map(hex, words)])
    return Moment(1, "x", state, syscall, "", "1+1", 1)


def told(name: str, *arguments: int, state: str = "S") -> tuple[str, str]:
    wait = wait_of(os.getpid(), moment_in(name, *arguments, state=state))
    assert wait
    return wait.kind, wait.text


def test_descriptors_are_named(tmp_path: Path) -> None:
    with ExitStack() as stack:
        file = stack.enter_context((tmp_path / "file").open("w"))
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        client = stack.enter_context(socket.create_connection(server.getsockname()))
        six = stack.enter_context(socket.create_server(("::1", 0), family=socket.AF_INET6))
        unix = stack.enter_context(socket.socket(socket.AF_UNIX))
        unix.bind(str(tmp_path / "unix"))
        epoll = stack.enter_context(select.epoll())
        here, there = server.getsockname()[1], client.getsockname()[1]
        assert told("write", file.fileno()) == ("write", f"writes to {tmp_path}/file (fd {file.fileno()})")
        assert (
            told("flock", file.fileno())[1] == f"waits for the lock on {tmp_path}/file (fd {file.fileno()})"
        )
        assert told("recvfrom", client.fileno()) == (
            "read", f"receives from tcp socket 127.0.0.1:{there} to 127.0.0.1:{here} (fd {client.fileno()})"
        )  # fmt: skip
        assert told("accept4", server.fileno()) == (
            "accept", f"waits for a connection to tcp socket 127.0.0.1:{here} (fd {server.fileno()})"
        )  # fmt: skip
        assert f"[::1]:{six.getsockname()[1]}" in told("accept4", six.fileno())[1]
        assert f"unix socket {tmp_path}/unix" in told("recvmsg", unix.fileno())[1]
        assert told("epoll_pwait", epoll.fileno())[1] == (
            f"waits for events of eventpoll (fd {epoll.fileno()})"
        )
        assert told("read", 99_999)[1] == "reads from fd 99999"


def test_children_locks_and_sleep() -> None:
    assert told("wait4", 4711)[1] == "waits for child process 4711"
    assert told("wait4", 2**64 - 1)[1] == "waits for a child process"
    assert told("waitid", os.P_PID, 4711)[1] == "waits for child process 4711"
    assert told("waitid", os.P_ALL, 0)[1] == "waits for a child process"
    assert told("clock_nanosleep") == ("sleep", "sleeps")
    assert told("pselect6", 0)[0] == "sleep"
    assert told("pselect6", 4)[0] == "poll"
    assert told("ppoll", 0, 3)[1] == "waits for events of 3 descriptors in poll"
    wait = wait_of(1, moment_in("futex", 0x5000, 0x189, 0, 0x9000))
    assert wait
    assert (wait.kind, wait.text) == ("futex", "waits for a lock, for a limited time")
    assert wait.lock
    assert wait.lock.address == 0x5000
    assert told("futex", 0x5000, 0x81) == ("call", "is in futex")  # FUTEX_WAKE waits for nobody


@pytest.mark.parametrize(
    ("place", "arguments", "kind"),
    [
        ("futex_do_wait", (0x5000, 0x189, 0, 0x9000), "futex"),
        ("", (0x5000, 0x89, 0, 0x9000), "futex"),
        ("poll_schedule_timeout.constprop.0", (0x5000, 1, 500), "poll"),
        ("hrtimer_nanosleep", (0, 0, 0x5000, 0x5000), "sleep"),
        ("do_syscall_64", (1, 1, 0x5000, 0), "sleep"),
        ("", (0x5000, 1, 500), "call"),
    ],
)
def test_what_goes_on_after_an_interruption(place: str, arguments: tuple[int, ...], kind: str) -> None:
    interrupted = replace(moment_in("restart_syscall", *arguments), wchan=place)
    wait = wait_of(os.getpid(), interrupted)
    assert wait
    assert wait.kind == kind


@pytest.mark.parametrize(("function", "kind"), [("sleep", "sleep"), ("lock", "futex"), ("poll", "poll")])
def test_a_call_that_a_tracer_has_interrupted(function: str, kind: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _WAITS, function], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        try:
            wait_until(lambda: kind_of_task(process.pid, process.pid) == kind)
            with traced(process.pid, "stopped"):
                assert kind_of_task(process.pid, process.pid) == "traced"
            wait_until(lambda: kind_of_task(process.pid, process.pid) == kind)
        finally:
            process.kill()


#: Waits for long, in a call with a time limit.
_WAITS = """
import ctypes, select, sys, threading
lock, poll = threading.Lock(), select.poll()
lock.acquire()
poll.register(0, select.POLLPRI)
print("ready", flush=True)
{
    "sleep": lambda: ctypes.PyDLL(None).sleep(3600),
    "lock": lambda: lock.acquire(timeout=3600),
    "poll": lambda: poll.poll(3_600_000),
}[sys.argv[1]]()
"""


def test_of_a_core_file() -> None:
    wait = wait_of(None, moment_in("read", 0, state=""))
    assert wait
    assert wait.text == "reads from fd 0"
    assert wait_of(None, Moment(1, "", "", "-1 0x7000 0x8000", "", "", 1)) is None


def test_states() -> None:
    assert wait_of(1, moment_in("read", state="R")) is None
    assert told("futex", 0x5000, 0x80, state="T") == (
        "stopped",
        "is stopped by a signal; it waits for a lock",
    )
    assert told("fsync", 99_999, state="D")[0] == "disk"
    unknown = Moment(1, "x", "S", "999 0x0 0x0 0x0 0x0 0x0 0x0 0x1 0x2", "", "1+1", 1)
    wait = wait_of(1, unknown)
    assert wait
    assert wait.text == "is in system call 999"
    hidden = Moment(1, "x", "S", "", "do_wait", "1+1", 1)
    wait = wait_of(1, hidden)
    assert wait
    assert wait.text == "waits in do_wait of the kernel"


@pytest.mark.parametrize("name", ["sleep", "lock", "read", "accept", "select", "poll", "epoll"])
def test_the_table_has_the_numbers_of_this_machine(name: str) -> None:
    """Real calls, of which this machine's kernel tells the numbers."""
    assert platform.machine() in ("x86_64", "aarch64")
    with ExitStack() as stack:
        reader, writer = os.pipe()
        stack.callback(os.close, reader)
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        poll, epoll = select.poll(), stack.enter_context(select.epoll())
        poll.register(reader)
        lock = threading.Lock()
        lock.acquire()
        calls: dict[str, tuple[str, Callable[[], object]]] = {
            "sleep": ("sleep", lambda: time.sleep(2)),
            "lock": ("futex", lambda: lock.acquire(timeout=20)),
            "read": ("read", lambda: os.read(reader, 1)),
            "accept": ("accept", lambda: server.accept()[0].close()),
            "select": ("poll", lambda: select.select([reader], [], [], 20)),
            "poll": ("poll", lambda: poll.poll(20_000)),
            "epoll": ("poll", lambda: epoll.poll(2)),
        }
        kind, call = calls[name]
        thread = threading.Thread(target=call)
        thread.start()
        try:
            wait_until(lambda: kind_of(thread) == kind)
        finally:
            lock.release()
            os.close(writer)
            socket.create_connection(server.getsockname()).close()
            thread.join()


def kind_of(thread: threading.Thread) -> str:
    assert thread.native_id
    return kind_of_task(os.getpid(), thread.native_id)


def kind_of_task(pid: int, tid: int) -> str:
    now = moment(pid, tid)
    wait = now and wait_of(pid, now)
    return wait.kind if wait else ""


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_static_variables_of_the_interpreter() -> None:
    maps = """\
00400000-00422000 r--p 00000000 08:01 1 /usr/bin/python3.14
00b50000-00c00000 rw-p 00750000 08:01 1 /usr/bin/python3.14
00c00000-00d00000 rw-p 00000000 00:00 0
01d00000-01e00000 rw-p 00000000 00:00 0 [heap]
7f0000000000-7f0000100000 rw-p 00000000 00:00 0
7f0000200000-7f0000300000 rw-p 00000000 08:01 2 /usr/lib/python3.14/lib-dynload/_ssl.so
7f0000400000-7f0000500000 rw-p 00000000 08:01 3 /usr/lib/libpython3.12.so.1.0
"""
    assert statics_of(maps) == [
        range(0xB50000, 0xC00000), range(0xC00000, 0xD00000), range(0x7F0000400000, 0x7F0000500000)
    ]  # fmt: skip
