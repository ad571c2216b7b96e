"""Commands that leave the console for a moment, or change where the program is."""

from __future__ import annotations

import ast
import asyncio
import os
import sys

from ...printable import printable
from ..context import Context
from ..locations import read_location, resolve_line
from ..registry import command
from ..wire import Body, CommandError


@command("edit", "ed", category="files", arguments="[LOCATION]", completes="location", here=True)
async def edit(context: Context, arguments: str) -> None:
    """Open a source file in `$VISUAL` or `$EDITOR`, at the current line or a location.

    It opens the file that `set substitute` tells of, or the program's own where
    the program runs on this host.  Else it opens a copy, whose changes stay here.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise CommandError("an editor needs a terminal")
    source, line = await resolve_line(context, read_location(arguments))
    here = context.sources.file_here(source)
    if here is not None and os.path.exists(here):
        await _edit(here, line)
        context.sources.forget()
        return
    await _edit_copy(context, source, line)


@command("pwd", category="files")
async def pwd(context: Context, arguments: str) -> None:
    """Show the program's current directory."""
    body = await context.debuggee.evaluate("__import__('os').getcwd()", "clipboard")
    context.write(printable(str(ast.literal_eval(body["result"]))))


@command("cd", "chdir", category="files", arguments="DIRECTORY")
async def cd(context: Context, arguments: str) -> None:
    """Change the program's current directory."""
    if not arguments:
        raise CommandError("say where to: cd DIRECTORY")
    change = f"(lambda os: os.chdir(os.path.expanduser({arguments!r})))(__import__('os'))"
    await context.debuggee.evaluate(change, "repl")
    await pwd(context, "")


async def _edit_copy(context: Context, source: Body, line: int) -> None:
    name = os.path.basename(source.get("path") or source.get("name") or "source.py")
    text = "\n".join(await context.sources.lines(source)) + "\n"
    from tempfile import TemporaryDirectory  # 3 ms, which others need not wait for

    with TemporaryDirectory(prefix="remora-") as folder:
        path = os.path.join(folder, name.strip("<>") or "source.py")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, 0o400)
        await _edit(path, line)
        context.write(context.style("faint", "[that was a copy; the program's own file is elsewhere]"))


async def _edit(path: str, line: int) -> None:
    import shlex

    editor = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    try:
        process = await asyncio.create_subprocess_exec(*editor, f"+{line}", path)
    except OSError as error:
        raise CommandError(f"'{editor[0]}' cannot be started: {error.strerror}") from None
    try:
        await process.wait()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise
