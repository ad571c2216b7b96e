"""`remora run --listen`: a program here, persons in other shells and on other hosts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pexpect
import pytest

from tests.support.patience import PATIENCE
from tests.support.ssh import Gateway, Home, cmdline, errands, until

PROGRAMS = Path(__file__).parent / "programs"
WAITS = str(PROGRAMS / "waits.py")
COUNTS = str(PROGRAMS / "counts.py")


def program_of(gateway: Gateway) -> int:
    return int(gateway.wait_log(r"for program (\d+)")[1])


def answer(gateway: Gateway, text: str) -> None:
    assert gateway.process.stdin is not None
    gateway.process.stdin.write(text)
    gateway.process.stdin.flush()


def lives(pid: int) -> bool:
    return cmdline(pid) != ""


def test_it_waits_and_stops_at_the_first_line_of_the_program(home: Home) -> None:
    with home.gateway("run", "--listen", "0", WAITS) as gateway:
        gateway.wait_log("waits for a debugger before its first line")
        assert gateway.output == ""
        done = gateway.remora(
            "connect", f":{gateway.port}", "--batch", "-e", "next", "-e", "next", "-e", "p total"
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert "import sys" in done.stdout
        assert done.stdout.endswith("\n0\n")
        gateway.wait_log("running", output=True)
        answer(gateway, "you\n")
        assert gateway.process.wait(PATIENCE) == 7
        assert gateway.output == "running\nhello you 3\n"
    assert not list(home.runtime.iterdir())


def test_it_can_be_told_not_to_wait(home: Home) -> None:
    with home.gateway("run", "--listen", "0", "--no-wait", WAITS) as gateway:
        gateway.wait_log("running", output=True)
        done = gateway.remora("connect", f":{gateway.port}", "--batch", "-e", "p total")
        assert done.stdout.endswith("\n3\n")


def test_it_waits_only_so_long(home: Home) -> None:
    with home.gateway("run", "--listen", "0", "--wait-timeout", "0.3", WAITS) as gateway:
        gateway.wait_log("nobody has come for 0.3 s")
        gateway.wait_log("running", output=True)


def test_who_comes_and_goes_before_it_has_begun_is_not_the_one(home: Home) -> None:
    """A client that is lost before it is configured leaves the program as the next one is to find it."""
    from remora.bundle.cache import Bundle
    from remora.inject.attach import attach
    from tests.support.dap import SyncClient

    with home.gateway("run", "--listen", "0", WAITS) as gateway:
        client = SyncClient(attach(program_of(gateway), Bundle()).socket)
        client.request("initialize", {"adapterID": "test"})
        client.send("attach", {})
        client.wait_event("initialized")
        client.close()
        done = gateway.remora("connect", f":{gateway.port}", "--batch", "-e", "p __name__")
        assert done.stdout.endswith("'__main__'\n")
        assert "import sys" in done.stdout


def test_the_same_over_ssh(home: Home) -> None:
    with home.gateway("run", "--listen", "0", WAITS) as gateway:
        pid = program_of(gateway)
        done = gateway.ssh("attach", "--batch", "-e", "next")
        assert (done.returncode, done.stderr) == (0, "")
        gateway.wait_log("running", output=True)
        done = gateway.ssh("attach", str(pid), "--batch", "-e", "'p total'")
        assert done.stdout.endswith("\n3\n")
        assert "alone" in gateway.ssh("attach", str(os.getpid()), "--batch").stderr
        assert "alone" in gateway.ssh("ps").stderr


def test_a_console_here_over_the_systems_ssh(home: Home) -> None:
    with home.gateway("run", "--listen", "0", WAITS) as gateway:
        # With a name it is SSH, also on this host.
        place = f"{_own_name()}@127.0.0.1:{gateway.port}"
        done = gateway.remora("connect", place, "--batch", "-e", "next", "-e", "next", "-e", "p total")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.endswith("\n0\n")
        gateway.wait_log("running", output=True)
        answer(gateway, "you\n")
        assert gateway.process.wait(PATIENCE) == 7


def test_a_lost_connection_is_told(home: Home) -> None:
    with home.gateway("run", "--listen", "0", WAITS) as gateway:
        words = ["-m", "remora", "connect", f"{_own_name()}@127.0.0.1:{gateway.port}"]
        environment = {**home.environment, "TERM": "xterm", "NO_COLOR": "1"}
        console = pexpect.spawn(sys.executable, words, env=environment, encoding="utf-8", timeout=PATIENCE)
        console.expect_exact("Connected to")
        console.expect_exact("(remora)")
        gateway.kill()
        console.expect_exact("the connection to it was lost")
        console.expect(pexpect.EOF)
        console.close()
        gateway.wait_log("running", output=True)
        answer(gateway, "you\n")
        gateway.wait_log("hello you 3", output=True)


def test_what_is_said_when_nobody_listens(home: Home) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "remora", "connect", "127.0.0.1:9"],
        env=home.environment, input="", capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 1
    start = "start 'remora run --listen 9 PROGRAM' or 'remora serve' there"
    assert done.stderr == f"remora: nobody listens at 127.0.0.1:9; {start}\n"


def test_the_words_of_trepans_users(home: Home) -> None:
    with home.gateway("--server", "--port", "0", WAITS) as gateway:
        gateway.wait_log("waits for a debugger")
        environment = {**home.environment, "TERM": "xterm", "NO_COLOR": "1"}
        words = ["-m", "remora", "--client", "--port", str(gateway.port)]
        console = pexpect.spawn(sys.executable, words, env=environment, encoding="utf-8", timeout=PATIENCE)
        console.expect_exact("Connected to program")
        console.expect("waits.py:3")
        console.expect_exact("(remora)")
        console.sendline("step")
        console.expect("waits.py:5")
        console.sendline("quit")
        console.expect(pexpect.EOF)
        console.close()
        assert console.exitstatus == 0
        gateway.wait_log("running", output=True)


def test_a_console_by_nothing_but_ssh(home: Home) -> None:
    """Window size and its changes, Ctrl-C, completion and history, as on a terminal here."""
    with home.gateway("run", "--listen", "0", COUNTS) as gateway:
        argv = gateway.argv()
        environment = {**home.environment, "TERM": "xterm-256color"}
        console = pexpect.spawn(
            argv[0], argv[1:], env=environment, encoding="utf-8", timeout=PATIENCE, dimensions=(30, 101)
        )
        console.expect_exact("(remora)")
        sizes = {_terminal_size(pid) for pid in gateway.children()}
        assert sizes == {(101, 30)}
        console.setwinsize(20, 61)
        assert until(lambda: {_terminal_size(pid) for pid in gateway.children()} == {(61, 20)})
        console.sendline("p 'typ' + 'ed'")
        console.expect("'typed'")
        console.send("backt\t")
        console.expect("race")
        console.sendline("")
        console.expect("#0")
        console.sendline("continue")
        gateway.wait_log(r"(?m)^3$", output=True)
        console.sendintr()
        console.expect(r"\?!")  # the sign of a stop by a signal
        console.expect_exact("(remora)")
        console.send("\x1b[A\x1b[A\x1b[A")
        console.expect("typ")
        console.sendcontrol("c")
        console.sendline("quit")
        console.expect(pexpect.EOF)
        console.close()
        assert console.exitstatus == 0
        assert gateway.children() == []


@pytest.mark.parametrize("what", ["client", "console"])
def test_a_killed_client_leaves_a_program_that_goes_on(home: Home, what: str) -> None:
    with home.gateway("run", "--listen", "0", COUNTS) as gateway:
        ssh = subprocess.Popen(
            gateway.argv("-t", "-t"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        with ssh:
            assert ssh.stdout is not None
            assert until(lambda: bool(gateway.children()))
            shown = b""
            while b"(remora)" not in shown:
                shown += os.read(ssh.stdout.fileno(), 4096)
            assert gateway.output == ""  # it is stopped before its first line
            os.kill(ssh.pid if what == "client" else gateway.children()[0], signal.SIGKILL)
            gateway.wait_log(r"(?m)^5$", output=True)
            assert until(lambda: gateway.children() == [])
        done = gateway.remora("connect", f":{gateway.port}", "--batch", "-e", "p number > 4")
        assert done.stdout.endswith("True\n")


def test_a_killed_gateway_leaves_the_program_and_nothing_else(home: Home) -> None:
    with home.gateway("run", "--listen", "0", "--no-wait", COUNTS) as gateway:
        pid, port = program_of(gateway), gateway.port
        waiting = subprocess.Popen(
            gateway.argv("attach", "--batch", "--no-stop", "-e", "pause", "-e", "continue"),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        )  # fmt: skip
        with waiting:
            assert until(lambda: bool(gateway.children()))
            assert waiting.stdout is not None
            waiting.stdout.readline()
            gateway.kill()
            assert waiting.wait(PATIENCE) == 255
        assert until(lambda: not [each for each in errands() if str(gateway.process.pid) in cmdline(each)])
        assert lives(pid)
        count = gateway.output.count("\n")
        assert until(lambda: gateway.output.count("\n") > count + 10)
        # On this host debuggers still come in.
        done = gateway.remora("connect", f":{port}", "--batch", "-e", "p number > 0")
        assert done.stdout.endswith("True\n"), done.stderr
        answer(gateway, "stop\n")
        assert until(lambda: not lives(pid))
        lines = gateway.output.split()
        assert lines == [str(number) for number in range(1, len(lines) + 1)]


def test_a_gateway_that_is_ended_ends_its_program(home: Home) -> None:
    with home.gateway("run", "--listen", "0", "--no-wait", COUNTS) as gateway:
        gateway.wait_log(r"(?m)^1$", output=True)
        gateway.process.terminate()
        assert gateway.process.wait(PATIENCE) == 128 + signal.SIGTERM


def test_a_port_that_is_taken_starts_nothing(home: Home) -> None:
    with home.gateway("serve", "--listen", "0") as other:
        done = other.remora("run", "--listen", str(other.port), WAITS, stdin="you\n")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"cannot listen on 127.0.0.1:{other.port}" in done.stderr


def test_it_is_idle_while_nobody_wants_anything(home: Home) -> None:
    with home.gateway("run", "--listen", "0", WAITS) as gateway:
        gateway.ssh("doctor", "1")
        pids = [gateway.process.pid, program_of(gateway)]
        before = [_ticks(pid) for pid in pids]
        time.sleep(1)  # what is measured is what happens in this time
        assert [_ticks(pid) for pid in pids] == before


def _own_name() -> str:
    import pwd

    return pwd.getpwuid(os.geteuid()).pw_name


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _terminal_size(pid: int) -> tuple[int, int]:
    with open(f"/proc/{pid}/fd/0", "rb") as terminal:
        size = os.get_terminal_size(terminal.fileno())
    return size.columns, size.lines


@pytest.mark.parametrize("choice", ["continue", "stay"])
def test_what_becomes_of_a_stopped_program_whose_client_is_killed(home: Home, choice: str) -> None:
    with home.gateway("run", "--listen", "0", "--on-disconnect", choice, COUNTS) as gateway:
        pid = program_of(gateway)
        for place in (f":{gateway.port}", f"{_own_name()}@127.0.0.1:{gateway.port}"):
            client = subprocess.Popen(
                [sys.executable, "-m", "remora", "connect", place],
                env=home.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
            with client:
                assert client.stdout is not None
                while "--" not in client.stdout.readline():
                    continue
                client.kill()
            if choice == "stay":
                done = gateway.remora("attach", str(pid), "--batch", "-e", "bt")
                assert "#0" in done.stdout, done.stderr
                assert gateway.output == ""
            else:
                gateway.wait_log(r"(?m)^5$", output=True)
