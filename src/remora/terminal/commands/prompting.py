"""`python`: a conversation in Python with the selected frame."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

from ...client import RequestFailed, RequestTimeout
from ...printable import printable
from ..candidates import Candidate
from ..completion import names_in_frame
from ..context import Context, check_no_picture
from ..registry import command
from ..screen import Interrupted
from ..wire import CommandError
from ..words import is_incomplete
from .values import evaluate_statement

PROMPT, CONTINUATION = ">>> ", "... "
_FAREWELLS = ("exit", "quit", "exit()", "quit()")


@command("python", "py", "interact", "shell", category="data")
async def python(context: Context, arguments: str) -> None:
    """Open a Python prompt in the selected frame; Ctrl-D or `exit` ends it.

    What is typed there is never taken for a command.  It runs in the program,
    on the thread that is looked at, and Ctrl-C interrupts it.
    """
    check_no_picture(context)
    context.write(context.style("faint", "Python in the selected frame; Ctrl-D or 'exit' goes back"))
    while context.debuggee.ended is None:
        try:
            text = await _statement(context)
        except EOFError:
            context.write("")
            return
        except Interrupted:
            continue
        if text.strip() in _FAREWELLS:
            return
        if text.strip():
            await _run(context, text)


async def _statement(context: Context) -> str:
    """What is typed, up to the end of a statement; raises EOFError, `Interrupted` or `CommandError`."""

    async def complete(text: str) -> list[Candidate]:
        return await names_in_frame(context, text)

    text = await _while_alive(context, context.screen.ask(PROMPT, complete))
    while is_incomplete(text):
        text += "\n" + await _while_alive(context, context.screen.ask(CONTINUATION, complete))
    return text


async def _while_alive(context: Context, asking: Coroutine[None, None, str]) -> str:
    """What is typed, unless the program ends meanwhile."""
    typing = asyncio.ensure_future(asking)
    over = asyncio.ensure_future(context.debuggee.over.wait())
    try:
        await asyncio.wait({typing, over}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        over.cancel()
        if not typing.done():
            typing.cancel()
            await asyncio.wait({typing})
    if typing.cancelled():
        raise CommandError(context.debuggee.ended or "the program has ended")
    return typing.result()


async def _run(context: Context, text: str) -> None:
    running = asyncio.ensure_future(evaluate_statement(context, text))
    try:
        await asyncio.wait({running})
    except asyncio.CancelledError:
        # Ctrl-C: it is for what runs in the program, and the prompt stays.
        running.cancel()
        await asyncio.wait({running})
        task = asyncio.current_task()
        if task is None or task.cancelling() != 1:
            raise
        task.uncancel()
        context.write("interrupted")
        return
    try:
        running.result()
    except (RequestFailed, RequestTimeout) as failure:
        context.write(context.style("error", printable(str(failure))))
