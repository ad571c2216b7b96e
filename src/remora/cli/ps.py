"""`remora ps`: the Python processes of this host, which can be attached to, and who is connected to which."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from typing import Any

from remora import sessions
from remora.inject.reasons import AttachError
from remora.observe.processes import PythonProcess, processes
from remora.printable import printable_line

from .verdict import Verdict, as_json, verdict

_HEADER = ("PID", "PYTHON", "USER", "ATTACH", "PORT", "CLIENTS", "COMMAND")


def run(options: argparse.Namespace) -> int:
    """Print the list; it is no failure if it is empty."""
    found = [(process, judged) for process in processes() if (judged := _judge(process.pid))]
    ports = _ports()
    if options.json:
        print(json.dumps([_record(*each, ports) for each in found], indent=2))
        return 0
    rows = [_HEADER, *(_row(*each, ports) for each in found)]
    for line in _table(rows, _columns()):
        print(line)
    return 0


def _judge(pid: int) -> Verdict | None:
    """None if it has ended in the meantime."""
    try:
        return verdict(pid)
    except AttachError:
        return None


def _ports() -> dict[int, int]:
    """The port that each program is served on which is, by pid."""
    sessions.forget_stale()
    entries = [entry for entry in sessions.entries() if entry.kind == "port"]
    pids = [(sessions.program_at(entry.path), entry.number) for entry in entries]
    return {pid: port for pid, port in pids if pid is not None}


def _record(process: PythonProcess, judged: Verdict, ports: dict[int, int]) -> dict[str, Any]:
    return {
        "pid": process.pid,
        "version": judged.version or process.version or None,
        "user": process.user,
        "attachable": judged.is_attachable,
        "refusal": as_json(judged.refusal),
        "prepared": judged.clients is not None,
        "port": ports.get(process.pid),
        "clients": judged.clients or [],
        "command": process.command,
        "argv": process.argv,
        "cwd": process.cwd or None,
        "started": process.started,
    }


def _row(process: PythonProcess, judged: Verdict, ports: dict[int, int]) -> tuple[str, ...]:
    version = judged.version or process.version or "?"
    port = str(ports.get(process.pid, "-"))
    clients = ", ".join(map(printable_line, judged.clients or ())) or "-"
    return (
        str(process.pid),
        version,
        process.user,
        _attach(judged),
        port,
        clients,
        printable_line(process.command),
    )


def _attach(judged: Verdict) -> str:
    if judged.refusal is not None:
        return judged.refusal.reason.name
    return "yes" if judged.clients is None else "prepared"


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
