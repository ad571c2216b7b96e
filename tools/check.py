"""Style, types and grammar: everything that is checked without running the project.

    python tools/check.py [NAME ...]

Prints a line for each check, and the output of those that fail.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent

#: What runs in debuggees and beside them, on every Python from 3.8 on.
_PACKAGES = ("dap", "agent", "inject", "relay", "prepared", "recipes")
TRAVELLING = [name for name in _PACKAGES if (CHECKOUT / "src" / "remora" / name).is_dir()]
#: Besides, these files do.
ALSO_OLD = [
    "src/remora/__init__.py",
    "src/remora/sessions.py",
    "src/remora/bundle/loader.py",
    "src/remora/cli/__init__.py",
]


@dataclass
class Check:
    name: str
    command: list[str]
    env: dict[str, str] = field(default_factory=dict)
    status: int = 0
    output: str = ""
    seconds: float = 0

    def run(self) -> Check:
        begun = time.monotonic()
        done = subprocess.run(
            self.command,
            cwd=CHECKOUT,
            env={**os.environ, **self.env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.status, self.output = done.returncode, done.stdout
        self.seconds = time.monotonic() - begun
        return self


def main(names: list[str]) -> int:
    checks = [check for check in all_checks() if not names or check.name in names]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for check in pool.map(Check.run, checks):
            print(
                f"{check.name:12} {'failed' if check.status else 'ok':6} {check.seconds:5.1f} s", flush=True
            )
            if check.status:
                print(check.output, flush=True)
    return any(check.status for check in checks)


def all_checks() -> list[Check]:
    old = [*(f"src/remora/{name}" for name in TRAVELLING), *ALSO_OLD]
    new = [name for name in ("src/remora", "tests", "tools", "bench") if any((CHECKOUT / name).rglob("*.py"))]
    return [
        Check("ruff", [tool("ruff"), "check", "--quiet", "--output-format=concise"]),
        Check("format", [tool("ruff"), "format", "--check", "--quiet"]),
        Check("mypy", [tool("mypy"), *new]),
        Check("mypy-3.8", old_mypy(), {"MYPYPATH": "src"}),
        Check("pyright", [tool("pyright")], {"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}),
        Check("vermin", [tool("vermin"), "--quiet", "--no-tips", "-t=3.8-", "--violations", *old]),
    ]


def tool(name: str) -> str:
    return str(BIN / name)


def old_mypy() -> list[str]:
    """The last mypy that knows 3.8, with the same strictness and none of the settings for newer code."""
    return [
        str(CHECKOUT / ".cache" / "mypy38" / "bin" / "mypy"),
        "--config-file=",
        "--strict",
        "--python-version=3.8",
        "--platform=linux",
        "--explicit-package-bases",
        "--follow-imports=silent",
        "--cache-dir=.mypy_cache/3.8",
        *(word for name in TRAVELLING for word in ("-p", f"remora.{name}")),
        "-m",
        "remora.bundle.loader",
        "-m",
        "remora.sessions",
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
