"""`remora doctor`: can I attach, and if not, what to do.

Without a pid it starts a small program of its own, which is no child of this
process, and attaches to that: the kernel's answer is worth more than its settings.
"""

from __future__ import annotations

import argparse
import json
from typing import Any

from remora.inject.reasons import AttachError

from .verdict import Verdict, as_json, verdict


def run(options: argparse.Namespace) -> int:
    """Print what was found; 0 if attaching works, else 1."""
    if options.pid is None:
        from .host import examine

        report, words, works = examine()
    else:
        report, words, works = _process(options.pid)
    print(json.dumps(report, indent=2) if options.json else "\n".join(words))
    return 0 if works else 1


def _process(pid: int) -> tuple[dict[str, Any], list[str], bool]:
    try:
        judged = verdict(pid)
    except AttachError as gone:
        judged = Verdict("", {}, gone)
    report = {
        "pid": pid,
        "version": judged.version or None,
        "attachable": judged.is_attachable,
        "refusal": as_json(judged.refusal),
        "ways": {name: as_json(error) for name, error in judged.ways.items()},
    }
    return report, _words(pid, judged), judged.is_attachable


def _words(pid: int, judged: Verdict) -> list[str]:
    if judged.refusal is not None:
        return ["cannot attach: " + judged.refusal.what, "what to do:    " + judged.refusal.what_to_do]
    head = f"Process {pid} runs Python {judged.version}: `remora attach {pid}` has these ways in."
    ways = judged.ways.items()
    return [head, *(f"  {name:13} {'open' if error is None else error.what}" for name, error in ways)]
