"""The installer, with the programs that it calls replaced by small ones that do little."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.support import install, pythons


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory at the head of PATH; nothing runs by sudo."""
    directory = tmp_path / "bin"
    directory.mkdir()
    monkeypatch.setenv("PATH", f"{directory}:{os.environ['PATH']}")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return directory


def write_program(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_the_tree_is_whole(programs: Path, tmp_path: Path) -> None:
    write_program(programs / "debootstrap", 'mkdir "$4" && echo "$@" >"$4/how"')
    write_program(
        programs / "apt-get", "echo 'Other http://a/'; echo 'Debian http://b/'; echo 'Debian http://c/'"
    )
    tree = tmp_path / "cache" / "tree"
    install.build_debian_tree(tree)
    words = (tree / "how").read_text().split()
    assert words[:3] == ["--variant=minbase", "--include=python3.13,python3.14,python3.15", "sid"]
    assert words[4:] == ["http://b/"]
    assert sorted(os.listdir(tree.parent)) == ["debootstrap.log", "tree"]


def test_without_a_debian_mirror_debootstrap_takes_its_own(programs: Path) -> None:
    write_program(programs / "apt-get", "echo 'Ubuntu http://a/'")
    assert install.mirror() == []


def test_a_tree_that_fails_leaves_the_old_one(programs: Path, tmp_path: Path) -> None:
    write_program(programs / "debootstrap", 'mkdir "$4"; echo "no network"; exit 1')
    tree = tmp_path / "cache" / "tree"
    (tree / "old").mkdir(parents=True)
    with pytest.raises(install.CannotInstall, match=r"debootstrap\.log"):
        install.build_debian_tree(tree)
    assert sorted(os.listdir(tree.parent)) == ["debootstrap.log", "tree"]
    assert "no network" in (tree.parent / "debootstrap.log").read_text()
    assert (tree / "old").exists()


def test_only_packages_of_missing_programs(
    programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_program(programs / "apt-get", f'echo "$@" >>{tmp_path}/asked')
    monkeypatch.setattr(install, "PROGRAMS", {"sh": "dash", "a-program-of-nobody": "a-package"})
    install.install_programs()
    asked = (tmp_path / "asked").read_text().splitlines()
    assert [line.split()[-1] for line in asked] == ["update", "a-package"]
    monkeypatch.setattr(install, "PROGRAMS", {"sh": "dash"})
    install.install_programs()
    assert len((tmp_path / "asked").read_text().splitlines()) == len(asked)


def test_the_next_installer_is_tried(
    programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_program(programs / "pyenv", "exit 1")
    write_program(tmp_path / "uv", f'echo "$@" >{tmp_path}/asked')
    monkeypatch.setattr(pythons, "missing", lambda: ["3.8", "3.14-debian"])
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    write_program(tmp_path / "python", "exit 0")
    install.install_interpreters()
    assert (tmp_path / "asked").read_text().split() == "python install --quiet --no-bin 3.8".split()
    write_program(tmp_path / "uv", "exit 1")
    with pytest.raises(install.CannotInstall, match=r"install Python 3\.8"):
        install.install_interpreters()
