"""`remora exec`: a script, or a recipe, in a program that is running, here or elsewhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from remora.shell import recipes
from remora.shell.script import Script, run_script

from . import DONE, USAGE, CommandError
from .inside import reach, wanted

if TYPE_CHECKING:
    import argparse

    from remora.client import Session

_HOW_TO_ASK = (
    "Ask with 'remora exec PID -r NAME [ARGUMENTS]'; 'remora exec -r NAME --help' says what may be given."
)
#: Apart from the module `__main__`, which stays the program's.
_MODULE = "import runpy; runpy.run_module({name!r}, run_name='__main__') and None"


def run(options: argparse.Namespace) -> int:
    """Run what `options` say in the program that they name; its exit status, or that of the script."""
    try:
        script = _recipe(options) if options.kind == "recipe" else _script(options)
    except recipes.Help as help:
        print(help)
        return DONE
    except recipes.Misuse as misuse:
        print(f"remora exec -r {misuse}", file=sys.stderr)
        return USAGE

    async def hold(session: Session, _: int | None) -> int:
        prompt = await wanted(session, options, takes_input=True, arguments=_arguments(options))
        return await run_script(session.client, prompt, script)

    return reach(options, hold, evaluationTimeout=options.timeout)


def _recipe(options: argparse.Namespace) -> Script:
    """Raises `recipes.Help` when there is something to be shown instead, and `recipes.Misuse`."""
    name, *words = options.args or ["help"]
    if name in ("help", "--help"):
        lines = [f"{each:<12} {recipes.summary(each)}" for each in recipes.names()]
        raise recipes.Help("\n".join([*lines, "", _HOW_TO_ASK]))
    try:
        question = recipes.parse(name, words)
    except KeyError:
        raise recipes.Misuse(f"{name}: no such recipe; 'remora exec -r' lists them") from None
    return Script(text=question.code(), question=question, **_common(options))


def _common(options: argparse.Namespace) -> dict[str, Any]:
    return {"as_json": options.json, "time_limit": options.time_limit}


def _script(options: argparse.Namespace) -> Script:
    common = _common(options)
    if options.kind == "code":
        return Script(text=options.value, shows_value=True, **common)
    if options.kind == "module":
        return Script(text=_MODULE.format(name=options.value), **common)
    if options.value == "-":
        return Script(text=_decoded(sys.stdin.buffer.read(), "-"), file="<stdin>", **common)
    try:
        with open(options.value, "rb") as file:
            return Script(text=_decoded(file.read(), options.value), file=options.value, **common)
    except OSError as error:
        raise CommandError(f"{options.value}: {error.strerror}") from None


def _decoded(content: bytes, name: str) -> str:
    """A program's text, in the encoding that it declares (PEP 263)."""
    from importlib.util import decode_source

    try:
        return decode_source(content)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        raise CommandError(f"{name} is no text of Python: {error}") from None


def _arguments(options: argparse.Namespace) -> tuple[str, ...]:
    """What `sys.argv` is to the script, as it is to one that `python` runs."""
    first = {"code": "-c", "recipe": "-r"}.get(options.kind, options.value)
    return (first, *options.args)
