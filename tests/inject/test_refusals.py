"""Each reason why a process cannot be attached to: it is named, and the process goes on untouched."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from remora.inject import probe, reasons
from remora.inject.attach import attach
from remora.inject.choose import doctor
from remora.inject.memory import Memory
from remora.inject.process import Process
from remora.inject.ptrace.tracee import Tracee
from remora.inject.reasons import Reason
from tests.inject.echo import EchoBundle, Footprint, assert_answers, eventually, is_at_rest
from tests.support.debuggee import Debuggee
from tests.support.pythons import ALL, CHECKOUT, Python, each_python

PROGRAMS = Path(__file__).parent / "programs"
NOBODY = "65534"
#: The tests' own interpreter, for what does not depend on the version.
HERE = Python("3.11", sys.executable, Path("/"))
WITH_REMOTE_EXEC = [python for python in ALL if python.at_least("3.14")]


def assert_refused(pid: int, reason: Reason, timeout: float = 5) -> reasons.AttachError:
    with pytest.raises(reasons.AttachError) as caught:
        attach(pid, EchoBundle(), timeout=timeout)
    assert caught.value.reason is reason
    return caught.value


@contextmanager
def running(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is in its own program by now."""
    with subprocess.Popen(command) as process:
        try:
            eventually(lambda: Process(process.pid).syscall(process.pid) is not None, True)
            yield process
        finally:
            process.kill()


@contextmanager
def asleep(python: Python, **options: dict[str, str]) -> Iterator[Debuggee]:
    """A program that must be as it was at the end."""
    with Debuggee(python, PROGRAMS / "states.py", "asleep", **options) as debuggee:  # type: ignore[arg-type]
        debuggee.wait_line("ready")
        eventually(lambda: is_at_rest(Process(debuggee.pid)), True)
        before = Footprint(debuggee.pid)
        yield debuggee
        assert Footprint(debuggee.pid) == before
        debuggee.signal(signal.SIGUSR1)
        assert debuggee.wait_end() == 7
        assert debuggee.output == "ready\n"


def test_gone() -> None:
    with subprocess.Popen(["true"]) as process:
        process.wait()
    assert_refused(process.pid, reasons.GONE)


def test_zombie() -> None:
    process = subprocess.Popen(["true"])
    eventually(lambda: Process(process.pid).has_ended, True)
    assert str(os.getpid()) in assert_refused(process.pid, reasons.ZOMBIE).what
    process.wait()


def test_kernel_thread() -> None:
    assert_refused(2, reasons.KERNEL_THREAD)


def test_not_python() -> None:
    with running("sleep", "60") as process:
        assert "sleep" in assert_refused(process.pid, reasons.NOT_PYTHON).what


def test_static_python(tmp_path: Path) -> None:
    impostor = shutil.copy(shutil.which("sleep") or "", tmp_path / "python3.12")
    with running(str(impostor), "60") as process:
        assert_refused(process.pid, reasons.NO_SYMBOLS)


@pytest.mark.parametrize(("version", "reason"), [("2.7", reasons.PYTHON_2), ("3.7", reasons.TOO_OLD)])
def test_old_python(version: str, reason: Reason) -> None:
    versions = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser() / "versions"
    found = next(versions.glob(f"{version}.*/bin/python{version}"), None)
    if found is None:
        pytest.skip(f"there is no Python {version} here")
    with running(str(found), "-c", "import time; time.sleep(60)") as process:
        assert_refused(process.pid, reason)


@each_python
def test_stopped(python: Python) -> None:
    with asleep(python) as debuggee:
        debuggee.stop()
        assert_refused(debuggee.pid, reasons.STOPPED)
        assert Process(debuggee.pid).is_stopped
        debuggee.signal(signal.SIGCONT)
        eventually(lambda: Process(debuggee.pid).is_stopped, False)


@each_python
def test_traced(python: Python) -> None:
    if python.at_least("3.14"):
        pytest.skip("remote execution needs no tracing: see the next test")
    with asleep(python) as debuggee, Tracee(debuggee.pid):
        error = assert_refused(debuggee.pid, reasons.TRACED)
        assert f"by {Process(os.getpid()).command} (pid {os.getpid()})" in error.what


@pytest.mark.parametrize("python", WITH_REMOTE_EXEC, ids=str)
def test_traced_with_remote_exec(python: Python) -> None:
    with Debuggee(python, PROGRAMS / "states.py", "busy") as debuggee:
        debuggee.wait_line("ready")
        with Tracee(debuggee.pid):
            attached = attach(debuggee.pid, EchoBundle())
            assert attached.way == "remote-exec"
            assert_answers(attached)


@pytest.mark.parametrize("python", WITH_REMOTE_EXEC, ids=str)
@pytest.mark.parametrize("state", ["busy", "asleep"])
def test_remote_exec_switched_off(python: Python, state: str) -> None:
    environment = {"PYTHON_DISABLE_REMOTE_DEBUG": "1"}
    with Debuggee(python, PROGRAMS / "states.py", state, env=environment) as debuggee:
        debuggee.wait_line("ready")
        whys = dict(doctor(debuggee.pid))
        assert "PYTHON_DISABLE_REMOTE_DEBUG" in (whys["remote-exec"] or "")
        assert whys["new-thread"] is None
        attached = attach(debuggee.pid, EchoBundle())
        assert attached.way == "new-thread"
        assert_answers(attached)


