"""`remora ps`: the Python processes of this host, and which of them can be attached to."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from typing import Any

from remora.inject.reasons import AttachError
from remora.observe.processes import PythonProcess, processes

from .verdict import Verdict, as_json, verdict

_HEADER = ("PID", "PYTHON", "USER", "ATTACH", "COMMAND")


def run(options: argparse.Namespace) -> int:
    """Print the list; it is no failure if it is empty."""
    found = [(process, judged) for process in processes() if (judged := _judge(process.pid))]
    if options.json:
        print(json.dumps([_record(*each) for each in found], indent=2))
        return 0
    rows = [_HEADER, *(_row(*each) for each in found)]
    for line in _table(rows, _columns()):
        print(line)
    return 0


def _judge(pid: int) -> Verdict | None:
    """None if it has ended in the meantime."""
    try:
        return verdict(pid)
    except AttachError:
        return None


def _record(process: PythonProcess, judged: Verdict) -> dict[str, Any]:
    return {
        "pid": process.pid,
        "version": judged.version or process.version or None,
        "user": process.user,
        "attachable": judged.is_attachable,
        "refusal": as_json(judged.refusal),
        "command": process.command,
        "argv": process.argv,
        "cwd": process.cwd or None,
        "started": process.started,
    }


def _row(process: PythonProcess, judged: Verdict) -> tuple[str, ...]:
    version = judged.version or process.version or "?"
    attach = "yes" if judged.refusal is None else judged.refusal.reason.name
    return (str(process.pid), version, process.user, attach, _printable(process.command))


def _table(rows: list[tuple[str, ...]], columns: int | None) -> list[str]:
    """Lines with aligned columns, the last of which is cut at the edge of a terminal."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    widths[-1] = 0
    lines = []
    for row in rows:
        first = row[0].rjust(widths[0])
        rest = [word.ljust(width) for word, width in zip(row[1:], widths[1:], strict=True)]
        lines.append("  ".join([first, *rest])[:columns].rstrip())
    return lines


def _columns() -> int | None:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _printable(text: str) -> str:
    """A command line may hold line ends and escape sequences, which are no business of a terminal."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
