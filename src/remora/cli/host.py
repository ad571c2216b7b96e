"""What this machine and this user allow, and the proof: an attach to a program started for it."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from remora import __version__
from remora.inject.process import may_trace_all
from remora.inject.reasons import AttachError
from remora.observe.kernel import status_of

from .verdict import as_json

#: The number of the first pid namespace, PROC_PID_INIT_INO in the kernel's proc_ns.h.
_FIRST_PID_NAMESPACE = 0xEFFFFFFC

_YAMA = {
    0: "any process of yours can be attached to",
    1: "without CAP_SYS_PTRACE, only processes that were started from here",
    2: "only with CAP_SYS_PTRACE",
    3: "no process, until the next boot",
}

_PROGRAM = "import os, sys; print(os.getpid(), flush=True); sys.stdin.read(); print('whole')"
_STARTER = "import subprocess, sys; subprocess.Popen(sys.argv[1:], start_new_session=True)"


def examine() -> tuple[dict[str, Any], list[str], bool]:
    """A report for programs, the same in lines for people, and whether attaching works."""
    facts = _facts()
    error, way = _trial()
    report = {**facts, "attachable": error is None, "way": way, "refusal": as_json(error)}
    lines = [f"{name + ':':12}{text}" for name, text in _in_words(facts)]
    if error is None:
        lines.append(f"{'attach:':12}works; tried on a Python {facts['python']} program, by {way}")
    else:
        lines += [f"{'attach:':12}{error.what}", f"{'what to do:':12}{error.what_to_do}"]
    return report, lines, error is None


def _facts() -> dict[str, Any]:
    return {
        "remora": __version__,
        "python": platform.python_version(),
        "kernel": platform.release(),
        "processor": platform.machine(),
        "user": os.geteuid(),
        "cap_sys_ptrace": may_trace_all(),
        "yama_ptrace_scope": _yama_scope(),
        "seccomp": status_of("/proc/self").get("Seccomp", "0") != "0",
        "container": os.stat("/proc/self/ns/pid").st_ino != _FIRST_PID_NAMESPACE,
    }


def _in_words(facts: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "remora", f"{facts['remora']}, on Python {facts['python']}"
    yield "machine", f"Linux {facts['kernel']}, {facts['processor']}"
    if facts["container"]:
        yield "container", "yes: processes outside it cannot be seen from here"
    yield "user", f"uid {facts['user']}, {'with' if facts['cap_sys_ptrace'] else 'without'} CAP_SYS_PTRACE"
    scope = facts["yama_ptrace_scope"]
    yield (
        "yama",
        "not in this kernel" if scope is None else f"ptrace_scope {scope}: {_YAMA.get(scope, 'unknown')}",
    )
    if facts["seccomp"]:
        yield "seccomp", "a filter is on this process, which may forbid to trace others"


def _trial() -> tuple[AttachError | None, str | None]:
    """Attach to a program: what speaks against it, or by which way it went."""
    from remora.bundle.cache import Bundle
    from remora.inject.attach import attach

    with _program() as pid:
        try:
            attached = attach(pid, Bundle())
        except AttachError as error:
            return error, None
        attached.socket.close()
        return None, attached.way


@contextmanager
def _program() -> Iterator[int]:
    """The pid of a Python program that is no child of ours, and ends with the block or with us."""
    python = [sys.executable, "-I", "-S"]
    starter = subprocess.Popen(
        [*python, "-c", _STARTER, *python, "-c", _PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert starter.stdin
    assert starter.stdout
    with starter.stdin, starter.stdout:
        starter.wait()
        yield int(starter.stdout.readline())
        starter.stdin.close()
        assert starter.stdout.read() == "whole\n", "the program did not outlive the attach"


def _yama_scope() -> int | None:
    try:
        with open("/proc/sys/kernel/yama/ptrace_scope", encoding="ascii") as file:
            return int(file.read())
    except FileNotFoundError:
        return None
