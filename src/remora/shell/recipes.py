"""The recipes of this side: which there are, how they are called, the text that runs in the program.

    question = parse("memory", ["--top", "5"])
    answer = await prompt.evaluate(question.code(), as_json=True)
    print(question.render(json.loads(answer.json), width=100))

Pure but for reading the recipes' files.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from remora import recipes

if TYPE_CHECKING:
    from types import ModuleType

    from remora.recipes import Argument

_FOLDER = Path(recipes.__file__).parent
#: The text is run as a module beside the agent, which the program's own `exec` and names have no part in.
#: Arguments are named one by one: a dictionary of them would be one more that refers to an object.
_CALL = (
    "(lambda space{names}: (__import__('builtins').exec(__import__('builtins').compile("
    "{text!r}, {file!r}, 'exec', dont_inherit=True), space), space['collect']({passed}))[1])"
    "({{'__name__': {name!r}, '__package__': {package!r}, '__builtins__': __import__('builtins')}}{given})"
)

_LAST_OPTION = re.compile(r"\s(--[a-z-]+)[\s=]+(\S+)\s*$")


class Misuse(Exception):
    """The words after a recipe's name are not what it takes; the text says what is wrong, for the user."""


@dataclass(frozen=True)
class Question:
    """A recipe with its arguments."""

    name: str
    #: For the parameters of `collect`; an expression is told as its text.
    arguments: dict[str, Any]
    #: Those of them that are evaluated at the prompt.
    expressions: frozenset[str]

    def code(self) -> str:
        """One expression, which the program evaluates; the prompt's names stay as they are."""
        given = "".join(f", {name}={self._written(name)}" for name in self.arguments)
        return _CALL.format(
            text=_source(self.name),
            file=f"<remora>/recipes/{self.name}.py",
            name=f"_remora.recipes.{self.name}",
            package="_remora.recipes",
            names="".join(f", {name}" for name in self.arguments),
            passed=", ".join(f"{name}={name}" for name in self.arguments),
            given=given,
        )

    def render(self, data: Any, width: int) -> str:
        """What came back, for people: lines of at most `width` columns, 0 for any; without the last end."""
        from . import answers

        return answers.render(self.name, data, width)

    def _written(self, name: str) -> str:
        value = self.arguments[name]
        return f"({value}\n)" if name in self.expressions else repr(value)


def names() -> list[str]:
    """All recipes, by name."""
    return sorted(path.stem for path in _FOLDER.glob("*.py") if not path.stem.startswith("_"))


def summary(name: str) -> str:
    """What a recipe shows, in a line."""
    return description(name).partition("\n")[0]


def description(name: str) -> str:
    """What a recipe shows, in full."""
    return inspect.cleandoc(_module(name).__doc__ or "")


def usage(name: str) -> str:
    """Everything about a recipe: what it shows, and what it may be given."""
    return _parser(name).format_help().rstrip()


def arguments(name: str) -> tuple[Argument, ...]:
    """The table of a recipe's arguments."""
    found: tuple[Argument, ...] = _module(name).ARGUMENTS
    return found


def defaults(name: str) -> dict[str, Any]:
    """What holds without an argument, by the parameter of `collect`; those that must be given are missing."""
    return {
        parameter.name: parameter.default
        for parameter in inspect.signature(_module(name).collect).parameters.values()
        if parameter.default is not parameter.empty
    }


def parameter(argument: Argument) -> str:
    """The parameter of `collect` that an argument is for."""
    return argument["name"].lstrip("-").replace("-", "_")


def split(name: str, text: str) -> list[str]:
    """The words of a line after a recipe's name; an expression keeps its quotes and blanks, and comes first.

    Raises `ValueError` for a quote that does not end.
    """
    kinds = [argument.get("kind") for argument in arguments(name)] if name in names() else []
    if "expression" not in kinds or text.lstrip().startswith("-"):
        return shlex.split(text)
    options: list[str] = []
    while found := _LAST_OPTION.search(text):
        options[:0] = found.groups()
        text = text[: found.start()]
    return [text.strip(), *options] if text.strip() else options


def parse(name: str, words: Sequence[str]) -> Question:
    """The question that a recipe's name and the words after it ask.

    Raises `Misuse`, `Help` for `--help`, and `KeyError` if there is no such recipe.
    """
    if name not in names():
        raise KeyError(name)
    given = vars(_parser(name).parse_args(words))
    expressions = {parameter(each) for each in arguments(name) if each.get("kind") == "expression"}
    for each in sorted(expressions & set(given)):
        _check_expression(given[each])
    return Question(name, given, frozenset(expressions & set(given)))


class Help(Exception):
    """`--help` was given; the text is the recipe's help."""


def _module(name: str) -> ModuleType:
    return import_module(f"remora.recipes.{name}")


def _source(name: str) -> str:
    """The text without what only people and checkers read; its lines keep their numbers."""
    from remora.bundle.minify import minify

    return minify((_FOLDER / f"{name}.py").read_text(encoding="utf-8"))


def _check_expression(text: str) -> None:
    try:
        ast.parse(f"({text}\n)", mode="eval")
    except (SyntaxError, ValueError):
        raise Misuse(f"{text!r} is no Python expression") from None


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Misuse(f"{self.prog}: {message}")


class _Help(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        raise Help(parser.format_help().rstrip())


def _parser(name: str) -> argparse.ArgumentParser:
    parser = _Parser(
        prog=name,
        description=description(name),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        add_help=False,
        allow_abbrev=False,
        argument_default=argparse.SUPPRESS,
    )
    parser.add_argument("--help", "-h", action=_Help, nargs=0, help="show this")
    known = defaults(name)
    for argument in arguments(name):
        _add(parser, argument, known)
    return parser


def _add(parser: argparse.ArgumentParser, argument: Argument, known: dict[str, Any]) -> None:
    name, kind = argument["name"], argument.get("kind", "text")
    default = known.get(parameter(argument))
    text = argument["help"] + (f" (default: {default})" if default and kind != "flag" else "")
    if kind == "flag":
        parser.add_argument(name, action="store_true", help=text)
        return
    details: dict[str, Any] = {"type": _TYPES[kind], "help": text}
    if "choices" in argument:
        details["choices"] = argument["choices"]
    elif name.startswith("-") or "metavar" in argument:
        details["metavar"] = argument.get("metavar", kind.upper())
    if not name.startswith("-"):
        is_optional = parameter(argument) in known
        details.update({"nargs": "?", "default": default} if is_optional else {})
    parser.add_argument(name, **details)


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError(text)
    return value


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value < 1e6:
        raise ValueError(text)
    return value


_count.__name__, _seconds.__name__ = "count", "number of seconds"
_TYPES = {"text": str, "expression": str, "count": _count, "seconds": _seconds}
