"""Writes docs/reference/commands.md from the console's tables of commands.

python tools/gen_commands.py            # write it
python tools/gen_commands.py --check    # exit status 1 when it is stale
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import remora.terminal.commands  # noqa: F401  (fills the tables)
from remora.terminal.registry import CATEGORIES, COMMANDS, TOPICS, Command
from remora.terminal.settings import Settings

TARGET = Path(__file__).parent.parent / "docs" / "reference" / "commands.md"
INTRODUCTION = """\
# Commands of the console

<!-- Written by tools/gen_commands.py from the commands' own help. Do not edit. -->

A name may be cut to three letters or more where that is unique; the letters after "also" are aliases.
What is not a command is run as Python in the selected frame; `!` before it makes sure.
` ;; ` parts commands on one line, `#` begins a comment, an empty line repeats the last step or list.
"""


def page() -> str:
    """The whole text of the page."""
    parts = [INTRODUCTION]
    for category, title in CATEGORIES.items():
        parts.append(f"## {category}: {title}\n")
        parts.extend(_entry(each) for each in COMMANDS.in_category(category))
    parts.append("## What `info` tells\n")
    parts.extend(_entry(each, "info ") for each in TOPICS)
    parts.append("## Settings\n")
    parts.append("\n".join(_settings()) + "\n")
    return "\n".join(parts)


def _entry(command: Command, prefix: str = "") -> str:
    also = ", ".join(f"`{alias}`" for alias in command.aliases)
    head = f"### `{prefix}{command.usage}`\n"
    return "\n".join([head, *([f"Also {also}.\n"] if also else []), command.help, ""])


def _settings() -> Iterator[str]:
    defaults = Settings()
    for name, text in Settings.names().items():
        yield f"- `set {name}`: {text} At first, {defaults.show(name)}."


def main(arguments: list[str]) -> int:
    if "--check" in arguments:
        fresh = TARGET.exists() and TARGET.read_text(encoding="utf-8") == page()
        return 0 if fresh else 1
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
