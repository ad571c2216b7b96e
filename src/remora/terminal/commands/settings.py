"""`set` and `show`: values of the console and of the program."""

from __future__ import annotations

import re

from ...printable import printable
from ..context import Context, check_allowed
from ..registry import CHANGES, COMMANDS, SHOWN, AmbiguousWord, Command, CommandTable, change, command, shown
from ..replaced import setting_replacement
from ..settings import Settings
from ..wire import CommandError
from .values import assign

_WORD = re.compile(r"(?P<word>[a-z][a-z-]*)(?:\s+(?P<rest>.*))?", re.DOTALL)


@command("set", category="data", arguments="VARIABLE = EXPRESSION | SETTING VALUE", completes="setting")
async def set_(context: Context, arguments: str) -> None:
    """Give a variable of the frame, or a setting of the console, a new value.

    VARIABLE may be an attribute or an item: `set self.limit = 3`; `set var`
    before it makes sure.  A setting's name may be cut where that is unique, and
    `on` may be left out.  `show` lists the settings.
    """
    word, rest = _split(arguments)
    if word != "var" and word and not rest.startswith("="):
        name = _setting(word, CHANGES)
        if isinstance(name, Command):
            check_allowed(context, name)
            await name.run(context, rest)
            return
        if name is not None:
            _check_style(name, rest)
            context.settings.change(name, rest)
            context.apply_settings()
            return
    target, equals, value = arguments.removeprefix("var ").partition("=")
    if equals and target.strip() and value.strip():
        await assign(context, target.strip(), value.strip())
        return
    if word:
        raise CommandError(_unknown(word))
    raise CommandError("say set VARIABLE = EXPRESSION, or set SETTING VALUE")


@command("show", category="status", arguments="[SETTING]", completes="shown")
async def show(context: Context, arguments: str) -> None:
    """Show the console's settings, which `set SETTING VALUE` changes; without a name, all of them."""
    if not arguments:
        for name, text in Settings.names().items():
            _write(context, context.settings.show(name), text)
        for each in SHOWN:
            _write(context, f"show {each.usage}", each.summary)
        return
    word, rest = _split(arguments)
    found = _setting(word, SHOWN)
    if isinstance(found, Command):
        await found.run(context, rest)
    elif found is None:
        raise CommandError(_unknown(word or arguments))
    else:
        _write(context, context.settings.show(found), Settings.names()[found])


@change("substitute", category="files", arguments="[FROM TO]", here=True)
async def substitute(context: Context, arguments: str) -> None:
    """Read the source of the program's files below FROM from those below TO, on this side.

    Breakpoints may then be set by the names that the files have here, and `edit`
    opens these.  Without arguments all such rules are forgotten.
    """
    if not arguments:
        context.paths.forget()
        return
    words = arguments.split()
    if len(words) != 2:
        raise CommandError("say which folder of the program is which one here: set substitute FROM TO")
    context.paths.substitute(*words)
    context.sources.forget()


@change("patsub", category="files", arguments="PATTERN REPLACEMENT", here=True)
async def patsub(context: Context, arguments: str) -> None:
    """Read source from the files whose names come of the program's by a regular expression.

    For what `set substitute` cannot say: `set patsub ^/usr/lib/python3\\.\\d+ /opt/python`.
    """
    pattern, _, replacement = arguments.partition(" ")
    if not replacement.strip():
        raise CommandError("say set patsub PATTERN REPLACEMENT")
    context.paths.replace(pattern, replacement.strip())
    context.sources.forget()


@shown("substitute", category="files")
async def show_substitute(context: Context, arguments: str) -> None:
    """The rules of `set substitute`."""
    for theirs, ours in context.paths.substitutions:
        context.write(f"{printable(theirs)} -> {printable(ours)}")
    if not context.paths.substitutions:
        context.write("nothing is substituted")


@shown("patsub", category="files")
async def show_patsub(context: Context, arguments: str) -> None:
    """The rules of `set patsub`."""
    for pattern, replacement in context.paths.patterns:
        context.write(f"{pattern.pattern} -> {replacement}")
    if not context.paths.patterns:
        context.write("no path is rewritten")


@shown("aliases", category="support")
async def show_aliases(context: Context, arguments: str) -> None:
    """The words that `alias` has defined, and the other names of commands."""
    for name, text in context.aliases.texts.items():
        context.write(f"{name} = {text}")
    for each in COMMANDS:
        if each.aliases:
            context.write(f"{each.name}: {', '.join(each.aliases)}")


@shown("args", category="running")
async def show_args(context: Context, arguments: str) -> None:
    """The arguments that the program was started with."""
    body = await context.debuggee.evaluate("__import__('sys').argv", "clipboard")
    context.write(printable(body["result"]))


def _unknown(name: str) -> str:
    return setting_replacement(name) or f"there is no setting '{name}'; 'show' lists them"


def _check_style(name: str, text: str) -> None:
    if name != "style" or text == "none":
        return
    from ..highlight import is_style, style_names

    if not is_style(text):
        raise CommandError(f"pygments has no style '{text}'; it has {', '.join(style_names())}")


def _split(arguments: str) -> tuple[str, str]:
    """The first word, if it could be a name, and what follows it."""
    match = _WORD.fullmatch(arguments.strip())
    return (match["word"], (match["rest"] or "").strip()) if match else ("", arguments)


def _setting(word: str, table: CommandTable) -> str | Command | None:
    """The setting or the sub-command that a word, or the beginning of one, names; raises `CommandError`."""
    names = Settings.names()
    if word in names:
        return word
    try:
        found = table.find(word)
    except AmbiguousWord:
        found = None
    if found is not None and found.name == word:
        return found
    begun = [name for name in (*names, *(each.name for each in table)) if name.startswith(word)]
    if len(begun) > 1:
        raise CommandError(str(AmbiguousWord(word, begun)))
    if not begun:
        return None
    return begun[0] if begun[0] in names else table.find(begun[0])


def _write(context: Context, text: str, help: str) -> None:
    context.write(f"{text:<24} {context.style('faint', help)}".rstrip())
