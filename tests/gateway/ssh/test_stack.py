"""`remora stack` on another host, where observers get processes, and no file of the gateway's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import StartDebuggee
from tests.support.pythons import SAME_ROOT
from tests.support.ssh import Gateway, Home

pytestmark = pytest.mark.parametrize("python", SAME_ROOT[-1:], ids=str)


def test_a_process_there(gateway: Gateway, start: StartDebuggee) -> None:
    pid = start("loop.py").pid
    done = gateway.ssh("stack", str(pid), "--locals", "--pause")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Process {pid}, Python")
    assert "stopped for" in done.stdout


def test_an_observers_key(gateway: Gateway, home: Home, start: StartDebuggee, tmp_path: Path) -> None:
    debuggee = start("loop.py")
    core = str(debuggee.dump_core(tmp_path))
    assert gateway.ssh("stack", core).stdout.startswith(f"Process {debuggee.pid} of core file")
    home.authorize('environment="REMORA_ROLE=observer"')
    try:
        assert gateway.ssh("stack", str(debuggee.pid), "--locals").returncode == 0
        for option in ("--pause", "--native", "--executable"):
            assert "observe" in gateway.ssh("stack", str(debuggee.pid), option).stderr
        assert "no Python process has" in gateway.ssh("stack", core).stderr
    finally:
        home.authorize()


def test_a_gateway_for_one_program(home: Home, start: StartDebuggee) -> None:
    mine, other = str(start("loop.py").pid), str(start("loop.py").pid)
    with home.gateway("serve", "--listen", "0", "--program", mine) as gateway:
        assert gateway.ssh("stack").stdout.startswith(f"Process {mine}")
        assert "not for" in gateway.ssh("stack", other).stderr
        assert gateway.ssh("stack", mine, other).returncode == 2
