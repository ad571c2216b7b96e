"""Commands without anybody at the keyboard: `--batch -e COMMAND ... -x FILE`.

The first command that fails ends the batch.  Whatever happens, the program is
left running.  Imports neither prompt_toolkit nor pygments.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TextIO

from ..client import Disconnected, Session
from .context import Leave, check_allowed
from .following import Connect
from .interpreter import FAILURES, Interpreter, sentence
from .interrupts import catching_interrupts
from .options import Options
from .registry import COMMANDS
from .screen import StreamScreen
from .script import read_script
from .sessions import Sessions, open_sessions

SUCCEEDED, FAILED, INTERRUPTED = 0, 1, 130


async def run_batch(
    session: Session,
    options: Options,
    *,
    out: TextIO = sys.stdout,
    err: TextIO = sys.stderr,
    connect: Connect | None = None,
) -> int:
    """Run the commands of the files, then the others, then detach; returns the exit status.

    0: all succeeded; 1: one failed, `err` says which, and the rest was not run;
    130: Ctrl-C.
    """
    async with open_sessions(StreamScreen(out), options, connect=connect) as sessions:
        sessions.add(session)
        terminate = False
        working = asyncio.ensure_future(_run(sessions, err))
        try:
            with catching_interrupts(working.cancel):
                return await working
        except Leave as leaving:
            terminate = leaving.terminate
            return SUCCEEDED
        except asyncio.CancelledError:
            return INTERRUPTED
        except BrokenPipeError:
            return FAILED  # nobody reads what is shown any more
        finally:
            await sessions.end_all(terminate=terminate)


async def _run(sessions: Sessions, err: TextIO) -> int:
    context = sessions.current
    options = context.options
    interpreter = Interpreter(sessions)
    step = "waiting for the program to stop"
    try:
        if options.stopped or context.debuggee.stop:
            await context.wait_halt()
            await context.show_stop()
        for file in options.files:
            step = f"source {file}"
            check_allowed(context, COMMANDS.find("source"))
            for step in read_script(file):
                await interpreter.run_line(step)
        for step in options.commands:
            await interpreter.run_line(step)
    except FAILURES as failure:
        err.write(f"remora: {step}: {sentence(failure)}\n")
        return FAILED
    except Disconnected:
        err.write(
            f"remora: {step}: {sessions.current.debuggee.ended or 'the connection to the program was lost'}\n"
        )
        return FAILED
    return SUCCEEDED
