"""Commands about the console itself."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .. import render
from ..context import Context
from ..registry import CATEGORIES, COMMANDS, FAMILIES, Command, CommandTable, command
from ..replaced import replacement
from ..script import read_script
from ..settings import Settings
from ..syntax import SYNTAX
from ..wire import CommandError

_FOR_PICTURES = (
    "This is a picture of the program from outside: threads, stacks and local variables of one moment.\n"
    "  bt, up, down, frame N, info threads, thread N, info locals, info args, p NAME, list, info tasks\n"
    "  refresh  looks again\n"
    "  attach   tries again to get into the program\n"
    "Commands that run or change something are refused.\n"
)
_NAME = re.compile(r"\?|[\w -]+[-+<>!?]?")


@command(
    "help",
    "h",
    "?",
    category="support",
    arguments="[COMMAND | CATEGORY | TOPIC | * | PATTERN]",
    completes="command",
)
async def help_(context: Context, arguments: str) -> None:
    """Show what a command does; without arguments, all commands by category.

    `help info line`, `help set style` and `help show args` tell of one of
    several; `help syntax` of how commands are written; `*` lists all names, a
    regular expression those that it matches whole.
    """
    word, _, rest = arguments.partition(" ")
    if not arguments:
        _write_overview(context)
    elif word in CATEGORIES:
        _write_category(context, word)
    elif word == "syntax":
        _write_syntax(context, rest.strip())
    elif arguments == "*" or not _NAME.fullmatch(arguments):
        _write_matching(context, arguments)
    else:
        _write_about(context, word, rest.strip())


@command("source", category="support", arguments="[-v] FILE", completes="file", here=True)
async def source(context: Context, arguments: str) -> None:
    """Run the commands in a file, one a line, up to the first that fails; `-v` shows each."""
    verbose = arguments.startswith("-v ")
    path = arguments.removeprefix("-v ").strip()
    if not path:
        raise CommandError("say which file: source FILE")
    try:
        texts = read_script(path)
    except CommandError as error:
        raise CommandError(f"{error}; 'list FUNCTION()' shows the source of a function") from None
    await run_script(context, texts, verbose=verbose)


@command("alias", category="support", arguments="[NAME COMMAND]", completes="command")
async def alias(context: Context, arguments: str) -> None:
    """Let a word stand for a command; without arguments, list these words.

    `%1` to `%9` in COMMAND are replaced by the words that follow NAME, `%*` by
    all of them; without any of these they are appended.  NAME may be that of a
    command.  `unalias` takes it back.

        alias pl p len(%1)
    """
    name, _, text = arguments.partition(" ")
    if text.strip():
        context.aliases.define(name, text.strip())
    elif name and name not in context.aliases.texts:
        raise CommandError(f"there is no alias '{name}'; say alias NAME COMMAND")
    for each, meaning in context.aliases.texts.items() if not text else ():
        if name in ("", each):
            context.write(f"{each} = {meaning}")


@command("unalias", category="support", arguments="NAME...", completes="alias")
async def unalias(context: Context, arguments: str) -> None:
    """Forget aliases or macros."""
    if not arguments:
        raise CommandError("say which: unalias NAME")
    for name in arguments.split():
        context.aliases.remove(name)


@command("macro", category="support", arguments="NAME FUNCTION", here=True)
async def macro(context: Context, arguments: str) -> None:
    """Let a word stand for what a Python function returns: a command, or a list of commands.

    The function runs in remora, not in the program, and is given the words that
    follow NAME.  `info macro` lists them, `unalias` takes one back.

        macro around lambda line: [f"break {line}", "continue", "backtrace 3"]
    """
    name, _, text = arguments.partition(" ")
    if not text.strip():
        raise CommandError("say macro NAME lambda ...")
    context.aliases.define_macro(name, text.strip())


@command("history", category="support", arguments="[N]")
async def history(context: Context, arguments: str) -> None:
    """Show the last N lines typed in this session, 20 unless told."""
    count = int(arguments) if arguments.isdecimal() else 20
    first = max(len(context.history) - count, 0)
    for number, line in enumerate(context.history[first:], first + 1):
        context.write(f"{number:>5}  {line}")


async def run_script(context: Context, texts: Iterable[str], *, verbose: bool = False) -> None:
    """Run the commands of a file; raises what the first that fails raises."""
    assert context.run_line is not None
    for text in texts:
        if verbose or context.settings.cmdtrace:
            context.write(context.style("faint", f"+ {text}"))
        await context.run_line(text)


def _find(table: CommandTable, word: str) -> Command:
    found = table.match(word)
    if found is None:
        said = replacement(word)
        raise CommandError(said or f"there is no command '{word}'; 'help' lists them")
    return found[0]


def _write_about(context: Context, word: str, rest: str) -> None:
    if word in context.aliases.texts:
        context.write(f"{word} = {context.aliases.texts[word]}")
        return
    found = _find(COMMANDS, word)
    family = FAMILIES.get(found.name)
    if family is None or not rest:
        _write_command(context, found)
        for each in family or ():
            context.write(f"  {found.name} {each.usage:<28} {context.style('faint', each.summary)}")
    elif found.name in ("set", "show") and rest in Settings.names():
        context.write(f"{context.settings.show(rest)}\n{Settings.names()[rest]}")
    else:
        _write_command(context, _find(family, rest), f"{found.name} ")


def _write_matching(context: Context, pattern: str) -> None:
    names = sorted(each.name for each in COMMANDS)
    try:
        wanted = re.compile(".*" if pattern == "*" else pattern)
    except re.error as error:
        raise CommandError(f"'{pattern}' is no regular expression: {error}") from None
    found = [name for name in names if wanted.fullmatch(name)]
    if not found:
        raise CommandError(f"no command's name matches '{pattern}'")
    context.write(render.columns(found, context.width))


def _write_syntax(context: Context, word: str) -> None:
    if word and word not in SYNTAX:
        raise CommandError(f"'help syntax' knows nothing of '{word}'; there is {', '.join(SYNTAX)}")
    for name in [word] if word else SYNTAX:
        context.write(f"{context.style('title', name)}\n{SYNTAX[name]}")


def _write_overview(context: Context) -> None:
    if context.debuggee.is_picture:
        context.write(_FOR_PICTURES)
    for category, title in CATEGORIES.items():
        context.write(f"{context.style('title', category)}: {title}")
        words = [" | ".join((each.name, *each.aliases)) for each in COMMANDS.in_category(category)]
        rows = render.columns(words, (context.width or 80) - 2).splitlines()
        context.write("\n".join("  " + row for row in rows))
    context.write(f"\n{SYNTAX['command']}")


def _write_category(context: Context, category: str) -> None:
    context.write(CATEGORIES[category])
    for each in COMMANDS.in_category(category):
        context.write(f"  {each.usage:<34} {context.style('faint', each.summary)}")


def _write_command(context: Context, each: Command, prefix: str = "") -> None:
    context.write(context.style("title", prefix + each.usage))
    if each.aliases:
        context.write(f"also: {', '.join(each.aliases)}")
    if each.suffixes:
        context.write(f"suffixes: {' '.join(each.name + suffix for suffix in each.suffixes)}")
    context.write(each.help)
