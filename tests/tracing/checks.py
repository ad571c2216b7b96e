"""Runs inside each interpreter: what holds of every tracer.  `test_tracers.py` shows each check as a test.

    python -m tests.tracing.checks [NAME...]

Runs each check, or those named, in a process of its own.  A check that does not concern this interpreter
returns why.  Prints JSON: {name: ["passed" | "failed" | "skipped", why]}.
"""

from __future__ import annotations

import json
import sys
from types import FunctionType

from tests.tracing import checks_instructions, checks_leaving, checks_lines, checks_threads
from tests.tracing.apart import Failed, apart

CHECKS = {
    name: check
    for module in (checks_lines, checks_instructions, checks_threads, checks_leaving)
    for name, check in vars(module).items()
    if isinstance(check, FunctionType) and check.__module__ == module.__name__ and not name.startswith("_")
}


def outcome(name: str) -> list[str]:
    try:
        reason = apart(CHECKS[name])
    except Failed as failure:
        return ["failed", str(failure)]
    return ["skipped", reason] if reason else ["passed", ""]


if __name__ == "__main__":
    json.dump({name: outcome(name) for name in sys.argv[1:] or CHECKS}, sys.stdout)
