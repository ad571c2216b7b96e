"""A console over a played program, as a process of its own: `python -m tests.terminal.play`.

The program steps up and down two lines for ever; `continue` stops at the next `pause` only.
"""

from __future__ import annotations

import asyncio
import sys

from remora.terminal import preload
from remora.terminal.console import run_console
from remora.terminal.options import Options
from tests.terminal.stage import frame, open_stage


async def play() -> int:
    stage, session = await open_stage()
    stage.adapter.replies["completions"] = {
        "targets": [{"label": "total_of_all"}, {"label": "total_of_none"}]
    }
    stage.adapter.replies["continue"] = stage.go_on
    stage.values |= {
        "total": {"result": "3", "type": "int"},
        "for i in [1]:\n    print(i)\n": {"result": "looped"},
    }
    for _ in range(50):
        stage.will_stop("step", [frame(3, "handle", 5), frame(2, "<module>", 10)])
        stage.will_stop("step", [frame(3, "handle", 6), frame(2, "<module>", 10)])
    stage.stop()
    options = Options(kind="launch" if "--launch" in sys.argv else "attach")
    status = await run_console(session, options, interactive=sys.stdin.isatty())
    print(f"left with {stage.sent('disconnect')}", flush=True)
    return status


if __name__ == "__main__":
    if sys.stdin.isatty():
        preload(interactive=True)
    sys.exit(asyncio.run(play()))
