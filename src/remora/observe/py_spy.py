"""The program `py-spy`, which is asked where the library has failed, if it is installed."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

from .reader import Record


class Failed(Exception):
    """It has no answer either."""


def is_here() -> bool:
    """Whether it is on PATH."""
    return shutil.which("py-spy") is not None


def read(pid: int, *, locals: bool, time_limit: float) -> Record:
    """Threads in the reader's form; the process is not stopped.  Raises `Failed`."""
    options = ["--locals"] if locals else []
    command = ["py-spy", "dump", "--json", "--nonblocking", *options, "--pid", str(pid)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=time_limit, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        raise Failed(f"it did not finish within {time_limit:g} s") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise Failed(said[-1] if said else f"it failed (status {done.returncode})")
    threads: list[Any] = json.loads(done.stdout)
    return {"reader": "py-spy", "threads": [_thread(each, locals) for each in threads]}


def _thread(thread: Any, locals: bool) -> Record:
    return {
        "tid": thread.get("os_thread_id") or 0,
        "name": thread.get("thread_name") or "",
        "holds_gil": bool(thread.get("owns_gil")),
        "collects": False,
        "version": None,
        "interpreter": None,
        "frames": [_frame(each, locals) for each in thread["frames"]],
        "native": [],
    }


def _frame(frame: Any, locals: bool) -> Record:
    variables = frame.get("locals") or ()
    return {
        "function": frame["name"],
        "file": frame["filename"],
        "line": frame["line"],
        "is_entry": True,
        "is_shim": False,
        "arguments": {each["name"]: each.get("repr") or "?" for each in variables if each["arg"]},
        "locals": {each["name"]: each.get("repr") or "?" for each in variables if not each["arg"]}
        if locals
        else None,
    }
