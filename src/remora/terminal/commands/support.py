"""Commands about the console itself."""

from __future__ import annotations

from .. import render
from ..context import Context
from ..registry import (
    CATEGORIES,
    COMMANDS,
    TOPICS,
    AmbiguousWord,
    Command,
    CommandTable,
    command,
)
from ..script import read_script
from ..wire import CommandError

_RULES = """\
Names may be cut to three letters or more where that is unique.  What is not a command is run
as Python in the selected frame; '!' before it makes sure.  ' ;; ' parts commands on one line,
'#' begins a comment, and an empty line repeats the last step or list."""


@command(
    "help", "h", "?", category="support", arguments="[COMMAND | CATEGORY | info TOPIC]", completes="command"
)
async def help_(context: Context, arguments: str) -> None:
    """Show what a command does; without arguments, all commands by category."""
    if not arguments:
        _write_overview(context)
    elif arguments in CATEGORIES:
        _write_category(context, arguments)
    elif arguments.startswith(("info ", "i ")):
        _write_command(context, _find(TOPICS, arguments.partition(" ")[2].strip()), "info ")
    else:
        _write_command(context, _find(COMMANDS, arguments))


@command("source", category="support", arguments="FILE", completes="file")
async def source(context: Context, arguments: str) -> None:
    """Run the commands in a file, one a line, up to the first that fails."""
    if not arguments:
        raise CommandError("say which file: source FILE")
    assert context.run_line is not None
    for text in read_script(arguments):
        await context.run_line(text)


@command("history", category="support", arguments="[N]")
async def history(context: Context, arguments: str) -> None:
    """Show the last N lines typed in this session, 20 unless told."""
    count = int(arguments) if arguments.isdecimal() else 20
    first = max(len(context.history) - count, 0)
    for number, line in enumerate(context.history[first:], first + 1):
        context.write(f"{number:>5}  {line}")


def _find(table: CommandTable, word: str) -> Command:
    try:
        found = table.find(word)
    except AmbiguousWord as error:
        raise CommandError(str(error)) from None
    if found is None:
        raise CommandError(f"there is no command '{word}'; 'help' lists them")
    return found


def _write_overview(context: Context) -> None:
    for category, title in CATEGORIES.items():
        context.write(f"{context.style('title', category)}: {title}")
        words = [" | ".join((each.name, *each.aliases)) for each in COMMANDS.in_category(category)]
        rows = render.columns(words, (context.width or 80) - 2).splitlines()
        context.write("\n".join("  " + row for row in rows))
    context.write(f"\n{_RULES}")


def _write_category(context: Context, category: str) -> None:
    context.write(CATEGORIES[category])
    for each in COMMANDS.in_category(category):
        context.write(f"  {each.usage:<34} {context.style('faint', each.summary)}")


def _write_command(context: Context, each: Command, prefix: str = "") -> None:
    context.write(context.style("title", prefix + each.usage))
    if each.aliases:
        context.write(f"also: {', '.join(each.aliases)}")
    context.write(each.help)
