"""Writes docs/reference/commands.md from the console's tables of commands.

python tools/gen_commands.py            # write it
python tools/gen_commands.py --check    # exit status 1 when it is stale
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import remora.terminal.commands  # noqa: F401  (fills the tables)
from remora.terminal.registry import CATEGORIES, CHANGES, COMMANDS, SHOWN, TOPICS, Command
from remora.terminal.replaced import REPLACED, REPLACED_SETTINGS
from remora.terminal.settings import Settings
from remora.terminal.syntax import SYNTAX

TARGET = Path(__file__).parent.parent / "docs" / "reference" / "commands.md"
INTRODUCTION = """\
# Commands of the console

<!-- Written by tools/gen_commands.py from the commands' own help. Do not edit. -->

The words after "also" are aliases; a suffix is written without a blank before it.
"""


def page() -> str:
    """The whole text of the page."""
    parts = [INTRODUCTION, "## How commands are written\n"]
    parts.extend(f"**{name}**\n\n```text\n{text}\n```\n" for name, text in SYNTAX.items())
    for category, title in CATEGORIES.items():
        parts.append(f"## {category}: {title}\n")
        parts.extend(_entry(each) for each in COMMANDS.in_category(category))
    parts.append("## What `info` tells\n")
    parts.extend(_entry(each, "info ") for each in TOPICS)
    parts.append("## Settings\n")
    parts.append("\n".join(_settings()) + "\n")
    parts.append("## What else `set` changes\n")
    parts.extend(_entry(each, "set ") for each in CHANGES)
    parts.append("## What else `show` shows\n")
    parts.extend(_entry(each, "show ") for each in SHOWN)
    parts.append("## Words of other debuggers that are no commands\n")
    parts.append("\n".join(f"- `{word}`: {text}." for word, text in REPLACED.items()) + "\n")
    parts.append("\n".join(f"- `set {word}`: {text}." for word, text in REPLACED_SETTINGS.items()) + "\n")
    return "\n".join(parts)


def _entry(command: Command, prefix: str = "") -> str:
    also = ", ".join(f"`{alias}`" for alias in command.aliases)
    head = f"### `{prefix}{command.usage}`\n"
    suffixes = ", ".join(f"`{command.name}{suffix}`" for suffix in command.suffixes)
    words = [f"Also {also}.\n"] if also else []
    words += [f"With suffixes: {suffixes}.\n"] if suffixes else []
    return "\n".join([head, *words, command.help, ""])


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