@pytest.mark.parametrize("python", [ALL[0], ALL[-1]], ids=str)
def test_the_gil_is_never_released(python: Python) -> None:
    with Debuggee(python, PROGRAMS / "holds_gil.py") as debuggee:
        debuggee.wait_line("ready")
        eventually(lambda: is_at_rest(Process(debuggee.pid)), True)
        before = Footprint(debuggee.pid)
        begun = time.monotonic()
        assert_refused(debuggee.pid, reasons.GIL_HELD)
        assert time.monotonic() - begun < 2
        debuggee.wait_line("goes on")
        eventually(lambda: Footprint(debuggee.pid).threads, before.threads)
        eventually(
            lambda: (Footprint(debuggee.pid).files, Footprint(debuggee.pid).blocked),
            (before.files, before.blocked),
        )
        assert debuggee.wait_end() == 0


@each_python
def test_seccomp(python: Python) -> None:
    with Debuggee(python, PROGRAMS / "refuses_clone.py") as debuggee:
        debuggee.wait_line("ready")
        eventually(lambda: is_at_rest(Process(debuggee.pid)), True)
        before = Footprint(debuggee.pid)
        assert "start a thread" in assert_refused(debuggee.pid, reasons.SECCOMP, timeout=1).what
        eventually(lambda: Footprint(debuggee.pid), before)
        assert debuggee.is_running()


# Who may


def reason_for(pid: int, *user: str, prefix: tuple[str, ...] = ()) -> str:
    """The reason why another process, of a user or with fewer rights, cannot attach."""
    command = [*prefix, sys.executable, "-m", "tests.inject.attach_once", str(pid), *user]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout.strip()


def test_wrong_user() -> None:
    with asleep(HERE) as debuggee:
        assert reason_for(debuggee.pid, NOBODY, NOBODY) == "wrong-user"


def test_wrong_group_and_not_dumpable() -> None:
    with Debuggee(HERE, PROGRAMS / "states.py", "another_user") as debuggee:
        debuggee.wait_line("ready")
        assert reason_for(debuggee.pid, NOBODY, "1") == "wrong-group"
        # A process that has changed its user is protected until it executes another program.
        assert reason_for(debuggee.pid, NOBODY, NOBODY) == "not-dumpable"


def test_no_capability() -> None:
    drop = ("setpriv", "--bounding-set", "-sys_ptrace", "--inh-caps", "-all")
    with asleep(HERE) as debuggee:
        assert reason_for(debuggee.pid, prefix=drop) == "no-capability"


class Going(Memory):
    """Memory that is gone after a few reads, as that of a process that has ended or runs another program."""

    #: Of this object, and then of those that are made after it.
    lasts, later = 0, 0

    def __init__(self, proc: str) -> None:
        super().__init__(proc)
        self._left, Going.lasts = Going.lasts, Going.later

    def read(self, address: int, size: int) -> bytes:
        self._left -= 1
        return super().read(address, size) if self._left >= 0 else b""


@pytest.mark.parametrize("reads", range(0, 60, 3))
def test_what_changes_while_it_is_looked_at(reads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "Memory", Going)
    with asleep(HERE) as debuggee:
        monkeypatch.setattr(Going, "lasts", reads)
        monkeypatch.setattr(Going, "later", reads)
        target = probe.Target(debuggee.pid)
        target.close()
        assert target.refusal is None or target.refusal.reason in (reasons.NOT_PYTHON, reasons.NO_SYMBOLS)
        monkeypatch.setattr(Going, "lasts", max(reads, 30))
        monkeypatch.setattr(Going, "later", 1000)
        target = probe.Target(debuggee.pid)
        target.close()
        assert target.refusal is None


@pytest.mark.parametrize("scope", [1, 2, 3])
def test_yama(scope: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel of the tests need not have Yama: what it does is what a denied open looks like."""

    def denied(proc: str) -> None:
        raise PermissionError

    monkeypatch.setattr(probe, "Memory", denied)
    monkeypatch.setattr(probe, "_yama_scope", lambda: scope)
    with asleep(HERE) as debuggee:
        assert_refused(debuggee.pid, getattr(reasons, f"YAMA_{scope}"))


def test_every_reason_says_what_to_do() -> None:
    words = dict.fromkeys(
        ("pid parent command owner you tracer tracer_pid call errno version doing".split())
        + ("seconds text status machine".split()),
        "x",
    )
    found = [value for value in vars(reasons).values() if isinstance(value, Reason)]
    assert len({reason.name for reason in found}) == len(found)
    for reason in found:
        error = reason.error(**words)
        assert error.what
        assert error.what_to_do.endswith((".", "`", "0", "later"))
