"""`remora doctor` and `remora ps` on real processes in all kinds of states."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from remora import cli
from tests.conftest import StartDebuggee
from tests.support.pythons import ALL, Python, each_python

NOBODY = 65534


@pytest.fixture
def python() -> Python:
    return ALL[0]


def doctor(pid: int, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    """The exit status and the report."""
    status = cli.main(["doctor", str(pid), "--json"])
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return status, report


@each_python
def test_a_process_that_can_be_attached_to(start: StartDebuggee, capsys: pytest.CaptureFixture[str]) -> None:
    debuggee = start("echoes.py")
    status, report = doctor(debuggee.pid, capsys)
    assert status == 0
    assert report["attachable"] is True
    assert report["version"] == debuggee.python.version
    assert None in report["ways"].values()
    assert report["ways"]["new-thread"] is None
    assert (report["ways"]["remote-exec"] is None) is debuggee.python.at_least("3.14")


def test_in_words(start: StartDebuggee, capsys: pytest.CaptureFixture[str]) -> None:
    debuggee = start("echoes.py")
    assert cli.main(["doctor", str(debuggee.pid)]) == 0
    head, *ways = capsys.readouterr().out.splitlines()
    assert f"remora attach {debuggee.pid}" in head
    assert "  new-thread    open" in ways


def test_a_refusal_says_what_to_do(start: StartDebuggee, capsys: pytest.CaptureFixture[str]) -> None:
    debuggee = start("echoes.py")
    debuggee.stop()
    assert cli.main(["doctor", str(debuggee.pid)]) == 1
    what, what_to_do = capsys.readouterr().out.splitlines()
    assert what.startswith("cannot attach: ")
    assert "stopped by a signal" in what
    assert f"kill -CONT {debuggee.pid}" in what_to_do


def test_gone(capsys: pytest.CaptureFixture[str]) -> None:
    process = subprocess.Popen(["true"])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    status, report = doctor(process.pid, capsys)
    assert (status, report["refusal"]["reason"]) == (1, "zombie")
    process.wait()
    status, report = doctor(process.pid, capsys)
    assert (status, report["refusal"]["reason"]) == (1, "gone")


def test_not_python(capsys: pytest.CaptureFixture[str]) -> None:
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"loaded\n")
        assert process.stdout.readline() == b"loaded\n"
        status, report = doctor(process.pid, capsys)
    assert (status, report["refusal"]["reason"]) == (1, "not-python")


#: `remora` as another user, with everything imported that this user may be unable to read.
AS_NOBODY = f"""
import locale, os, sys, json, pwd
from remora import cli
from remora.cli import doctor, parser, ps, verdict
from remora.inject import attach, choose, probe
choose.ways()
os.setgroups([])
os.setgid({NOBODY})
os.setuid({NOBODY})
sys.exit(cli.main(sys.argv[1:]))
"""


def test_of_another_user(start: StartDebuggee) -> None:
    assert os.geteuid() == 0, "the tests run as root: `make test` sees to it"
    pid = start("echoes.py").pid
    command = [sys.executable, "-c", AS_NOBODY]
    done = subprocess.run([*command, "doctor", str(pid), "--json"], stdout=subprocess.PIPE, text=True)
    assert done.returncode == 1
    refusal = json.loads(done.stdout)["refusal"]
    assert refusal["reason"] == "wrong-user"
    assert "root" in refusal["what"]
    assert "sudo" in refusal["what_to_do"]
    listed = subprocess.run([*command, "ps"], stdout=subprocess.PIPE, text=True, check=True).stdout
    assert "wrong-user" in next(line for line in listed.splitlines() if line.split()[0] == str(pid))


@each_python
def test_ps(start: StartDebuggee, capsys: pytest.CaptureFixture[str]) -> None:
    debuggee = start("echoes.py", "\x1b[31mred\n")
    assert cli.main(["ps", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    [found] = [each for each in listed if each["pid"] == debuggee.pid]
    assert found["version"] == debuggee.python.version
    assert found["attachable"] is True
    assert found["refusal"] is None
    assert found["argv"][-1] == "\x1b[31mred\n"

    assert cli.main(["ps"]) == 0
    header, *lines = capsys.readouterr().out.splitlines()
    assert header.split() == ["PID", "PYTHON", "USER", "ATTACH", "PORT", "CLIENTS", "COMMAND"]
    [line] = [line for line in lines if line.split()[0] == str(debuggee.pid)]
    assert line.split()[1:4] == [debuggee.python.version, "root", "yes"]
    assert r"\x1b[31mred\n" in line


def test_this_machine(capsys: pytest.CaptureFixture[str]) -> None:
    """The tests attach, so it must say that it works, and have tried it."""
    assert cli.main(["doctor", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["attachable"] is True
    assert report["way"]
    assert report["kernel"] == Path("/proc/sys/kernel/osrelease").read_text().strip()

    assert cli.main(["doctor"]) == 0
    names = [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()]
    assert names[:2] == ["remora", "machine"]
    assert names[-1] == "attach"


def test_a_machine_that_refuses(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from remora.inject import attach, reasons

    def refuse(pid: int, *_: object, **__: object) -> None:
        raise reasons.YAMA_1.error(pid=pid)

    monkeypatch.setattr(attach, "attach", refuse)
    assert cli.main(["doctor"]) == 1
    what, what_to_do = capsys.readouterr().out.splitlines()[-2:]
    assert "yama.ptrace_scope is 1" in what
    assert what_to_do.startswith("what to do: Run remora with sudo")
