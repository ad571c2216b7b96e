"""What `%NAME ARGUMENTS` does: the words of the shell itself, and recipes."""

from __future__ import annotations

from . import text as texts
from .prompt import NoSuchThread, Place, Prompt

#: The shell's own words, each with a summary.
_OWN_WORDS = {
    "help": "what can be typed here",
    "loop": "run what is typed from now on in the program's event loop",
    "thread": "run it on a thread of the program: main, a name or a number",
    "own": "run it on a thread of the prompt's own, as in the beginning",
}
HELP = """\
Text is run in the program: statements, top-level 'await', several lines at once.
  _              the last value
  EXPR &         goes on in the background; its result is shown when it comes
  obj?   obj??   what obj is, and its source; no code of the program is run for it
  %NAME ARGS     runs a recipe; '%NAME --help' says what it may be given
  %loop  %thread NAME  %own   what is typed from now on runs in the program's event loop,
                 on one of its threads, or on one of the prompt's own, as in the beginning
  exit, Ctrl-D   leave; the program goes on, and what runs in the background is cancelled
  Ctrl-C         interrupts what runs, never the program; clears what is typed
  Enter          runs what is complete; Alt-Enter begins a line in any case
  Tab            completes, or indents; Ctrl-R searches what was typed before
What you assign is your own: names of the module itself are set by 'import MODULE' and
'MODULE.name = value' ('import __main__' for the program's main file)."""
_PLACES: dict[str, Place] = {"loop": "loop", "thread": "thread", "own": "own"}


class Misuse(Exception):
    """What was typed after `%` is no such word, or not what it may be given; the text is for the user."""


def all_words() -> list[tuple[str, str]]:
    """What may follow `%`, each with a summary."""
    from . import recipes  # 10 ms, for who wants one

    return [*_OWN_WORDS.items(), *((name, recipes.summary(name)) for name in recipes.names())]


async def obey(prompt: Prompt, name: str, arguments: str, width: int) -> str:
    """Do what an order asks for; the text of its answer.

    Raises `Misuse`, and what `Prompt.evaluate` raises.
    """
    if name == "help":
        return _help()
    if name in _PLACES:
        return await _move(prompt, _PLACES[name], arguments)
    import json

    from . import recipes

    try:
        question = recipes.parse(name, recipes.split(name, arguments))
    except KeyError:
        raise Misuse(f"there is no '%{name}'; '%help' lists what there is") from None
    except recipes.Help as help_text:
        return str(help_text)
    except (recipes.Misuse, ValueError) as error:
        raise Misuse(f"{error}; '%{name} --help' says what it takes") from None
    answer = await prompt.evaluate(question.code(), as_json=True)
    assert answer.json is not None
    return question.render(json.loads(answer.json), width)


async def _move(prompt: Prompt, place: Place, thread: str) -> str:
    if thread and place != "thread":
        raise Misuse(f"'%{place}' takes nothing; type the text that is to run there next")
    try:
        await prompt.move(place, thread or "main")
    except NoSuchThread as error:
        raise Misuse(str(error)) from None
    return "on a thread of its own" if place == "own" else texts.place(prompt)


def _help() -> str:
    recipe_lines = [f"  %{name:<12} {summary}" for name, summary in all_words()[len(_OWN_WORDS) :]]
    return "\n".join([HELP, "", "Recipes:", *recipe_lines])
