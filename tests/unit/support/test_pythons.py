"""Every interpreter that the tests need is here, and is what it says."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support import pythons
from tests.support.pythons import Python, each_python


def test_none_is_missing() -> None:
    assert pythons.missing() == [], "run `make test`, which installs them"


@each_python
def test_it_is_that_version(python: Python) -> None:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    assert subprocess.check_output(python.command("-c", code), text=True).strip() == python.version


@each_python
def test_a_shared_directory_is_seen_by_both(python: Python) -> None:
    with python.directory() as directory:
        (directory / "a.py").write_text("print('here')")
        inside = python.path_inside(directory / "a.py")
        assert subprocess.check_output(python.command(inside), text=True) == "here\n"
    assert not directory.exists()


def test_a_run_can_be_narrowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMORA_PYTHONS", "3.8, 3.13-debian")
    assert set(map(str, pythons.find())) <= {"3.8", "3.13-debian"}
    monkeypatch.setenv("REMORA_DEBIAN_TREE", "/nonexistent")
    monkeypatch.setattr(pythons, "ALL", pythons.find())
    assert "3.13-debian" in pythons.missing()
    assert "3.14-debian" not in pythons.missing()


def test_paths_outside_the_root_are_refused() -> None:
    with pytest.raises(ValueError, match="not in the subpath"):
        Python("3.14", "python3.14", Path("/somewhere")).path_inside("/etc/passwd")


def test_versions_are_compared_as_numbers() -> None:
    python = Python("3.10", "python3.10", Path("/"))
    assert python.at_least("3.9")
    assert not python.at_least("3.11")
