"""The extension for VS Code: its own tests, its types and style, its package, its copy of the options."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.pythons import CHECKOUT

EXTENSION = CHECKOUT / "editors" / "vscode"


def npm(*command: str) -> str:
    """What npm prints, of which the test fails if npm does."""
    done = subprocess.run(
        ["npm", *command],
        cwd=EXTENSION,
        env={**os.environ, "REMORA_PYTHON": sys.executable},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        pytest.fail(done.stdout, pytrace=False)
    return done.stdout


@pytest.mark.timeout(180)
@pytest.mark.parametrize("script", ["lint", "test"])
def test_script(script: str) -> None:
    npm("run", script)


@pytest.mark.timeout(180)
def test_package_holds_the_extension_and_nothing_else(tmp_path: Path) -> None:
    package = tmp_path / "remora.vsix"
    npm("run", "package", "--", "--out", str(package))
    with zipfile.ZipFile(package) as archive:
        files = {name.partition("/")[2] for name in archive.namelist() if name.startswith("extension/")}
        assert b"registerDebugAdapterDescriptorFactory" in archive.read("extension/dist/extension.js")
    assert {name.lower() for name in files} == {
        "changelog.md",
        "dist/extension.js",
        "images/icon.png",
        "license.txt",
        "package.json",
        "readme.md",
    }


def test_options_are_those_of_the_adapter() -> None:
    generator = [sys.executable, str(CHECKOUT / "tools" / "gen_vscode.py"), "--check"]
    assert subprocess.run(generator).returncode == 0, "the manifest is stale: run tools/gen_vscode.py"


def test_licence_is_that_of_the_project() -> None:
    assert (EXTENSION / "LICENSE").read_text() == (CHECKOUT / "LICENSE").read_text()


def test_lock_file_names_no_registry() -> None:
    lock = (EXTENSION / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert '"integrity"' in lock
