"""The page for those who come from other debuggers names only what there is."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

import remora
import remora.terminal.commands  # fills the tables
from remora.cli import parser
from remora.shell import recipes
from remora.terminal.registry import CHANGES, COMMANDS, TOPICS
from remora.terminal.settings import Settings
from remora.terminal.words import Call, parse
from tests.support.pythons import CHECKOUT

PAGE = CHECKOUT / "docs" / "usage" / "coming-from.md"
_SPAN = re.compile(r"`([^`]+)`")
#: Words of the command line that stand for nothing in particular.
_OPTION = re.compile(r"(?<!\S)--[a-z-]+")


def rows() -> Iterator[tuple[str, str]]:
    """Both sides of each row."""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and len(cells) == 2 and cells != ["there", "here"]:
            yield cells[0], cells[1]


def spans() -> list[str]:
    """What is typed here, of every row; of "the same", what is typed there."""
    found = []
    for there, here in rows():
        found += _SPAN.findall(here)
        if here.startswith("the same"):
            found += _SPAN.findall(there)
    return sorted(set(found))


def options() -> set[str]:
    every = (action for row in parser.build()._subparsers._group_actions for action in row.choices.values())  # type: ignore[union-attr]
    return {option for each in every for option in each._option_string_actions}


def is_known(text: str) -> bool:
    word, _, rest = text.partition(" ")
    first = rest.partition(" ")[0]
    if word == "remora":
        names = {command.name for command in parser.COMMANDS}
        return (first in names or first.startswith("--")) and set(_OPTION.findall(text)) <= options() | {
            "--server", "--client", "--host", "--port",
        }  # fmt: skip
    if text.startswith("%"):
        return word[1:] in recipes.names()
    if text.startswith("-"):
        return word in options()
    if word == "set" and "=" not in rest:
        return first in Settings.names() or CHANGES.find(first) is not None
    if word == "info":
        return TOPICS.find(first) is not None
    if "remora." in text:
        return all(name in remora.__all__ for name in re.findall(r"\bremora\.([a-z_]+)", text))
    return isinstance(parse(text, COMMANDS), Call)


#: Typed somewhere else than in the console, or Python.
ELSEWHERE = {
    "!EXPR", "!STATEMENT", "!import importlib; importlib.reload(module)", "asyncio.all_tasks()", ".cancel()",
    "EXPR &", "ssh -t -p 1027 host shell PID",
    "REMORA_LISTEN=1", "await", "h w d u b tbreak cl s n unt r c j l ll p pp q", "pathMappings",
    "ssh -p 1027 HOST", "timeout=0", "with remora.attach(pid) as session:",
    "~/.config/remora/profile", "%1", "%*", "set x = 3", "remora dap",
}  # fmt: skip


@pytest.mark.parametrize("text", [each for each in spans() if each not in ELSEWHERE])
def test_what_the_page_says_is_there(text: str) -> None:
    assert is_known(text)


def test_words_of_pdb_are_commands() -> None:
    for word in "h w d u b tbreak cl s n unt r c j l ll p pp q".split():
        assert COMMANDS.find(word) is not None, word


def test_nothing_is_excused_that_the_page_does_not_have() -> None:
    assert [each for each in ELSEWHERE if each not in spans()] == []
