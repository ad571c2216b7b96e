"""`remora ps` and `remora doctor` on prepared programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from remora import cli, sessions
from remora.inject.attach import attach
from tests.support.dap import SyncClient
from tests.support.pythons import each_python
from tests.support.session import BUNDLE

from .conftest import Prepared, tell

pytestmark = each_python


def listed(pid: int, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert cli.main(["ps", "--json"]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return next(process for process in found if process["pid"] == pid)


def test_prepared_and_unprepared_ones_are_told_together(
    prepare: Prepared,
    sessions_directory: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("REMORA_RUNTIME_DIR", str(sessions_directory))
    debuggee = prepare()
    found = listed(debuggee.pid, capsys)
    assert (found["prepared"], found["port"], found["clients"]) == (False, None, [])
    tell(debuggee, "remora.listen()")
    sessions.link(10271, debuggee.pid)
    sessions.link(10272, 2**22 + 1)
    client = SyncClient(attach(debuggee.pid, BUNDLE).socket)
    client.request("initialize", {"adapterID": "test", "clientName": "somebody"})
    client.send("attach", {})
    client.wait_event("initialized")
    found = listed(debuggee.pid, capsys)
    assert (found["prepared"], found["port"], found["clients"]) == (True, 10271, ["somebody"])
    assert found["version"] == debuggee.python.version
    assert not Path(sessions.port_link(10272)).is_symlink()
    cli.main(["ps"])
    row = next(line for line in capsys.readouterr().out.splitlines() if str(debuggee.pid) in line.split())
    assert row.split()[3:6] == ["prepared", "10271", "somebody"]
    client.close()


def test_the_door_is_a_way_in(prepare: Prepared, capsys: pytest.CaptureFixture[str]) -> None:
    debuggee = prepare()
    tell(debuggee, "remora.listen()")
    assert cli.main(["doctor", str(debuggee.pid), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert next(iter(report["ways"])) == "door"
    assert report["ways"]["door"] is None
