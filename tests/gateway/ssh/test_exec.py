"""Scripts in a program of another host."""

from __future__ import annotations

import json
import os
import pwd
import subprocess

import pytest

from tests.conftest import StartDebuggee
from tests.support.pythons import SAME_ROOT
from tests.support.ssh import Gateway, Home, until

pytestmark = pytest.mark.parametrize("python", SAME_ROOT[-1:], ids=str)


def test_a_text_and_its_status(gateway: Gateway, start: StartDebuggee) -> None:
    pid = str(start("asked.py").pid)
    done = gateway.ssh("exec", pid, "-c", "'len(many)'")
    assert (done.returncode, done.stdout, done.stderr) == (0, "5000\n", "")
    done = gateway.ssh("exec", pid, "-c", "'raise SystemExit(7)'")
    assert (done.returncode, done.stdout, done.stderr) == (7, "", "")
    done = gateway.ssh("exec", pid, "--json", "-r", "memory", "Kept")
    assert json.loads(done.stdout)["types"][0]["type"] == "__main__.Kept"
    done = gateway.ssh("exec", pid, "--connect", "elsewhere", "-c", "1")
    assert "to no further one" in done.stderr


def test_a_script_from_this_side(gateway: Gateway, start: StartDebuggee) -> None:
    pid = str(start("asked.py").pid)
    script = "import sys\nprint(sys.argv)\nprint(len(many), file=sys.stderr)\n1 / 0\n"
    done = gateway.ssh("exec", pid, "-", "'a b'", stdin=script)
    assert done.returncode == 1
    assert done.stdout == "['-', 'a b']\n"
    assert done.stderr.startswith("5000\nTraceback")


def test_remora_on_both_sides(gateway: Gateway, start: StartDebuggee) -> None:
    pid = str(start("asked.py").pid)
    place = f"{pwd.getpwuid(os.geteuid()).pw_name}@127.0.0.1:{gateway.port}"
    code = "import sys; print(sys.stdin.read().upper()); len(many)"
    done = gateway.remora("exec", "--connect", place, pid, "-c", code, stdin="from here")
    assert (done.returncode, done.stdout, done.stderr) == (0, "FROM HERE\n5000\n", "")


def test_who_goes_takes_the_script_along(gateway: Gateway, start: StartDebuggee) -> None:
    debuggee = start("asked.py")
    code = "'print(1, flush=True)\nimport __main__\nwhile True: __main__.beat = 1'"
    with subprocess.Popen(
        gateway.argv("exec", str(debuggee.pid), "-c", code), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    ) as ssh:
        assert ssh.stdout is not None
        assert ssh.stdout.readline() == b"1\n"
        ssh.kill()

    def is_over() -> bool:
        debuggee.send("globals().pop('beat', 0), __import__('time').sleep(0.2), globals().get('beat', 0)\n")
        return debuggee.wait_line("gave").endswith(" 0)")

    assert until(is_over)


def test_an_observers_key_runs_nothing(gateway: Gateway, home: Home, start: StartDebuggee) -> None:
    pid = str(start("asked.py").pid)
    home.authorize('environment="REMORA_ROLE=observer"')
    done = gateway.ssh("exec", pid, "-r", "stacks")
    assert done.stdout == ""
    assert "lets you observe" in done.stderr
