"""Writes docs/reference/recipes.md from the recipes' own help and tables.

python tools/gen_recipes.py            # write it
python tools/gen_recipes.py --check    # exit status 1 when it is stale
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from remora.shell.recipes import arguments, defaults, description, names, parameter

if TYPE_CHECKING:
    from remora.recipes import Argument

TARGET = Path(__file__).parent.parent / "docs" / "reference" / "recipes.md"
INTRODUCTION = """\
# Recipes

<!-- Written by tools/gen_recipes.py from the recipes' own help. Do not edit. -->

Ready-made questions to a running program: `remora exec PID -r NAME [ARGUMENTS]` in a script,
`%NAME [ARGUMENTS]` at the prompt of `remora shell`; see [the shell](../usage/shell.md).
They run on a thread of their own in the program, and import next to nothing there.
With `--json` a script gets what they have collected as data.
"""


def page() -> str:
    """The whole text of the page."""
    return "\n".join([INTRODUCTION, *(line for name in names() for line in _entry(name))])


def _entry(name: str) -> Iterator[str]:
    words = " ".join(_usage(name, argument) for argument in arguments(name))
    yield f"## `{name}{f' {words}' if words else ''}`\n"
    yield _prose(description(name)) + "\n"
    for argument in arguments(name):
        yield f"- `{_shown(argument)}`: {argument['help']}{_range(name, argument)}."
    yield ""


def _prose(text: str) -> str:
    """Help with its lists as Markdown takes them."""
    blocks = text.split("\n\n")
    return "\n\n".join(f"```text\n{block}\n```" if block.startswith("    ") else block for block in blocks)


def _usage(name: str, argument: Argument) -> str:
    is_required = parameter(argument) not in defaults(name)
    return _shown(argument) if is_required else f"[{_shown(argument)}]"


def _shown(argument: Argument) -> str:
    kind = argument.get("kind", "text")
    if not argument["name"].startswith("-"):
        return argument["name"].upper()
    return argument["name"] if kind == "flag" else f"{argument['name']} {kind.upper()}"


def _range(name: str, argument: Argument) -> str:
    default = defaults(name).get(parameter(argument))
    known = f" ({', '.join(argument['choices'])})" if "choices" in argument else ""
    return known + (f"; {default} unless told" if default else "")


def main(words: list[str]) -> int:
    if "--check" in words:
        fresh = TARGET.exists() and TARGET.read_text(encoding="utf-8") == page()
        return 0 if fresh else 1
    TARGET.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
