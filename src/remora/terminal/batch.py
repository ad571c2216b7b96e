"""Commands without anybody at the keyboard: `--batch -e COMMAND ... -x FILE`.

The first command that fails ends the batch.  Whatever happens, the program is
left running.  Imports neither prompt_toolkit nor pygments.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Sequence
from typing import TextIO

from ..client import Disconnected, Session
from .context import Context, Kind, Leave
from .interpreter import FAILURES, Interpreter, sentence
from .opening import leave, open_context
from .screen import StreamScreen
from .script import read_script

SUCCEEDED, FAILED, INTERRUPTED = 0, 1, 130


async def run_batch(
    session: Session,
    *,
    commands: Sequence[str],
    files: Sequence[str] = (),
    local_sources: bool = False,
    kind: Kind = "attach",
    stopped: bool = True,
    out: TextIO = sys.stdout,
    err: TextIO = sys.stderr,
    timeout: float | None = None,
) -> int:
    """Run the commands of `files`, then `commands`, then detach; returns the exit status.

    0: all succeeded; 1: one failed, `err` says which, and the rest was not run;
    130: Ctrl-C.  `timeout` is the time in seconds that a stop may take to come.
    `stopped`: the program stands, or is about to stop, when this begins.
    """
    async with open_context(
        session, StreamScreen(out), kind=kind, local_sources=local_sources, timeout=timeout
    ) as context:
        terminate = False
        working = asyncio.ensure_future(_run(context, commands, files, stopped, err))
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, working.cancel)
        try:
            return await working
        except Leave as leaving:
            terminate = leaving.terminate
            return SUCCEEDED
        except asyncio.CancelledError:
            return INTERRUPTED
        except BrokenPipeError:
            return FAILED  # nobody reads what is shown any more
        finally:
            loop.remove_signal_handler(signal.SIGINT)
            await leave(session, context.debuggee, terminate=terminate)


async def _run(
    context: Context, commands: Sequence[str], files: Sequence[str], stopped: bool, err: TextIO
) -> int:
    interpreter = Interpreter(context)
    step = "waiting for the program to stop"
    try:
        if stopped:
            await context.wait_halt()
            await context.show_stop()
        for file in files:
            step = f"source {file}"
            for step in read_script(file):
                await interpreter.run_line(step)
        for step in commands:
            await interpreter.run_line(step)
    except FAILURES as failure:
        err.write(f"remora: {step}: {sentence(failure)}\n")
        return FAILED
    except Disconnected:
        err.write(f"remora: {step}: {context.debuggee.ended or 'the connection to the program was lost'}\n")
        return FAILED
    return SUCCEEDED
