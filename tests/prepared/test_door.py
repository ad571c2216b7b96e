"""The door of a prepared program: who comes in, and that the program does not notice."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from remora import sessions
from remora.inject.attach import DOOR, attach, hello_of
from remora.prepared.door import HALFWAY_LIMIT
from tests.inject.echo import Footprint, eventually
from tests.support.dap import SyncClient
from tests.support.debuggee import Debuggee
from tests.support.pythons import Python, each_python
from tests.support.session import BUNDLE, Session, attached

from .conftest import Prepared, tell

pytestmark = each_python

NOBODY = 65534


def listening(prepare: Prepared) -> Debuggee:
    debuggee = prepare()
    assert tell(debuggee, "remora.listen()") == entry_inside(debuggee)
    return debuggee


def entry_inside(debuggee: Debuggee) -> str:
    directory = tell(debuggee, "os.environ['REMORA_RUNTIME_DIR']").strip("'")
    return f"{directory}/program-{debuggee.pid}"


def dial(debuggee: Debuggee) -> socket.socket:
    sock = sessions.dial_program(debuggee.pid)
    assert sock is not None
    found = socket.socket(fileno=sock.detach())
    found.settimeout(5)
    return found


def test_a_client_comes_in_by_the_door(prepare: Prepared) -> None:
    debuggee = listening(prepare)
    entered = attach(debuggee.pid, BUNDLE)
    assert (entered.way, entered.held) == (DOOR, 0.0)
    session = Session(SyncClient(entered.socket), debuggee, stop=False)
    session.break_at("work")
    debuggee.send("works()\n")
    session.stops_at("work")
    assert session.variables()["number"] == "0"
    session.detach()
    session.client.close()
    debuggee.wait_line("^= 3")


def test_sessions_come_and_go_and_the_door_stays(prepare: Prepared) -> None:
    debuggee = listening(prepare)
    before = Footprint(debuggee.pid)
    for _ in range(3):
        with attached(debuggee) as session:
            assert session.threads() == {"MainThread": 1}
        eventually(lambda: Footprint(debuggee.pid), before)


def test_the_program_lists_no_thread_of_ours(prepare: Prepared) -> None:
    debuggee = listening(prepare)
    assert tell(debuggee, "[thread.name for thread in threading.enumerate()]") == "['MainThread']"


def test_the_hello_says_who_is_connected(prepare: Prepared) -> None:
    debuggee = listening(prepare)
    assert (hello_of(debuggee.pid) or {})["clients"] == []
    client = SyncClient(attach(debuggee.pid, BUNDLE).socket)
    client.request("initialize", {"adapterID": "test", "clientName": 'a "person" \\ \n \u00e9'})
    client.send("attach", {})
    client.wait_event("initialized")
    assert (hello_of(debuggee.pid) or {})["clients"] == ["a ?person? ? ? \u00e9"]
    client.close()


def test_listening_again_changes_nothing(prepare: Prepared) -> None:
    debuggee = listening(prepare)
    threads = len(os.listdir(f"/proc/{debuggee.pid}/task"))
    assert tell(debuggee, "remora.listen()") == entry_inside(debuggee)
    assert len(os.listdir(f"/proc/{debuggee.pid}/task")) == threads


def test_the_entry_goes_with_the_program(prepare: Prepared, sessions_directory: Path) -> None:
    debuggee = listening(prepare)
    assert os.listdir(sessions_directory) == [f"program-{debuggee.pid}"]
    assert debuggee.wait_end() == 0
    assert os.listdir(sessions_directory) == []


def test_the_entry_is_private(prepare: Prepared, sessions_directory: Path) -> None:
    debuggee = listening(prepare)
    assert sessions_directory.stat().st_mode & 0o777 == 0o700
    assert (sessions_directory / f"program-{debuggee.pid}").stat().st_mode & 0o777 == 0o600


def test_a_killed_programs_entry_is_removed_by_the_next(prepare: Prepared, sessions_directory: Path) -> None:
    killed = listening(prepare)
    killed.signal(signal.SIGKILL)
    eventually(killed.is_running, False)
    assert len(os.listdir(sessions_directory)) == 1
    debuggee = listening(prepare)
    assert os.listdir(sessions_directory) == [f"program-{debuggee.pid}"]


def test_a_forked_child_has_a_door_of_its_own(prepare: Prepared, sessions_directory: Path) -> None:
    debuggee = listening(prepare)
    debuggee.send("forked(None)\n")
    child = int(debuggee.wait_line("^child ").split()[1])
    assert sorted(os.listdir(sessions_directory)) == sorted(f"program-{pid}" for pid in (debuggee.pid, child))
    for pid in (child, debuggee.pid):
        assert (hello_of(pid) or {})["pid"] == pid
    os.kill(child, 9)


def test_a_child_that_is_forked_in_a_session_can_be_attached_to(prepare: Prepared) -> None:
    debuggee = listening(prepare)
    with attached(debuggee) as session:
        debuggee.send("forked(None)\n")
        child = int(debuggee.wait_line("^child ").split()[1])
        entered = attach(child, BUNDLE)
        assert entered.way == DOOR
        client = SyncClient(entered.socket)
        client.request("initialize", {"adapterID": "test"})
        client.send("attach", {})
        client.wait_event("initialized")
        assert client.request("evaluate", {"expression": "os.getpid()"})["result"] == str(child)
        client.close()
        assert session.threads() == {"MainThread": 1}
    os.kill(child, 9)


def test_a_program_that_is_replaced_has_no_entry(prepare: Prepared, sessions_directory: Path) -> None:
    debuggee = listening(prepare)
    debuggee.send("os.execv(sys.executable, [sys.executable, '-c', 'print(\"new\"); input()'])\n")
    debuggee.wait_line("^new")
    assert sessions.dial_program(debuggee.pid) is None
    assert os.listdir(sessions_directory) == []


@pytest.mark.parametrize(
    "content",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        bytes(100),
        b"\xff" * 100,
        (10).to_bytes(8, "big") + b"not marshal",
        (1000).to_bytes(8, "big") + b"cut short",
        b"\0\0",
    ],
    ids=["http", "zeros", "ones", "nonsense", "truncated", "half a length"],
)
def test_garbage_is_turned_away(prepare: Prepared, content: bytes) -> None:
    debuggee = listening(prepare)
    before = Footprint(debuggee.pid)
    with dial(debuggee) as sock:
        sock.sendall(content)
        sock.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):  # it has not read all of that
            while sock.recv(4096):
                continue
    eventually(lambda: Footprint(debuggee.pid), before)
    assert tell(debuggee, "works()") == "3"
    with attached(debuggee):
        pass


def test_a_session_that_is_replayed_comes_to_nothing(prepare: Prepared) -> None:
    """What one controller has sent brings in an agent for whoever sends it: one without a client."""
    debuggee = listening(prepare)
    with dial(debuggee) as sock:
        sock.sendall(len(BUNDLE.source).to_bytes(8, "big") + BUNDLE.source[: len(BUNDLE.source) // 2])
    eventually(lambda: (hello_of(debuggee.pid) or {}).get("present"), False)
    with dial(debuggee) as sock:
        sock.sendall(len(BUNDLE.source).to_bytes(8, "big") + BUNDLE.source)
    eventually(lambda: (hello_of(debuggee.pid) or {}).get("present"), False)
    assert tell(debuggee, "works()") == "3"


def test_half_open_connections_by_the_thousand_keep_nobody_out(prepare: Prepared) -> None:
    debuggee = listening(prepare)
    threads = len(os.listdir(f"/proc/{debuggee.pid}/task"))
    halfway = [dial(debuggee) for _ in range(1000)]
    # The threads of those that were turned away may still be on their way out.
    eventually(lambda: len(os.listdir(f"/proc/{debuggee.pid}/task")) <= threads + HALFWAY_LIMIT, True)
    with attached(debuggee) as session:
        assert session.threads() == {"MainThread": 1}
    for sock in halfway:
        sock.close()
    assert tell(debuggee, "works()") == "3"
    eventually(lambda: len(os.listdir(f"/proc/{debuggee.pid}/task")), threads)


def test_another_user_is_kept_out(prepare: Prepared, sessions_directory: Path) -> None:
    debuggee = listening(prepare)
    entry = sessions_directory / f"program-{debuggee.pid}"
    text = (
        "import os, socket, sys\n"
        f"os.setgroups([]); os.setresgid(*[{NOBODY}] * 3); os.setresuid(*[{NOBODY}] * 3)\n"
        "def tried(what, *args):\n"
        "    try: print(what(*args))\n"
        "    except OSError as error: print(type(error).__name__)\n"
        "tried(socket.socket(socket.AF_UNIX).connect, sys.argv[1])\n"
        "tried(os.listdir, os.path.dirname(sys.argv[1]))\n"
        "tried(os.symlink, '/', os.path.dirname(sys.argv[1]) + '/program-1')\n"
        "tried(os.unlink, sys.argv[1])\n"
    )
    command = [sys.executable, "-S", "-c", text, str(entry)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    assert done.stdout.split() == ["PermissionError"] * 4
    # Even where the directory lets somebody through, the kernel says who it is.
    sessions_directory.chmod(0o711)
    entry.chmod(0o666)
    text = (
        f"import os, socket, sys; os.setresuid(*[{NOBODY}] * 3)\n"
        "sock = socket.socket(socket.AF_UNIX)\n"
        "sock.connect(sys.argv[1])\n"
        "print(sock.recv(100))\n"
    )
    command = [sys.executable, "-S", "-c", text, str(entry)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    assert done.stdout == "b''\n"


def test_root_comes_in_to_everybody(python: Python, prepare: Prepared, sessions_directory: Path) -> None:
    debuggee = prepare()
    sessions_directory.parent.chmod(0o777)
    # Not all of the library is there for that user any more.
    assert tell(debuggee, "__import__('_socket') and remora.listen.__name__") == "listen"
    assert tell(debuggee, f"os.setuid({NOBODY})") == "None"
    assert tell(debuggee, "remora.listen() is not None") == "True"
    eventually(lambda: (hello_of(debuggee.pid) or {}).get("pid"), debuggee.pid)


def test_a_door_that_nobody_answers_at_is_no_dead_end(prepare: Prepared) -> None:
    """A program that is stopped by a signal is said to be."""
    debuggee = listening(prepare)
    debuggee.stop()
    try:
        with pytest.raises(Exception, match="SIGSTOP"):
            attach(debuggee.pid, BUNDLE)
    finally:
        debuggee.signal(signal.SIGCONT)
    assert tell(debuggee, "works()") == "3"


@pytest.mark.parametrize("trouble", ["link", "file", "of others", "open", "no place", "gone"])
def test_a_program_goes_on_without_a_door(prepare: Prepared, sessions_directory: Path, trouble: str) -> None:
    debuggee = prepare()
    if trouble == "link":
        sessions_directory.symlink_to(sessions_directory.parent)
    elif trouble == "file":
        sessions_directory.touch()
    elif trouble == "no place":
        assert tell(debuggee, "os.environ.update(REMORA_RUNTIME_DIR='/dev/null/remora')") == "None"
    else:
        sessions_directory.mkdir(mode=0o700)
        if trouble == "of others":
            os.chown(sessions_directory, NOBODY, NOBODY)
        elif trouble == "open":
            sessions_directory.chmod(0o755)
        else:
            assert tell(debuggee, "remora.listen() is None") == "False"
            (sessions_directory / f"program-{debuggee.pid}").unlink()
            sessions_directory.rmdir()
            assert tell(debuggee, "works()") == "3"
            assert debuggee.wait_end() == 0
            return
    threads = len(os.listdir(f"/proc/{debuggee.pid}/task"))
    assert tell(debuggee, "remora.listen()") == "None"
    assert len(os.listdir(f"/proc/{debuggee.pid}/task")) == threads
    assert debuggee.output.count("\n") == 2 + (trouble == "no place")


def test_the_processor_is_left_alone(prepare: Prepared) -> None:
    debuggee = listening(prepare)
    eventually(lambda: rests(debuggee.pid), True)


def rests(pid: int) -> bool:
    """Whether none of its threads was on a processor for a while."""
    before = used(pid)
    time.sleep(0.3)
    return used(pid) == before


def used(pid: int) -> list[str]:
    """How often the threads were on a processor."""
    return [
        Path(f"/proc/{pid}/task/{each}/schedstat").read_text().split()[2]
        for each in sorted(os.listdir(f"/proc/{pid}/task"))
    ]
