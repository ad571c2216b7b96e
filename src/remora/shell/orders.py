"""What `%NAME ARGUMENTS` does: `help` is the shell's own, everything else is a recipe."""

from __future__ import annotations

from .prompt import Prompt

HELP = """\
Text is run in the program: statements, top-level 'await', several lines at once.
  _              the last value
  EXPR &         goes on in the background; its result is shown when it comes
  obj?   obj??   what obj is, and its source; no code of the program is run for it
  %NAME ARGS     runs a recipe; '%NAME --help' says what it may be given
  exit, Ctrl-D   leave; the program goes on, and what runs in the background is cancelled
  Ctrl-C         interrupts what runs, never the program; clears what is typed
  Enter          runs what is complete; Alt-Enter begins a line in any case
  Tab            completes, or indents; Ctrl-R searches what was typed before
What you assign is your own: names of the module itself are set by 'import MODULE' and
'MODULE.name = value' ('import __main__' for the program's main file)."""


class Misuse(Exception):
    """What was typed after `%` is no such word, or not what it may be given; the text is for the user."""


def all_words() -> list[tuple[str, str]]:
    """What may follow `%`, each with a summary."""
    from . import recipes  # 10 ms, for who wants one

    return [("help", "what can be typed here"), *((name, recipes.summary(name)) for name in recipes.names())]


async def obey(prompt: Prompt, name: str, arguments: str, width: int) -> str:
    """Do what an order asks for; the text of its answer.

    Raises `Misuse`, and what `Prompt.evaluate` raises.
    """
    if name == "help":
        return _help()
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


def _help() -> str:
    recipe_lines = [f"  %{name:<12} {summary}" for name, summary in all_words()[1:]]
    return "\n".join([HELP, "", "Recipes:", *recipe_lines])
