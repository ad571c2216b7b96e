"""The user's own words: aliases, which are text, and macros, which are functions of their arguments.

Knows nothing of the program or of the commands.  A macro is Python that runs here,
in remora, as its author typed it or wrote it into a file of commands.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .wire import CommandError
from .words import is_python

_WORD = re.compile(r"[A-Za-z_][\w-]*[-+<>!?]?")
_PARAMETER = re.compile(r"%(\*|[1-9])")
#: How often one line may be expanded, so that words that mean each other come to an end.
_DEEPEST = 20


class Aliases:
    """Owner: one console."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        #: Text of the function, and the function.
        self.macros: dict[str, tuple[str, Callable[..., object]]] = {}

    def define(self, name: str, text: str) -> None:
        """Let `name` stand for `text`; raises `CommandError`."""
        self._check(name)
        self.texts[name] = text

    def define_macro(self, name: str, text: str) -> None:
        """Let `name` stand for what the function that `text` writes returns; raises `CommandError`."""
        self._check(name)
        try:
            function = eval(text, {"__name__": "remora.macros"})
        except Exception as error:
            raise CommandError(f"this is no Python expression: {type(error).__name__}: {error}") from None
        if not callable(function):
            raise CommandError("a macro is a function: macro NAME lambda ...")
        self.macros[name] = (text, function)

    def remove(self, name: str) -> None:
        """Forget an alias or a macro; raises `CommandError`."""
        if self.texts.pop(name, None) is None and self.macros.pop(name, None) is None:
            raise CommandError(f"there is no alias or macro '{name}'; 'alias' and 'info macro' list them")

    def expand(self, line: str) -> list[str]:
        """Return the lines that one typed line stands for; itself when it begins with no such word.

        Raises `CommandError` when a macro fails, or the words mean each other for ever.
        """
        return self._expand(line, 0)

    def _expand(self, line: str, depth: int) -> list[str]:
        match = _WORD.match(line)
        rest = line[match.end() :] if match else ""
        if match is None or (rest and not rest[0].isspace()) or is_python(line, rest):
            return [line]
        if depth > _DEEPEST:
            raise CommandError(f"'{match[0]}' stands for itself")
        meant = self._meaning(match[0], rest.strip())
        if meant is None:
            return [line]
        # An alias may add to the command of its name: `alias list list 1,20`.
        return [
            each
            for text in meant
            for each in ([text] if _begins_with(text, match[0]) else self._expand(text, depth + 1))
        ]

    def _meaning(self, word: str, rest: str) -> list[str] | None:
        if word in self.macros:
            return _called(word, self.macros[word][1], rest.split())
        if word in self.texts:
            return [_filled(self.texts[word], rest)]
        return None

    def _check(self, name: str) -> None:
        if not _WORD.fullmatch(name):
            raise CommandError(f"'{name}' is not a word")


def _begins_with(text: str, word: str) -> bool:
    return text.split(maxsplit=1)[:1] == [word]


def _filled(text: str, rest: str) -> str:
    """The alias with its parameters in place: `%1`, `%*`; without any they follow."""
    words = rest.split()

    def parameter(match: re.Match[str]) -> str:
        if match[1] == "*":
            return rest
        number = int(match[1])
        if number > len(words):
            raise CommandError(f"this alias takes {number} words: {text}")
        return words[number - 1]

    if _PARAMETER.search(text):
        return _PARAMETER.sub(parameter, text)
    return f"{text} {rest}".rstrip()


def _called(name: str, function: Callable[..., object], words: list[str]) -> list[str]:
    try:
        result = function(*words)
    except Exception as error:
        raise CommandError(f"macro {name}: {type(error).__name__}: {error}") from None
    lines = [result] if isinstance(result, str) else result
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise CommandError(f"macro {name} must return a command or a list of commands, not {result!r}")
    return lines
