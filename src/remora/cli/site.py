"""`remora site`: have the programs of an interpreter listen when their environment says so.

Decides what is put into the interpreter's directory of packages: one line, that
does nothing unless a variable is set.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import CommandError

if TYPE_CHECKING:
    import argparse

NAME = "remora-listen.pth"
#: Read by `site` at each start of the interpreter.
LINE = (
    "import os; ('REMORA_LISTEN' in os.environ or 'REMORA_CONNECT' in os.environ) and "
    "__import__('remora.prepared.startup', fromlist=['begin']).begin(os.environ)\n"
)
_LOOK = """\
import json, site, sys, sysconfig
try:
    from remora.prepared import startup
except ImportError:
    startup = None
folders = [*getattr(site, "getsitepackages", list)(), sysconfig.get_path("purelib")]
json.dump([sysconfig.get_path("purelib"), folders, startup is not None], sys.stdout)
"""


def run(options: argparse.Namespace) -> int:
    """Put the line there, take it out, or say whether it is there."""
    python = options.python or sys.executable
    purelib, folders, has_remora = _look(python)
    if options.action == "install":
        if not has_remora:
            raise CommandError(f"{python} has no remora; install it first: {python} -m pip install remora")
        return _install(Path(purelib) / NAME, python)
    found = [path for folder in dict.fromkeys(folders) if (path := Path(folder) / NAME).exists()]
    if options.action == "remove":
        return _remove(found, python)
    print(*(map(str, found) if found else [f"not installed for {python}"]), sep="\n")
    return 0 if found else 1


def _look(python: str) -> Any:
    """Where packages go, where they may be, and whether remora is one of them."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith("REMORA_")}
    try:
        done = subprocess.run([python, "-c", _LOOK], stdout=subprocess.PIPE, env=environ, check=True)
        return json.loads(done.stdout)
    except OSError as error:
        raise CommandError(f"{python} cannot be started: {error.strerror}") from None
    except (subprocess.CalledProcessError, ValueError):
        raise CommandError(f"{python} is no Python that could be asked where its packages are") from None


def _install(path: Path, python: str) -> int:
    try:
        path.write_text(LINE, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"cannot write {path}: {error.strerror}; run this as its owner") from None
    print(f"{path}: programs of {python} listen from now on if REMORA_LISTEN=1 is in their environment")
    return 0


def _remove(found: list[Path], python: str) -> int:
    if not found:
        raise CommandError(f"nothing is installed for {python}")
    for path in found:
        try:
            path.unlink()
        except OSError as error:
            raise CommandError(f"cannot remove {path}: {error.strerror}; run this as its owner") from None
        print(f"removed {path}")
    return 0
