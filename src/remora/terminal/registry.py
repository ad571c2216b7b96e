"""The tables of commands: their names, their help, and how a typed word finds one.

A command is an asynchronous function; its docstring is its help and its part
of `docs/reference/commands.md`.  This module knows no command and no session.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from keyword import iskeyword
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    #: Called with the context and the arguments; the suffix is a third where the command takes one.
    Run = Callable[..., Awaitable[None]]

Repeats = Literal["", "name", "whole"]

#: The groups in which help presents the commands, in its order.
CATEGORIES = {
    "breakpoints": "Making the program stop at certain points",
    "data": "Examining and changing values",
    "files": "Looking at source text",
    "running": "Running the program",
    "sessions": "Several programs, and several clients, at once",
    "stack": "Examining the call stack and the threads",
    "status": "Asking what the state of things is",
    "support": "The console itself",
}

#: A word that is not an alias must have this many letters to stand for a longer name,
#: so that a variable's short name does not run a command.
SHORTEST_PREFIX = 3


@dataclass(frozen=True)
class Command:
    """One row of a table."""

    name: str
    aliases: tuple[str, ...]
    category: str
    arguments: str
    run: Run
    completes: str
    repeats: Repeats
    #: Characters of which one may follow the name, such as the `!` of `kill!`.
    suffixes: str = ""
    #: It runs, reads or writes something on this side, which is not for those who may only look.
    here: bool = False
    #: Its name is not cut: a variable's name may be its beginning, and what it does is not taken back.
    whole: bool = False

    @property
    def summary(self) -> str:
        return self.help.partition("\n")[0]

    @property
    def help(self) -> str:
        return inspect.cleandoc(self.run.__doc__ or "")

    @property
    def usage(self) -> str:
        return f"{self.name} {self.arguments}".rstrip()


class AmbiguousWord(LookupError):
    """A word begins several names."""

    def __init__(self, word: str, names: list[str]) -> None:
        super().__init__(f"'{word}' may mean {', '.join(names[:-1])} or {names[-1]}")


class CommandTable:
    """Commands by name, alias and unique prefix, in the order of their definition."""

    def __init__(self, *, shortest_prefix: int = SHORTEST_PREFIX) -> None:
        self._by_name: dict[str, Command] = {}
        self._by_word: dict[str, Command] = {}
        self._shortest_prefix = shortest_prefix

    def command(
        self,
        name: str,
        *aliases: str,
        category: str,
        arguments: str = "",
        completes: str = "",
        repeats: Repeats = "",
        suffixes: str = "",
        here: bool = False,
        whole: bool = False,
    ) -> Callable[[Run], Run]:
        """Add the decorated function.

        `completes` names what its arguments are, for the completer: "location",
        "expression", "breakpoint", "command", "topic", "file", "thread" or another
        key of the table in `completion`, or nothing.
        `repeats`: an empty line runs it again, with its arguments
        ("whole") or without them ("name").  `suffixes`: a word may end with one
        of these characters, which the function is given ("" without one).  `here`:
        it runs, reads or writes something on this side, so observers have it not.
        `whole`: its name cannot be cut.
        """

        def add(run: Run) -> Run:
            command = Command(
                name, aliases, category, arguments, run, completes, repeats, suffixes, here, whole
            )
            for word in (name, *aliases):
                assert word not in self._by_word, f"two commands are called {word}"
                self._by_word[word] = command
            self._by_name[name] = command
            return run

        return add

    def find(self, word: str) -> Command | None:
        """Return the command that `word` stands for; raises `AmbiguousWord`.

        A word with which Python's statements begin is the beginning of no other: `for` is not `fork`.
        """
        exact = self._by_word.get(word)
        if exact is not None or len(word) < self._shortest_prefix or iskeyword(word):
            return exact
        names = [each.name for each in self if each.name.startswith(word) and not each.whole]
        if len(names) > 1:
            raise AmbiguousWord(word, names)
        return self._by_name[names[0]] if names else None

    def match(self, word: str) -> tuple[Command, str] | None:
        """Like `find`, also for a word that ends with a suffix of its command, which comes with it."""
        command = self.find(word)
        if command is not None:
            return command, ""
        base = self.find(word[:-1])
        return (base, word[-1]) if base is not None and word[-1] in base.suffixes else None

    def words(self) -> list[str]:
        """All names and aliases."""
        return list(self._by_word)

    def in_category(self, category: str) -> list[Command]:
        return sorted((each for each in self if each.category == category), key=lambda each: each.name)

    def __iter__(self) -> Iterator[Command]:
        return iter(self._by_name.values())


COMMANDS = CommandTable()
#: What `info` can tell.
TOPICS = CommandTable(shortest_prefix=1)
#: What `set` changes and `show` shows, besides the values in `settings`.
CHANGES = CommandTable(shortest_prefix=1)
SHOWN = CommandTable(shortest_prefix=1)

command = COMMANDS.command
topic = TOPICS.command
change = CHANGES.command
shown = SHOWN.command

#: The tables of sub-commands by the name of their command.
FAMILIES = {"info": TOPICS, "set": CHANGES, "show": SHOWN}
